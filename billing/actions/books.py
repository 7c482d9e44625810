"""Keeps the books equal to billing's rows. What was booked is read from the books, so a repeat books nothing twice
and facts that come late or out of order end in the same balances."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db.models import Q, Sum

from billing.actions.ledger import post_invoice, post_refund, post_refund_failure, record_posting
from billing.ledger import drafts
from billing.ledger.chart import Account
from billing.models import Invoice, LedgerEntry, Payment, Posting, Refund
from billing.money import Money
from billing.states import InvoiceStatus, RefundStatus

OWED: Final = frozenset({InvoiceStatus.OPEN, InvoiceStatus.PAID, InvoiceStatus.UNCOLLECTIBLE})
GONE: Final = frozenset({RefundStatus.PENDING, RefundStatus.SUCCEEDED})


def book_invoice(invoice: Invoice, *, at: datetime) -> None:
    # Credit notes that people wrote are none of the provider's corrections: what they took back stays taken back.
    wanted = invoice.total_minor if invoice.status in OWED else invoice.credited_minor
    booked, times = booked_so_far(f"invoice:{invoice.pk}", Account.RECEIVABLE, after=":credit:provider-")
    if wanted == booked:
        return
    if not times:
        post_invoice(invoice, at=at)
        return
    record_posting(
        drafts.invoice_credited(
            invoice_id=invoice.pk,
            customer_id=invoice.customer_id,
            amount=Money(booked - wanted, invoice.currency),
            reference=f"provider-{times}",
            at=at,
        )
    )


def book_payment(payment: Payment, *, at: datetime) -> None:
    booked, times = booked_so_far(f"payment:{payment.pk}", Account.CLEARING)
    missing = payment.captured_minor - booked
    if not missing:
        return
    make = drafts.payment_received if missing > 0 else drafts.payment_returned
    amount = Money(abs(missing), payment.currency)
    draft = make(payment_id=payment.pk, customer_id=payment.customer_id, amount=amount, at=at)
    record_posting(replace(draft, key=f"{draft.key}:{times}") if times else draft)


def book_refund(refund: Refund, *, at: datetime) -> None:
    """Money that left is booked once; that it came back, once more."""
    booked, times = booked_so_far(f"refund:{refund.pk}", Account.CLEARING)
    if refund.status in GONE and not times:
        post_refund(refund, at=at)
    elif refund.status not in GONE and booked:
        post_refund_failure(refund, at=at)


def booked_so_far(key: str, account: Account, *, after: str = ":") -> tuple[int, int]:
    """What a fact has moved in an account so far, and in how many postings: that of its key and those that go on."""
    known = Posting.objects.filter(Q(key=key) | Q(key__startswith=key + after))
    # Their ids first: as one statement it may be planned as a walk through all entries, while their number is young.
    postings = list(known.values_list("pk", flat=True))
    if not postings:
        return 0, 0
    moved = LedgerEntry.objects.filter(posting__in=postings, account__code=account).aggregate(sum=Sum("amount_minor"))
    return int(moved["sum"] or 0), len(postings)
