"""Under which names the records of others are kept beside their ids."""

from typing import Final

# Their rows are derived from events; a file beside them would be overwritten by the next event, or contradict it.
BY_EVENTS: Final = frozenset({"stripe", "simulated"})
# What comes from files, where whoever imports them says no other.
BY_FILES: Final = "import"
