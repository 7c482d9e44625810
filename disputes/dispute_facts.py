"""Customers' disputes as plain facts for billing's diagnosis, which knows no table of this app."""

from collections.abc import Iterator, Sequence

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


def dispute_facts_for(customer_ids: Sequence[int]) -> Iterator[tuple[int, DisputeFact]]:
    """Each with its customer, where its payment is known: until then it says nothing about a record of theirs."""
    rows = Dispute.objects.filter(customer_id__in=customer_ids, payment__isnull=False).order_by("id")
    for row in rows.values(*_FIELDS, "customer_id", "status", "due_at"):
        status, due_at = DisputeStatus(row.pop("status")), row.pop("due_at")
        customer_id = row.pop("customer_id")
        yield (
            customer_id,
            DisputeFact(
                **row,
                open=status not in CLOSED,
                won=_WON.get(status),
                inquiry=status in _INQUIRIES,
                answer_due_at=due_at,
            ),
        )
