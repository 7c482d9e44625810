"""Who is looking, told to the database for the length of a block.

Row-level security shows payment rows only while ``redress.scope`` says who asks. The setting is local to the
transaction, so nothing reaches the next request on a pooled connection, and it is put back when the block ends, so
what follows in the same transaction sees nothing again. ``billing.access.rls`` holds the policies.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

SYSTEM: Final = "system"
AGENT: Final = "agent"
CUSTOMER: Final = "customer"


@contextmanager
def seeing_as_system() -> Iterator[None]:
    """For webhooks, tasks and commands: no person is shown what is read here."""
    with _seeing(SYSTEM, ""):
        yield


@contextmanager
def seeing_as_agent() -> Iterator[None]:
    """For the guard alone, after it has checked everything; views do not open it themselves."""
    with _seeing(AGENT, ""):
        yield


@contextmanager
def seeing_as_customer(customer_id: int) -> Iterator[None]:
    """Reads what belongs to one customer; writes nothing."""
    with _seeing(CUSTOMER, str(int(customer_id))):
        yield


@contextmanager
def _seeing(scope: str, customer: str) -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = _switch(scope, customer)
        yield
        # Not in a `finally`: after an exception the savepoint or transaction rolls back, and the setting with it.
        # The setting ends with its transaction, so the outermost block saves the round trip.
        if not outermost and not connection.needs_rollback:
            _switch(*before)


def _switch(scope: str, customer: str) -> tuple[str, str]:
    """Set both and return what they were, in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT was.scope, was.customer, set_config('redress.scope', %s, true),"
            " set_config('redress.customer', %s, true)"
            " FROM (SELECT coalesce(current_setting('redress.scope', true), '') AS scope,"
            " coalesce(current_setting('redress.customer', true), '') AS customer OFFSET 0) AS was",
            [scope, customer],
        )
        row: tuple[str, str, str, str] = cursor.fetchone()
    return row[0], row[1]
