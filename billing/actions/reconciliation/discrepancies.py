"""What people do about a discrepancy that no match settles: ask, explain, move, set aside."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from billing.actions import events
from billing.actions.statuses import set_status
from billing.errors import MatchNotPossible
from billing.locks import lock_payment
from billing.models import Discrepancy, Invoice, MoneyEvent, Payment, StatementLine
from billing.reconciliation.states import UNRESOLVED, DiscrepancyKind, DiscrepancyStatus
from billing.redaction import redact
from billing.states import EventKind, LineMatching
from billing.text import clean_line


def ask_customer(discrepancy_id: int, *, at: datetime) -> Discrepancy:
    """Have the desk ask: it hears of it as of any money event, and opens a ticket. Asked twice, it is asked once."""
    with transaction.atomic():
        found = _lock(discrepancy_id)
        if found.customer is None:
            raise MatchNotPossible("Nobody knows yet whose money this is, so there is nobody to ask.")
        if set_status(found, DiscrepancyStatus.ASKED):
            found.case_ref = ""
            found.save(update_fields=["status", "case_ref"])
            expected = found.expected
            events.record(
                kind=EventKind.MONEY_QUESTIONED,
                at=at,
                customer=found.customer,
                payment=expected.payment if expected else None,
                invoice=expected.invoice if expected else None,
                refund=expected.refund if expected else None,
            )
    return found


def note_case(event: MoneyEvent, *, case_ref: str) -> None:
    """Where the desk asks: said by whoever opened the case, in its transaction."""
    asked = Discrepancy.objects.filter(status=DiscrepancyStatus.ASKED, case_ref="", customer=event.customer_id)
    about = {"payment": event.payment_id, "refund": event.refund_id, "invoice": event.invoice_id}
    for record, pk in about.items():
        if pk is not None:
            asked = asked.filter(**{f"expected__{record}": pk})
    asked.update(case_ref=case_ref)


def explain(discrepancy_id: int, *, words: str, by: AbstractBaseUser, at: datetime) -> Discrepancy:
    """It is as it should be after all, or was put right elsewhere: somebody says how."""
    with transaction.atomic():
        found = _lock(discrepancy_id)
        _resolve(found, words=words, by=by, at=at)
    return found


def set_line_aside(line_id: int, *, words: str, by: AbstractBaseUser, at: datetime) -> StatementLine:
    """Fees, interest, transfers between our own accounts: no customer's money. The books of those are elsewhere."""
    with transaction.atomic():
        line = StatementLine.objects.select_for_update().get(pk=line_id)
        if line.matching not in {LineMatching.OPEN, LineMatching.PROPOSED}:
            raise MatchNotPossible(f"The line is “{line.get_matching_display().lower()}”.")
        line.matching = LineMatching.SET_ASIDE
        line.save(update_fields=["matching"])
        for found in Discrepancy.objects.select_for_update().filter(line=line, status__in=UNRESOLVED):
            _resolve(found, words=words, by=by, at=at)
    return line


def bring_line_back(line_id: int) -> StatementLine:
    with transaction.atomic():
        line = StatementLine.objects.select_for_update().get(pk=line_id)
        if line.matching == LineMatching.SET_ASIDE:
            line.matching = LineMatching.OPEN
            line.save(update_fields=["matching"])
    return line


def move_payment(payment_id: int, *, invoice_id: int, by: AbstractBaseUser, at: datetime) -> Payment:
    """Put the payment on another bill of the same customer. What they owe in all does not change."""
    with transaction.atomic():
        payment = lock_payment(payment_id)
        invoice = Invoice.objects.filter(pk=invoice_id, customer=payment.customer_id).first()
        if invoice is None:
            raise MatchNotPossible("The bill is another customer's, or there is none.")
        if invoice.currency != payment.currency:
            raise MatchNotPossible(f"The payment is in {payment.currency}, the bill in {invoice.currency}.")
        if payment.invoice_id == invoice.pk:
            return payment
        # Where it was meant to go is where it is now: what the provider still says of the old bill no longer counts.
        payment.invoice = payment.intended_invoice = invoice
        payment.save(update_fields=["invoice", "intended_invoice"])
        events.record(
            kind=EventKind.INVOICE_CHANGED, at=at, customer=payment.customer, invoice=invoice, payment=payment
        )
        misapplied = Discrepancy.objects.select_for_update().filter(
            kind=DiscrepancyKind.MISAPPLIED, expected__payment=payment, status__in=UNRESOLVED
        )
        for found in misapplied:
            _resolve(found, words=f"Moved to bill {invoice.number}.", by=by, at=at)
    return payment


def _lock(discrepancy_id: int) -> Discrepancy:
    found = Discrepancy.objects.select_for_update(of=["self"]).select_related("customer", "expected")
    row = found.filter(pk=discrepancy_id).first()
    if row is None or row.status not in UNRESOLVED:
        raise MatchNotPossible("This discrepancy is already resolved.")
    return row


def _resolve(found: Discrepancy, *, words: str, by: AbstractBaseUser, at: datetime) -> None:
    set_status(found, DiscrepancyStatus.RESOLVED)
    found.resolved_at, found.resolved_by_id = at, by.pk
    found.resolution = redact(clean_line(words, limit=300)).text[:300] or "Explained."
    found.save(update_fields=["status", "resolved_at", "resolved_by", "resolution"])
