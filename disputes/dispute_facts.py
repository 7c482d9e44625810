"""A customer's disputes as plain facts for billing's diagnosis, which knows no table of this app."""

from collections.abc import Iterator

from billing.diagnosis.records import DisputeFact
from disputes.models import Dispute
from disputes.states import CLOSED, DisputeStatus

_INQUIRIES = frozenset(
    {
        DisputeStatus.WARNING_NEEDS_RESPONSE,
        DisputeStatus.WARNING_UNDER_REVIEW,
        DisputeStatus.WARNING_CLOSED,
    }
)
_WON: dict[str, bool] = {DisputeStatus.WON: True, DisputeStatus.LOST: False}
_FIELDS = ("id", "reference", "payment_id", "amount_minor", "currency", "opened_at", "closed_at")


def dispute_facts_for(customer_id: int) -> Iterator[DisputeFact]:
    """Those whose payment is known: until then a dispute says nothing about a record of the customer."""
    rows = Dispute.objects.filter(customer_id=customer_id, payment__isnull=False).order_by("id")
    for row in rows.values(*_FIELDS, "status", "due_at"):
        status, due_at = DisputeStatus(row.pop("status")), row.pop("due_at")
        yield DisputeFact(
            **row,
            open=status not in CLOSED,
            won=_WON.get(status),
            inquiry=status in _INQUIRIES,
            answer_due_at=due_at,
        )
