"""Bills: higher than the last, not adding up, sent twice, sent after the end, or not sent at all."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from billing.diagnosis.bills import Cause, compare_bills, sentence
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Action, ActionKind, Finding, Severity
from billing.diagnosis.practice import BILL_IS_NEWS_DAYS, BILL_LATE_DAYS
from billing.diagnosis.records import AgreementFact, InvoiceFact, PaymentFact
from billing.diagnosis.rules.parts import about, act, act_with, proofs, sending_back
from billing.diagnosis.words import change, contract, date_of, day, money
from billing.states import AgreementStatus, InvoiceStatus


def bill_higher(facts: Facts, at: datetime) -> Iterator[Finding]:
    today = date_of(at, facts.time_zone)
    for agreement_id, bills in _standing(facts):
        if len(bills) < 2 or not is_news(bills[-1], today):
            continue
        earlier, later = bills[-2:]
        if later.currency != earlier.currency or later.total_minor <= earlier.total_minor or _overlap(earlier, later):
            continue
        compared = compare_bills(earlier, later)
        delta, total = money(compared.delta_minor, later.currency), money(later.total_minor, later.currency)
        parts = [sentence(each, currency=later.currency, at=today) for each in compared.changes]
        unexplained = any(each.cause is Cause.UNEXPLAINED for each in compared.changes)
        agreement = facts.agreement_by_id.get(agreement_id)
        yield Finding(
            code="bill_higher",
            severity=Severity.DUE if unexplained else Severity.INFO,
            headline=f"Bill {later.reference} is {delta} higher than the last one",
            explanation=f"{money(earlier.total_minor, later.currency)} before, {total} now. {'; '.join(parts)}."
            + (" The lines do not explain it all: check the bill." if unexplained else ""),
            customer_headline="Why your bill is higher",
            customer_text=(
                f"Your bill of {day(later.issued_on, at=today)} is {total}. The one before was "
                f"{money(earlier.total_minor, earlier.currency)}. This is what changed: {'; '.join(parts)}."
            ),
            reply_next=("We are checking the part that no line shows." if unexplained else ""),
            customer_next="If one of these is wrong, tell us.",
            evidence=proofs(later, earlier, agreement),
            about=about(later),
            actions=(act(ActionKind.CREDIT_INVOICE, "Credit and reissue the bill", later),) if unexplained else (),
            at_stake_minor=compared.delta_minor,
            currency=later.currency,
        )


def bill_does_not_add_up(facts: Facts, at: datetime) -> Iterator[Finding]:
    today = date_of(at, facts.time_zone)
    for invoice in facts.invoices:
        gap = invoice.total_minor - sum(line.amount_minor for line in invoice.lines)
        if not gap or not invoice.lines or not invoice.stands or not (invoice.unpaid or is_news(invoice, today)):
            continue
        if 0 < gap <= invoice.goodwill_minor:  # made good
            continue
        summed = money(invoice.total_minor - gap, invoice.currency)
        yield Finding(
            code="bill_does_not_add_up",
            severity=Severity.LOSS if gap > 0 else Severity.DUE,
            headline=f"Bill {invoice.reference} does not add up: {change(gap, invoice.currency)} beyond its lines",
            explanation=f"The lines sum to {summed}, the total says {money(invoice.total_minor, invoice.currency)}.",
            customer_headline="Your bill has a mistake",
            customer_text=(
                f"The parts of bill {invoice.reference} sum to {summed}, but it asks for "
                f"{money(invoice.total_minor, invoice.currency)}. That is our mistake, and we are sorry."
            ),
            reply_next="We will send you a new bill.",
            evidence=proofs(invoice),
            about=about(invoice),
            actions=(act(ActionKind.CREDIT_INVOICE, "Credit and reissue the bill", invoice),),
            at_stake_minor=abs(gap),
            currency=invoice.currency,
        )


def billed_twice(facts: Facts, at: datetime) -> Iterator[Finding]:
    """Two live bills of one agreement for the same days and the same amount."""
    today = date_of(at, facts.time_zone)
    for agreement_id, bills in _standing(facts):
        for earlier, later in pairwise(sorted(bills, key=_by_period)):
            if not _overlap(earlier, later) or earlier.total_minor != later.total_minor or later.issued_on > today:
                continue
            # The one to take back is the one not paid; where both are, the later.
            extra, kept = (earlier, later) if facts.paid_minor(later) and earlier.unpaid else (later, earlier)
            if extra.total_minor <= 0 or not (extra.unpaid or facts.paid_minor(extra)):
                continue
            paid = facts.paid_minor(extra)
            total, both = money(extra.total_minor, extra.currency), "Both are paid." if paid else "One is not paid yet."
            yield Finding(
                code="billed_twice",
                severity=Severity.LOSS if paid else Severity.DUE,
                headline=f"Billed twice for the same days: {earlier.reference} and {later.reference}, {total} each",
                explanation=f"One agreement, one period. {both} Take back {extra.reference}.",
                customer_headline="You got two bills for the same time",
                customer_text=(
                    f"Bills {earlier.reference} and {later.reference} are for the same time, {total} each. "
                    f"Only {kept.reference} is right, and we are sorry."
                ),
                reply_next=_taking_back(facts, extra),
                evidence=proofs(extra, kept, facts.agreement_by_id.get(agreement_id)),
                about=about(earlier, later, *facts.payments_on.get(extra.id, ())),
                actions=_take_back(facts, extra),
                at_stake_minor=extra.total_minor,
                currency=extra.currency,
            )


def billed_after_end(facts: Facts, at: datetime) -> Iterator[Finding]:
    ended = (AgreementStatus.CANCELLED, AgreementStatus.LAPSED)
    for agreement in facts.agreements:
        if agreement.status not in ended or agreement.ended_on is None:
            continue
        for invoice in facts.bills_of.get(agreement.id, ()):
            start = invoice.period_start or invoice.issued_on
            taken_back = not invoice.stands and invoice.id not in facts.corrected_by
            if start <= agreement.ended_on or invoice.total_minor <= 0 or taken_back:
                continue
            paid = facts.paid_minor(invoice)
            if invoice.unpaid or paid:
                yield _after_end(facts, agreement, agreement.ended_on, invoice, paid, at)


def bill_missing(facts: Facts, at: datetime) -> Iterator[Finding]:
    today = date_of(at, facts.time_zone)
    for agreement in facts.agreements:
        due = agreement.next_bill_on
        if agreement.status is not AgreementStatus.ACTIVE or due is None or agreement.amount_minor == 0:
            continue
        bills = facts.bills_of.get(agreement.id, ())
        if due + timedelta(days=BILL_LATE_DAYS) > today or any(each.issued_on >= due for each in bills):
            continue
        yield Finding(
            code="bill_missing",
            severity=Severity.DUE,
            headline=f"No bill for {agreement.reference} since it was due on {day(due, at=at)}",
            explanation="The agreement is active and its billing day has passed. A late bill surprises people.",
            customer_headline="Your bill is late",
            customer_text=f"Your bill was due on {day(due, at=at)}. We have not made it yet. That is our mistake.",
            reply_next="You do not need to do anything. You will not pay a late fee for this.",
            evidence=proofs(agreement),
            about=about(agreement),
            actions=(act(ActionKind.ISSUE_INVOICE, "Issue the missing bill", agreement),),
            at_stake_minor=agreement.amount_minor,
            currency=agreement.currency,
        )


def is_news(invoice: InvoiceFact, today: date) -> bool:
    return today - timedelta(days=BILL_IS_NEWS_DAYS) <= invoice.issued_on <= today


def _standing(facts: Facts) -> Iterator[tuple[int, list[InvoiceFact]]]:
    for agreement_id, bills in facts.bills_of.items():
        yield agreement_id, [each for each in bills if each.stands]


def _by_period(invoice: InvoiceFact) -> tuple[date, int]:
    return invoice.period_start or invoice.issued_on, invoice.id


def _overlap(one: InvoiceFact, other: InvoiceFact) -> bool:
    if one.period_start is None or other.period_start is None:
        return False
    return one.period_start == other.period_start and one.period_end == other.period_end


def _take_back(facts: Facts, invoice: InvoiceFact) -> tuple[Action, ...]:
    refunds = tuple(
        act_with(ActionKind.REFUND_PAYMENT, "Refund", facts.kept_minor(each), each.currency, each)
        for each in _refundable(facts, invoice)
    )
    if invoice.status is InvoiceStatus.PAID:
        return refunds
    return (*refunds, act(ActionKind.VOID_INVOICE, "Void the bill", invoice))


def _refundable(facts: Facts, invoice: InvoiceFact) -> list[PaymentFact]:
    payments = facts.payments_on.get(invoice.id, ())
    return [each for each in payments if facts.kept_minor(each) and not facts.contested(each)]


def _taking_back(facts: Facts, invoice: InvoiceFact) -> str:
    if not facts.paid_minor(invoice):
        return f"Please do not pay bill {invoice.reference}. We are taking it back."
    payments = [each for each in _refundable(facts, invoice) if each.currency == invoice.currency]
    return sending_back(facts, sum(map(facts.kept_minor, payments)), payments[-1]) if payments else ""


def _after_end(
    facts: Facts, agreement: AgreementFact, ended_on: date, invoice: InvoiceFact, paid: int, at: datetime
) -> Finding:
    total, end = money(invoice.total_minor, invoice.currency), day(ended_on, at=at)
    return Finding(
        code="billed_after_end",
        severity=Severity.LOSS if paid else Severity.DUE,
        headline=f"Billed {total} for time after the end on {end}",
        explanation=f"{agreement.reference} ended on {end}; bill {invoice.reference} is for later days.",
        customer_headline="We billed you after the end",
        customer_text=f"Your {contract(agreement)} ended on {end}. We still billed {total}. We are sorry.",
        reply_next=_taking_back(facts, invoice),
        evidence=proofs(invoice, agreement, *facts.payments_on.get(invoice.id, ())),
        about=about(invoice, *facts.payments_on.get(invoice.id, ())),
        actions=_take_back(facts, invoice),
        at_stake_minor=paid or invoice.total_minor,
        currency=invoice.currency,
    )
