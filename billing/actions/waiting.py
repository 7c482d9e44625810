"""News of how much waits for a second person."""

from billing.outbox import announce
from billing.queries.deciding import TOPIC


def announce_waiting() -> None:
    """In the transaction of what was asked or decided: open pages of those who decide count again."""
    announce(TOPIC, kind="changed")
