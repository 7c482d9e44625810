"""What a match does that has no parts, once it is decided: a line is set aside, a payment goes to another bill."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from billing.actions import events
from billing.actions.paid_bills import look_whether_paid
from billing.actions.statuses import set_status
from billing.errors import MatchNotPossible
from billing.locks import lock_payment
from billing.models import Discrepancy, ExpectedMoney, Invoice, Match, Payment, StatementLine
from billing.money import Money
from billing.queries.reconciliation import NOBODY_PAYS
from billing.reconciliation.states import HOLDS, UNRESOLVED, Deed, DiscrepancyKind, DiscrepancyStatus, ExpectedStatus
from billing.redaction import redact
from billing.states import EventKind, LineMatching
from billing.text import clean_line


def amounts_of(match: Match) -> list[Money]:
    """What the person who decides takes upon themselves, beside its parts."""
    if match.line is not None:
        return [Money(match.line.amount_minor, match.line.currency)]
    if match.payment is not None:
        return [Money(match.payment.captured_minor or match.payment.amount_minor, match.payment.currency)]
    return []


def take_effect(match: Match, *, by: AbstractBaseUser, at: datetime) -> None:
    """With the match, in its transaction. What stands in the way by now is said, and nothing is done."""
    if match.deed == Deed.ASIDE:
        _set_aside(match, by=by, at=at)
    elif match.deed == Deed.MOVE:
        _move(match, by=by, at=at)


def take_back_effect(match: Match) -> None:
    if match.deed == Deed.MOVE:
        raise MatchNotPossible("A payment that was moved is moved back from its own page.")
    if match.deed == Deed.ASIDE:
        line = StatementLine.objects.select_for_update().get(pk=match.line_id or 0)
        if line.matching == LineMatching.SET_ASIDE:
            line.matching = LineMatching.OPEN
            line.save(update_fields=["matching"])


def refuse_closed(lines: Iterable[StatementLine], expected: Iterable[ExpectedMoney]) -> None:
    """Of a line set aside nothing is given to anybody, and what is no longer expected takes nothing. Both are locked.

    That there is enough left of both is the database's to say.
    """
    if any(line.matching == LineMatching.SET_ASIDE for line in lines):
        raise MatchNotPossible("The line is set aside. Bring it back first.")
    if any(money.status == ExpectedStatus.VOID for money in expected):
        raise MatchNotPossible("This is no longer expected: what it was for is paid, taken back or failed.")


def refuse_aside(line: StatementLine) -> None:
    """What of it belongs to somebody would be undone or booked behind its back."""
    if line.matching != LineMatching.OPEN:
        raise MatchNotPossible(f"The line is “{line.get_matching_display().lower()}”.")
    if line.parts.filter(status__in=HOLDS).exists():
        raise MatchNotPossible("A part of the line is matched, or waits for a second person. Write off the rest.")


def lock_for_move(payment_id: int, *, invoice_id: int) -> tuple[Payment, Invoice]:
    """The payment, and the bill that it could stand on; or why it could not."""
    invoice = Invoice.objects.select_for_update().filter(pk=invoice_id).first()
    payment = lock_payment(payment_id)
    if invoice is None or invoice.customer_id != payment.customer_id:
        raise MatchNotPossible("The bill is another customer's, or there is none.")
    if invoice.status in NOBODY_PAYS:
        raise MatchNotPossible(f"Bill {invoice.number} is “{invoice.get_status_display().lower()}”: nobody pays it.")
    if invoice.currency != payment.currency:
        raise MatchNotPossible(f"The payment is in {payment.currency}, the bill in {invoice.currency}.")
    if payment.invoice_id == invoice.pk:
        raise MatchNotPossible(f"The payment is on bill {invoice.number} already.")
    return payment, invoice


def resolve(found: Discrepancy, *, words: str, by: AbstractBaseUser, at: datetime) -> None:
    set_status(found, DiscrepancyStatus.RESOLVED)
    found.resolved_at, found.resolved_by_id = at, by.pk
    found.resolution = redact(clean_line(words, limit=300)).text[:300] or "Explained."
    found.save(update_fields=["status", "resolved_at", "resolved_by", "resolution"])


def _set_aside(match: Match, *, by: AbstractBaseUser, at: datetime) -> None:
    line = StatementLine.objects.select_for_update().get(pk=match.line_id or 0)
    refuse_aside(line)
    line.matching = LineMatching.SET_ASIDE
    line.save(update_fields=["matching"])
    for found in Discrepancy.objects.select_for_update().filter(line=line, status__in=UNRESOLVED):
        resolve(found, words=match.note, by=by, at=at)


def _move(match: Match, *, by: AbstractBaseUser, at: datetime) -> None:
    """What the customer owes in all does not change."""
    payment, invoice = lock_for_move(match.payment_id or 0, invoice_id=match.invoice_id or 0)
    before = payment.invoice_id
    # Where it was meant to go is where it is now: what the provider still says of the old bill no longer counts.
    payment.invoice = payment.intended_invoice = invoice
    payment.save(update_fields=["invoice", "intended_invoice"])
    events.record(kind=EventKind.INVOICE_CHANGED, at=at, customer=payment.customer, invoice=invoice, payment=payment)
    if before:
        look_whether_paid(before, because=f"move:{match.pk}", taken_away=True)
    look_whether_paid(invoice.pk, because=f"move:{match.pk}")
    misapplied = Discrepancy.objects.select_for_update().filter(
        kind=DiscrepancyKind.MISAPPLIED, expected__payment=payment, status__in=UNRESOLVED
    )
    for found in misapplied:
        resolve(found, words=f"Moved to bill {invoice.number}.", by=by, at=at)
