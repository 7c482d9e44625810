"""What of a bulk file is news to the desk. History is none: a million old payments open no ticket.

A fact is told as if a provider had told it where it happened within the days of ``since``, and only when it is new.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from billing.actions import events
from billing.actions.bulk.twin import Written
from billing.actions.payments import TOLD as PAYMENT_TOLD
from billing.actions.provider_refunds import TOLD as REFUND_TOLD
from billing.models import Invoice, Payment, Refund
from billing.states import EventKind, InvoiceStatus, PaymentStatus, RefundStatus

ISSUED = (InvoiceStatus.OPEN, InvoiceStatus.PAID, InvoiceStatus.UNCOLLECTIBLE)


def tell(kind: str, written: Written, *, since: datetime) -> int:
    """How many events were written."""
    moved = [*written.new, *written.changed]
    if not moved:
        return 0
    if kind == "invoices":
        return sum(_tell_bill(bill, written, since) for bill in _recent_bills(moved, since))
    if kind == "payments":
        return sum(_tell_payment(payment, written) for payment in _recent_payments(moved, since))
    if kind == "refunds":
        return sum(_tell_refund(refund, written) for refund in _recent_refunds(moved, since))
    return 0


def _recent_bills(ids: list[int], since: datetime) -> Iterator[Invoice]:
    day = timezone.localdate(since)
    recent = Invoice.objects.filter(Q(issued_on__gte=day) | Q(paid_at__gte=since), pk__in=ids)
    yield from recent.select_related("customer", "agreement").order_by("pk")


def _recent_payments(ids: list[int], since: datetime) -> Iterator[Payment]:
    moments = Q(created_at__gte=since) | Q(captured_at__gte=since) | Q(failed_at__gte=since)
    recent = Payment.objects.filter(moments, pk__in=ids)
    yield from recent.select_related("customer", "agreement", "invoice").order_by("pk")


def _recent_refunds(ids: list[int], since: datetime) -> Iterator[Refund]:
    moments = Q(requested_at__gte=since) | Q(settled_at__gte=since) | Q(failed_at__gte=since)
    yield from Refund.objects.filter(moments, pk__in=ids).select_related("customer", "payment").order_by("pk")


def _tell_bill(bill: Invoice, written: Written, since: datetime) -> int:
    was, kinds = written.changed.get(bill.pk, ""), []
    at = timezone.make_aware(datetime.combine(bill.issued_on, datetime.min.time()))
    if was in {"", InvoiceStatus.DRAFT} and bill.status in ISSUED and at >= since:
        kinds.append((EventKind.INVOICE_ISSUED, at))
    elif was in ISSUED and bill.status == InvoiceStatus.VOID:
        kinds.append((EventKind.INVOICE_CHANGED, at))
    if bill.status == InvoiceStatus.PAID and was != InvoiceStatus.PAID and bill.paid_at and bill.paid_at >= since:
        kinds.append((EventKind.INVOICE_PAID, bill.paid_at))
    for kind, moment in kinds:
        events.record(kind=kind, at=moment, customer=bill.customer, agreement=bill.agreement, invoice=bill)
    return len(kinds)


def _tell_payment(payment: Payment, written: Written) -> int:
    if written.changed.get(payment.pk) == payment.status or payment.status not in PAYMENT_TOLD:
        return 0
    events.record(
        kind=PAYMENT_TOLD[PaymentStatus(payment.status)],
        at=payment.failed_at or payment.captured_at or payment.created_at,
        customer=payment.customer,
        agreement=payment.agreement,
        invoice=payment.invoice,
        payment=payment,
    )
    return 1


def _tell_refund(refund: Refund, written: Written) -> int:
    if written.changed.get(refund.pk) == refund.status:
        return 0
    events.record(
        kind=REFUND_TOLD[RefundStatus(refund.status)],
        at=refund.failed_at or refund.settled_at or refund.requested_at,
        customer=refund.customer,
        payment=refund.payment,
        refund=refund,
    )
    return 1
