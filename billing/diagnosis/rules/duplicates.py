"""The same amount twice: a duplicate to give back, a hold that falls away, or two real purchases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Action, ActionKind, Finding, Severity
from billing.diagnosis.practice import BILL_IS_NEWS_DAYS, HOLD_DAYS, TWICE_WINDOW
from billing.diagnosis.records import InvoiceFact, PaymentFact
from billing.diagnosis.rules.parts import about, act, act_with, proofs, sending_back
from billing.diagnosis.words import clock, count, date_of, day_of, listed, money, span, yours
from billing.states import InvoiceStatus, PaymentStatus


def charged_twice(facts: Facts, at: datetime) -> Iterator[Finding]:
    """Two captures for one bill, or a second one for no bill within a day, and the money not given back."""
    for invoice_id, payments in facts.payments_on.items():
        invoice = facts.invoice_by_id.get(invoice_id)
        if invoice is None or len(payments) < 2 or invoice.status is InvoiceStatus.VOID:  # all of it was for nothing
            continue
        taken = [each for each in payments if each.taken and each.currency == invoice.currency]
        over = facts.over_minor(invoice)
        if over > 0 and _repeats(taken) and not meant_for_another_bill(facts, taken[-1], invoice):
            yield _twice(facts, taken, over, invoice, at)
    for first, second in _close_pairs(facts):
        if first.taken and second.taken and (first.invoice_id is None) != (second.invoice_id is None):
            billed, lone = (second, first) if first.invoice_id is None else (first, second)
            invoice = facts.invoice_by_id.get(billed.invoice_id or 0)
            whole = facts.kept_whole(billed) and facts.kept_whole(lone)
            if invoice and whole and not meant_for_another_bill(facts, lone, invoice):
                yield _twice(facts, [billed, lone], lone.captured_minor, invoice, at)


def meant_for_another_bill(facts: Facts, payment: PaymentFact, invoice: InvoiceFact) -> bool:
    """A second payment on one bill, days after the first, while another bill of just this amount waits."""
    meant = facts.invoice_by_id.get(payment.intended_invoice_id or 0)
    if meant is not None and meant.id != invoice.id and facts.owed_minor(meant):
        return True
    on_bill = [each for each in facts.payments_on.get(invoice.id, ()) if each.taken and each.id != payment.id]
    if any(abs(payment.moment - each.moment) <= TWICE_WINDOW for each in on_bill):
        return False
    return any(waits_for(facts, each, payment) for each in facts.invoices if each.id != invoice.id)


def waits_for(facts: Facts, invoice: InvoiceFact, payment: PaymentFact) -> bool:
    """Just this amount is owed on this bill, which was out when the payment was made."""
    return (
        invoice.unpaid
        and invoice.currency == payment.currency
        and facts.owed_minor(invoice) == payment.captured_minor
        and invoice.issued_on <= date_of(payment.moment, facts.time_zone)
    )


def possible_duplicate(facts: Facts, at: datetime) -> Iterator[Finding]:
    """Two captures with no bill behind either: only the customer knows whether both were meant."""
    for first, second in _close_pairs(facts):
        if not (first.taken and second.taken and first.invoice_id is None and second.invoice_id is None):
            continue
        if not _is_news(second, at) or facts.contested(first) or facts.contested(second):
            continue
        if not facts.kept_whole(first) or not facts.kept_whole(second):
            continue
        amount, apart = money(second.captured_minor, second.currency), _apart(first, second)
        yield Finding(
            code="possible_duplicate",
            severity=Severity.DUE,
            headline=f"{amount} taken twice, {apart} apart, with no bill behind either",
            explanation=f"{_alike(facts, second)}. Without a bill only the customer can say whether both were meant.",
            customer_headline="Did you mean to pay twice?",
            customer_text=f"We took {amount} two times on {_when(facts, second, at)}, {apart} apart.",
            customer_next="Please tell us if you meant both. If not, we will look at sending one back.",
            evidence=proofs(first, second, facts.method_by_id.get(second.method_id or 0)),
            about=about(first, second),
            actions=(
                act(ActionKind.ASK_CUSTOMER, "Ask whether both payments were meant", first, second),
                act_with(ActionKind.REFUND_PAYMENT, "Refund", second.captured_minor, second.currency, second),
            ),
            at_stake_minor=second.captured_minor,
            currency=second.currency,
        )


def hold_falls_away(facts: Facts, at: datetime) -> Iterator[Finding]:
    """One capture and one authorisation nobody captured: the bank shows both for some days."""
    for first, second in _close_pairs(facts):
        hold, paid = (first, second) if second.taken else (second, first)
        if not paid.taken or hold.status is not PaymentStatus.AUTHORISED:
            continue
        if hold.invoice_id not in (None, paid.invoice_id):
            continue
        ends = hold.hold_expires_at or hold.moment + timedelta(days=HOLD_DAYS)
        if ends <= at:
            continue
        amount, gone = money(hold.amount_minor, hold.currency), day_of(ends, at=at, zone=facts.time_zone)
        yield Finding(
            code="hold_falls_away",
            severity=Severity.INFO,
            headline=f"Charged once; the second {amount} is a hold until {gone}",
            explanation=(
                f"One payment was captured, the other only authorised, {_apart(first, second)} apart. "
                f"It falls away by {gone} on its own; releasing it now is quicker. A refund is not possible or needed."
            ),
            customer_headline="You were charged once",
            customer_text=(
                f"Your bank shows {amount} two times, but only one was taken. The other is a hold: your bank keeps "
                "the money aside for a while and then frees it."
            ),
            customer_next=f"The hold goes away by {gone}. You do not need to do anything.",
            evidence=proofs(paid, hold, facts.method_by_id.get(hold.method_id or 0)),
            about=about(paid, hold),
            actions=(
                act(ActionKind.RELEASE_HOLD, "Release the hold now", hold),
                act(ActionKind.WAIT, f"Wait until {gone}", hold),
            ),
            over_on=date_of(ends, facts.time_zone),
            at_stake_minor=hold.amount_minor,
            currency=hold.currency,
        )


def two_real_purchases(facts: Facts, at: datetime) -> Iterator[Finding]:
    for first, second in _close_pairs(facts):
        one, other = (facts.invoice_by_id.get(each.invoice_id or 0) for each in (first, second))
        if not (first.taken and second.taken and one and other) or one.id == other.id:
            continue
        if not _is_news(second, at) or not facts.kept_whole(first) or not facts.kept_whole(second):
            continue
        amount = money(second.amount_minor, second.currency)
        yield Finding(
            code="two_real_purchases",
            severity=Severity.OK,
            headline=f"Two payments of {amount} for two bills: {one.reference} and {other.reference}",
            explanation=f"{_alike(facts, second)}, {_apart(first, second)} apart, each for its own bill. No duplicate.",
            customer_headline="Two payments for two bills",
            customer_text=(
                f"We took {amount} two times on {_when(facts, second, at)}. They are for two bills: "
                f"{one.reference} and {other.reference}."
            ),
            customer_next="Both are right. You do not need to do anything.",
            evidence=proofs(first, one, second, other),
            about=about(first, second),
        )


def _close_pairs(facts: Facts) -> Iterator[tuple[PaymentFact, PaymentFact]]:
    """Neighbours in time of one amount on one card, at most a day apart. Failed and cancelled ones are no charge."""
    for group in facts.charges_alike:
        yield from ((one, two) for one, two in pairwise(group) if two.moment - one.moment <= TWICE_WINDOW)


def _is_news(payment: PaymentFact, at: datetime) -> bool:
    return timedelta() <= at - payment.moment <= timedelta(days=BILL_IS_NEWS_DAYS)


def _repeats(taken: list[PaymentFact]) -> bool:
    """The last one repeats an earlier one. A bill overpaid by another sum is not a duplicate."""
    return any(each.captured_minor == taken[-1].captured_minor for each in taken[:-1])


def _alike(facts: Facts, payment: PaymentFact) -> str:
    """A card nobody recorded is not said to be the same one."""
    return "Same card, same amount" if payment.method_id in facts.method_by_id else "Same amount"


def _apart(first: PaymentFact, second: PaymentFact) -> str:
    return span((second.moment - first.moment).total_seconds())


def _when(facts: Facts, payment: PaymentFact, at: datetime) -> str:
    return day_of(payment.moment, at=at, zone=facts.time_zone)


def _refunds(facts: Facts, taken: list[PaymentFact], over: int) -> tuple[Action, ...]:
    """The newest captures go back first, each to the card it came from."""
    actions: list[Action] = []
    for payment in reversed(taken):
        part = min(over, facts.kept_minor(payment))
        if part > 0:
            actions.append(act_with(ActionKind.REFUND_PAYMENT, "Refund", part, payment.currency, payment))
            over -= part
    return tuple(actions)


def _twice(facts: Facts, taken: list[PaymentFact], over: int, invoice: InvoiceFact, at: datetime) -> Finding:
    last, method = taken[-1], facts.method_by_id.get(taken[-1].method_id or 0)
    amount, back = money(last.captured_minor, last.currency), money(over, last.currency)
    blocked = any(facts.contested(each) for each in taken)
    times = "twice" if len(taken) == 2 else f"{len(taken)} times"
    warning = " A dispute over it is open at the bank: do not refund as well." if blocked else ""
    settle = act(ActionKind.ANSWER_DISPUTE, "Settle the open dispute first", *taken)
    return Finding(
        code="charged_twice",
        severity=Severity.LOSS,
        headline=f"Charged {times}: {count(len(taken), 'capture')} of {amount}, {_apart(taken[-2], last)} apart",
        explanation=f"For bill {invoice.reference}. Not a hold: each was captured. {back} too much was kept.{warning}",
        customer_headline=f"You were charged {times}",
        customer_text=(f"We are sorry. We took {amount} from {yours(method)} {times}: {_moments(facts, taken, at)}."),
        customer_next=(
            "You have asked your bank for this money. It decides now, so we must not send it a second time."
            if blocked
            else ""
        ),
        reply_next="" if blocked else sending_back(facts, over, last),
        evidence=proofs(*taken, invoice, method),
        about=about(*taken, invoice),
        actions=(settle,) if blocked else _refunds(facts, taken, over),
        at_stake_minor=over,
        currency=last.currency,
    )


def _moments(facts: Facts, taken: list[PaymentFact], at: datetime) -> str:
    """``on Sat 12 September, at 09:14:02 and 09:14:43``, or the days where they differ."""
    if len({date_of(each.moment, facts.time_zone) for each in taken}) == 1:
        return f"on {_when(facts, taken[0], at)}, at {listed([clock(each.moment, facts.time_zone) for each in taken])}"
    return listed([f"on {_when(facts, each, at)}" for each in taken])
