"""What a money event is about: one trouble with its records, so that its echoes reach one ticket. Reads no database."""

from dataclasses import dataclass

from billing.models import Agreement, Customer, Invoice, MoneyEvent, Payment, Refund
from disputes.models import Dispute

Record = Agreement | Invoice | Payment | Refund | Dispute


@dataclass(frozen=True, slots=True)
class Trouble:
    customer: Customer | None
    payment_id: int | None
    invoice_id: int | None
    dispute: Dispute | None
    records: tuple[Record, ...]  # what a ticket about it is linked to
    about: str  # "Motor policy 44-1907"; never an amount
    key: str  # the same for all events of one trouble


def trouble_of(event: MoneyEvent, dispute: Dispute | None) -> Trouble:
    payment = (
        event.payment or (event.refund.payment if event.refund else None) or (dispute.payment if dispute else None)
    )
    invoice_id = event.invoice_id or (payment.invoice_id if payment else None)
    agreement = event.agreement or (payment.agreement if payment else None)
    records = tuple(record for record in (payment, event.refund, dispute) if record is not None)
    return Trouble(
        customer=event.customer,
        payment_id=payment.pk if payment else None,
        invoice_id=invoice_id,
        dispute=dispute,
        records=records or tuple(record for record in (event.invoice,) if record is not None),
        about=f"{agreement.title} {agreement.reference}".strip()[:120] if agreement else "",
        key=_key(event, payment, invoice_id, dispute),
    )


def _key(event: MoneyEvent, payment: Payment | None, invoice_id: int | None, dispute: Dispute | None) -> str:
    """A bill's failed tries are payments of their own, so the bill comes first."""
    if invoice_id:
        return f"invoice:{invoice_id}"
    if payment:
        return f"payment:{payment.pk}"
    if dispute:
        return f"dispute:{dispute.pk}"
    return f"customer:{event.customer_id}" if event.customer_id else f"event:{event.pk}"
