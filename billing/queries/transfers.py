"""What came for a bill straight to the bank account: the parts of statement lines that were matched to it.

A transfer is no payment of a provider: it has no row among the payments, only a line of the bank and the part that ties
it to the bill's expected money.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.models import ExpectedMoney, MatchPart
from billing.reconciliation.states import MatchStatus

# What a rule found is in the books within minutes, and nobody is to be asked for it meanwhile.
STANDS = (MatchStatus.FOUND, MatchStatus.POSTED)


@dataclass(frozen=True, slots=True)
class ByBank:
    """In minor units of the bill's currency."""

    came_minor: int = 0  # less what the bank took back
    written_off_minor: int = 0  # will not come any more


def by_bank(invoice_ids: Iterable[int]) -> dict[int, ByBank]:
    """Of the bills that the bank has anything to say about."""
    rows = ExpectedMoney.objects.filter(invoice__in=list(invoice_ids)).annotate(came=came(), off=_written_off())
    return {
        invoice_id: ByBank(came_minor, off_minor)
        for invoice_id, came_minor, off_minor in rows.values_list("invoice", "came", "off")
    }


def came(expected: str = "pk") -> Any:
    """As an expression: ``expected`` is the way to the expected money from the rows that are read."""
    return _summed(expected, alone=True) + _summed(expected, alone=False, line__isnull=False)


def _written_off() -> Coalesce:
    return _summed("pk", alone=False, line__isnull=True)


def _summed(expected: str, **of: bool) -> Coalesce:
    """Whole matches and pieces apart: each has an index of its own."""
    parts = MatchPart.objects.filter(expected=OuterRef(expected), status__in=STANDS, **of).order_by()
    sums = parts.values("expected").annotate(sum=Sum("expected_minor")).values("sum")
    return Coalesce(Subquery(sums), Value(0), output_field=IntegerField())
