"""What came for a bill straight to the bank account: the parts of statement lines that were matched to it.

A transfer is no payment of a provider: it has no row among the payments, only a line of the bank and the part that ties
it to the bill's expected money. The sums are kept on the bill (billing.actions.paid_bills), where its customer may see
them; lines and matches are finance's.
"""

from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.models import ExpectedMoney, MatchPart
from billing.reconciliation.states import MatchStatus


class ByBank(NamedTuple):
    """In minor units of the bill's currency."""

    transferred_minor: int = 0
    written_off_minor: int = 0


def by_bank(invoice_id: int) -> ByBank:
    """By what is in the books."""
    came = _summed(_parts(alone=True)) + _summed(_parts(alone=False, line__isnull=False))
    off = _summed(_parts(alone=False, line__isnull=True))
    rows = ExpectedMoney.objects.filter(invoice=invoice_id).annotate(came=came, off=off)
    return ByBank(*rows.values_list("came", "off").first() or ())


def _parts(**of: bool) -> "QuerySet[MatchPart]":
    """Whole matches and pieces apart: each has an index of its own."""
    return MatchPart.objects.filter(expected=OuterRef("pk"), status=MatchStatus.POSTED, **of).order_by()


def _summed(parts: "QuerySet[MatchPart]") -> Coalesce:
    sums = parts.values("expected").annotate(sum=Sum("expected_minor")).values("sum")
    return Coalesce(Subquery(sums), Value(0))
