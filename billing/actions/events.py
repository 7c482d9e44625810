"""Tells the rest of the desk what happened to money, in the transaction in which it happened."""

from datetime import datetime

from django.conf import settings

from billing.models import Agreement, CreditNote, Customer, Invoice, MoneyEvent, Payment, Refund
from billing.outbox import enqueue
from billing.states import EventKind


def record(
    *,
    kind: EventKind,
    at: datetime,
    customer: Customer | None = None,
    agreement: Agreement | None = None,
    invoice: Invoice | None = None,
    payment: Payment | None = None,
    refund: Refund | None = None,
    credit_note: CreditNote | None = None,
    dispute_id: int | None = None,
    case_ref: str = "",
) -> MoneyEvent:
    """Write the event and wake whoever listens, both at commit. The caller is in a transaction."""
    event = MoneyEvent.objects.create(
        kind=kind,
        at=at,
        customer=customer,
        agreement=agreement,
        invoice=invoice,
        payment=payment,
        refund=refund,
        credit_note=credit_note,
        dispute_id=dispute_id,
        case_ref=case_ref,
    )
    for listener in settings.BILLING_EVENT_LISTENERS:
        enqueue(task=listener, key=f"money-event:{event.pk}:{listener}", payload={"event_id": event.pk})
    return event
