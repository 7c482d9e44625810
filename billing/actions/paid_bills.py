"""Bills that are paid by what came in here, by a hosted page, a bank transfer or a credit: no event of the provider
says so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from billing.actions import events
from billing.actions.statuses import set_status
from billing.locks import lock_invoice
from billing.models import Invoice, MatchPart, OutboxMessage
from billing.outbox import enqueue, enqueue_each
from billing.queries.crediting import standing_of
from billing.queries.transfers import by_bank
from billing.states import EventKind, InvoiceStatus

TASK: Final = "billing.tasks.settle_paid_bill"
TO_PAY: Final = frozenset({InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE})


def look_whether_paid(invoice_id: int, *, because: str) -> None:
    """In a transaction of its own: the bill's lock comes before the payment's, which the caller may hold."""
    enqueue(TASK, key=f"bill:{invoice_id}:paid:{because}", payload={"invoice_id": invoice_id})


def look_at_bills_of(parts: Iterable[int], *, because: str) -> None:
    """Of parts that were booked or taken back: the bills that they pay, each once."""
    rows = MatchPart.objects.filter(pk__in=list(parts), expected__invoice__isnull=False).order_by("pk")
    newest = dict(rows.values_list("expected__invoice", "pk"))
    enqueue_each(
        TASK,
        {f"bill:{bill}:paid:{because}:{part}": {"invoice_id": bill} for bill, part in newest.items()},
    )


def settle_paid_bill(invoice_id: int, *, at: datetime) -> Invoice:
    """What is paid here is paid, whether or not its provider knows the bill; what the bank took back is open again."""
    invoice = lock_invoice(invoice_id)
    was_written_off = bool(invoice.written_off_minor)
    _count_transfers(invoice)
    standing = standing_of(invoice)
    if invoice.status in TO_PAY and not standing.due_minor:
        if standing.here_minor or not invoice.written_off_minor:
            _close(invoice, at=at)
        elif set_status(invoice, InvoiceStatus.UNCOLLECTIBLE):  # given up on; nobody paid it
            invoice.save(update_fields=["status"])
    elif standing.due_minor and (_was_paid_by_bank(invoice) or _was_given_up(invoice, was_written_off)):
        _open_again(invoice, at=at)
    return invoice


def _count_transfers(invoice: Invoice) -> None:
    came = by_bank(invoice.pk)
    if came != (invoice.transferred_minor, invoice.written_off_minor):
        invoice.transferred_minor, invoice.written_off_minor = came
        invoice.save(update_fields=["transferred_minor", "written_off_minor"])


def _close(invoice: Invoice, *, at: datetime) -> None:
    set_status(invoice, InvoiceStatus.PAID)
    invoice.paid_at, invoice.next_retry_at = at, None
    invoice.save(update_fields=["status", "paid_at", "next_retry_at"])
    _say(EventKind.INVOICE_PAID, invoice, at=at)
    if invoice.known_to_provider:
        enqueue(
            task="billing.tasks.tell_provider_of_payment",
            key=_told(invoice),
            payload={"invoice_id": invoice.pk},
        )


def _open_again(invoice: Invoice, *, at: datetime) -> None:
    if set_status(invoice, InvoiceStatus.OPEN):
        invoice.paid_at = None
        invoice.save(update_fields=["status", "paid_at"])
        _say(EventKind.INVOICE_UNPAID, invoice, at=at)


def _was_paid_by_bank(invoice: Invoice) -> bool:
    """Lines of the bank paid it, and nobody else says that it is paid: a provider may have been told elsewhere."""
    if invoice.status != InvoiceStatus.PAID:
        return False
    if invoice.known_to_provider and not OutboxMessage.objects.filter(key=_told(invoice)).exists():
        return False
    return MatchPart.objects.filter(expected__invoice=invoice).exists()


def _was_given_up(invoice: Invoice, was_written_off: bool) -> bool:
    """By finance, who waits for it again. What the provider gave up on stays given up."""
    return invoice.status == InvoiceStatus.UNCOLLECTIBLE and was_written_off and not invoice.written_off_minor


def _told(invoice: Invoice) -> str:
    return f"bill:{invoice.pk}:tell-paid"


def _say(kind: EventKind, invoice: Invoice, *, at: datetime) -> None:
    events.record(kind=kind, at=at, customer=invoice.customer, agreement=invoice.agreement, invoice=invoice)
