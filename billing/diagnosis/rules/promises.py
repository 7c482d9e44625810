"""Money off that was promised and is not on the bill."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import ActionKind, Evidence, Finding, RecordKind, Severity
from billing.diagnosis.practice import BILL_IS_NEWS_DAYS
from billing.diagnosis.records import InvoiceFact, PromiseFact
from billing.diagnosis.rules.parts import about, act, proofs
from billing.diagnosis.words import date_of, day, money
from billing.states import LineKind


def promotion_missing(facts: Facts, at: datetime) -> Iterator[Finding]:
    for promise in facts.promises:
        if promise.kind is not LineKind.DISCOUNT:
            continue
        today = date_of(at, facts.time_zone)
        since = max(promise.starts_on, today - timedelta(days=BILL_IS_NEWS_DAYS))
        for bill in _bills(facts, promise):
            if since <= facts.first_issued_on(bill) <= (promise.ends_on or today) and not _has(bill, promise):
                yield _missing(promise, bill, at, "promotion_missing", "discount")


def credit_missing(facts: Facts, at: datetime) -> Iterator[Finding]:
    """A one-off credit belongs on the first bill after it was granted."""
    for promise in facts.promises:
        if promise.kind is not LineKind.CREDIT:
            continue
        later = [each for each in _bills(facts, promise) if facts.first_issued_on(each) >= promise.starts_on]
        if later and not any(_has(each, promise) for each in later):
            yield _missing(promise, later[0], at, "credit_missing", "credit")


def _bills(facts: Facts, promise: PromiseFact) -> list[InvoiceFact]:
    ours = facts.invoices if promise.agreement_id is None else facts.bills_of.get(promise.agreement_id, ())
    bills = [each for each in ours if each.stands and each.currency == promise.currency]
    return sorted(bills, key=lambda each: (facts.first_issued_on(each), each.id))


def _has(bill: InvoiceFact, promise: PromiseFact) -> bool:
    if bill.goodwill_minor >= promise.amount_minor:  # made good by a credit note
        return True
    return any(line.kind is promise.kind and line.amount_minor <= -promise.amount_minor for line in bill.lines)


def _missing(promise: PromiseFact, bill: InvoiceFact, at: datetime, code: str, noun: str) -> Finding:
    amount, issued = money(promise.amount_minor, promise.currency), day(bill.issued_on, at=at)
    evidence = (*proofs(bill), Evidence(RecordKind.PROMISE, promise.id, promise.reference))
    return Finding(
        code=code,
        severity=Severity.LOSS,
        headline=f"The {noun} {promise.reference} of {amount} is not on bill {bill.reference}",
        explanation=f"It was granted from {day(promise.starts_on, at=at)}; the bill of {issued} has no such line.",
        customer_headline=f"Your {noun} is missing",
        customer_text=f"Your bill of {issued} should be {amount} lower. The {noun} we promised you is not on it.",
        reply_next="We are sorry. We will put it right and send you a new bill.",
        evidence=evidence,
        about=about(bill),
        actions=(act(ActionKind.CREDIT_INVOICE, f"Credit {amount} on the bill", bill),),
        at_stake_minor=promise.amount_minor,
        currency=promise.currency,
    )
