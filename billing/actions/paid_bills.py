"""Bills that are paid by what came in here, by a hosted page, a bank transfer or a credit: no event of the provider
says so."""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex
from typing import Final

from billing.actions import events
from billing.actions.statuses import set_status
from billing.locks import lock_invoice
from billing.models import Invoice, MatchPart
from billing.outbox import enqueue, enqueue_each
from billing.queries.crediting import standing_of
from billing.queries.transfers import ByBank, by_bank
from billing.states import EventKind, InvoiceStatus

TASK: Final = "billing.tasks.settle_paid_bill"
TO_PAY: Final = frozenset({InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE})


def look_whether_paid(invoice_id: int, *, because: str, taken_away: bool = False) -> None:
    """In a transaction of its own: the bill's lock comes before the payment's, which the caller may hold.

    ``taken_away``: money that paid it went elsewhere, so it may be open again. (What is sent back opens no bill.)
    """
    payload = {"invoice_id": invoice_id} | ({"taken_away": True} if taken_away else {})
    enqueue(TASK, key=f"bill:{invoice_id}:paid:{because}", payload=payload)


def look_at_bills_of(parts: Iterable[int], *, because: str) -> None:
    """Of parts that were booked or taken back: the bills that they pay, each once."""
    rows = MatchPart.objects.filter(pk__in=list(parts), expected__invoice__isnull=False).order_by("pk")
    newest = dict(rows.values_list("expected__invoice", "pk"))
    enqueue_each(
        TASK,
        {f"bill:{bill}:paid:{because}:{part}": {"invoice_id": bill} for bill, part in newest.items()},
    )


def settle_paid_bill(invoice_id: int, *, at: datetime, taken_away: bool = False) -> Invoice:
    """What is paid here is paid, whether or not its provider knows the bill; what was taken away is open again."""
    invoice = lock_invoice(invoice_id)
    was_written_off = bool(invoice.written_off_minor)
    taken_away = _count_transfers(invoice) or taken_away
    standing = standing_of(invoice)
    if invoice.status in TO_PAY and not standing.due_minor:
        if standing.here_minor or not invoice.written_off_minor:
            _close(invoice, at=at)
        elif set_status(invoice, InvoiceStatus.UNCOLLECTIBLE):  # given up on; nobody paid it
            invoice.save(update_fields=["status"])
    elif standing.due_minor and taken_away and (_is_paid_here(invoice) or _was_given_up(invoice, was_written_off)):
        _open_again(invoice, at=at)
    if taken_away:
        _look_at_its_successor(invoice)
    return invoice


def _count_transfers(invoice: Invoice) -> bool:
    """Whether they have become less."""
    before, now = ByBank(invoice.transferred_minor, invoice.written_off_minor), by_bank(invoice.pk)
    if now != before:
        invoice.transferred_minor, invoice.written_off_minor = now
        invoice.save(update_fields=["transferred_minor", "written_off_minor"])
    return sum(now) < sum(before)


def _look_at_its_successor(invoice: Invoice) -> None:
    """What was carried over to the bill in its place may be gone from there as well."""
    later = Invoice.objects.filter(corrects=invoice).values_list("pk", flat=True).first()
    if later is not None:
        look_whether_paid(later, because=f"carried:{token_hex(8)}", taken_away=True)  # each time a deed of its own


def _close(invoice: Invoice, *, at: datetime) -> None:
    set_status(invoice, InvoiceStatus.PAID)
    invoice.paid_at, invoice.next_retry_at = at, None
    invoice.paid_here_at = invoice.paid_here_at or at
    invoice.save(update_fields=["status", "paid_at", "next_retry_at", "paid_here_at"])
    _say(EventKind.INVOICE_PAID, invoice, at=at)
    if invoice.known_to_provider:
        enqueue(
            task="billing.tasks.tell_provider_of_payment",
            key=f"bill:{invoice.pk}:tell-paid",
            payload={"invoice_id": invoice.pk},
        )


def _open_again(invoice: Invoice, *, at: datetime) -> None:
    if set_status(invoice, InvoiceStatus.OPEN):
        invoice.paid_at = None
        invoice.save(update_fields=["status", "paid_at"])
        _say(EventKind.INVOICE_UNPAID, invoice, at=at)


def _is_paid_here(invoice: Invoice) -> bool:
    """A bill that its provider calls paid by itself may have been paid in a way that we do not see."""
    return invoice.status == InvoiceStatus.PAID and invoice.paid_here_at is not None


def _was_given_up(invoice: Invoice, was_written_off: bool) -> bool:
    """By finance, who waits for it again. What the provider gave up on stays given up."""
    return invoice.status == InvoiceStatus.UNCOLLECTIBLE and was_written_off and not invoice.written_off_minor


def _say(kind: EventKind, invoice: Invoice, *, at: datetime) -> None:
    events.record(kind=kind, at=at, customer=invoice.customer, agreement=invoice.agreement, invoice=invoice)
