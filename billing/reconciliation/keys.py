"""Names as banks write them: upper case, without the marks that are lost on the way. SQL does the same to columns."""

import re
from typing import Final

MARKS: Final = " -/._:,+#'"
SHORTEST_KEY: Final = 5  # shorter numbers in a free text are house numbers and years
_DROP: Final = str.maketrans("", "", MARKS)


def key_of(name: str) -> str:
    return name.upper().translate(_DROP)


def key_sql(column: str) -> str:
    """The same for a column or expression that we named ourselves."""
    return f"translate(upper({column}), '{MARKS.replace(chr(39), chr(39) * 2)}', '')"


def creditor_key(reference: str) -> str:
    """What ISO 11649 wraps: ``RF18 INV-41`` is the bill ``INV41``."""
    key = key_of(reference)
    return key[4:] if re.match(r"RF\d\d.", key, re.ASCII) else key


def creditor_key_sql(column: str) -> str:
    key = key_sql(column)
    return f"CASE WHEN {column} ~* '^RF *[0-9]{{2}}.' THEN substr({key}, 5) ELSE {key} END"
