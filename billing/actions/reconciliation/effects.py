"""What a match does that has no parts, once it is decided: a line is set aside, a payment goes to another bill."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from billing.actions import events
from billing.actions.statuses import set_status
from billing.errors import MatchNotPossible
from billing.locks import lock_payment
from billing.models import Discrepancy, Match, StatementLine
from billing.money import Money
from billing.reconciliation.states import UNRESOLVED, Deed, DiscrepancyKind, DiscrepancyStatus
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


def refuse_line(line: StatementLine) -> None:
    if line.matching != LineMatching.OPEN:
        raise MatchNotPossible(f"The line is “{line.get_matching_display().lower()}”.")


def resolve(found: Discrepancy, *, words: str, by: AbstractBaseUser, at: datetime) -> None:
    set_status(found, DiscrepancyStatus.RESOLVED)
    found.resolved_at, found.resolved_by_id = at, by.pk
    found.resolution = redact(clean_line(words, limit=300)).text[:300] or "Explained."
    found.save(update_fields=["status", "resolved_at", "resolved_by", "resolution"])


def _set_aside(match: Match, *, by: AbstractBaseUser, at: datetime) -> None:
    line = StatementLine.objects.select_for_update().get(pk=match.line_id or 0)
    refuse_line(line)
    line.matching = LineMatching.SET_ASIDE
    line.save(update_fields=["matching"])
    for found in Discrepancy.objects.select_for_update().filter(line=line, status__in=UNRESOLVED):
        resolve(found, words=match.note, by=by, at=at)


def _move(match: Match, *, by: AbstractBaseUser, at: datetime) -> None:
    """What the customer owes in all does not change."""
    payment, invoice = lock_payment(match.payment_id or 0), match.invoice
    if invoice is None or invoice.customer_id != payment.customer_id:
        raise MatchNotPossible("Payment and bill are no longer of one customer.")
    # Where it was meant to go is where it is now: what the provider still says of the old bill no longer counts.
    payment.invoice = payment.intended_invoice = invoice
    payment.save(update_fields=["invoice", "intended_invoice"])
    events.record(kind=EventKind.INVOICE_CHANGED, at=at, customer=payment.customer, invoice=invoice, payment=payment)
    misapplied = Discrepancy.objects.select_for_update().filter(
        kind=DiscrepancyKind.MISAPPLIED, expected__payment=payment, status__in=UNRESOLVED
    )
    for found in misapplied:
        resolve(found, words=f"Moved to bill {invoice.number}.", by=by, at=at)
