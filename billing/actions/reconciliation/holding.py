"""How much of a line, or of expected money, its parts hold: an expression of SQL."""

from collections.abc import Iterable

from billing.reconciliation.states import HOLDS


def held(amount: str, *, key: str, row: str, statuses: Iterable[str] = HOLDS) -> str:
    """``row`` is a line or expected money, ``key`` what a part names it by. Our own names all.

    Whole matches and pieces apart, since each has its own index.
    """
    among = ", ".join(f"'{status}'" for status in sorted(statuses))
    of = f"SELECT coalesce(sum(h.{amount}), 0) FROM billing_matchpart h WHERE h.{key} = {row}.id"  # noqa: S608
    return f"(({of} AND h.alone AND h.status IN ({among})) + ({of} AND NOT h.alone AND h.status IN ({among})))"
