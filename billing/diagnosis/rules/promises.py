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
            if since <= bill.issued_on <= (promise.ends_on or today) and not _has(bill, promise):
                yield _missing(promise, bill, at, "promotion_missing", "discount")


def credit_missing(facts: Facts, at: datetime) -> Iterator[Finding]:
    """A one-off credit belongs on the first bill after it was granted."""
    for promise in facts.promises:
        if promise.kind is not LineKind.CREDIT:
            continue
        later = [each for each in _bills(facts, promise) if each.issued_on >= promise.starts_on]
        if later and not any(_has(each, promise) for each in later):
            yield _missing(promise, later[0], at, "credit_missing", "credit")


def _bills(facts: Facts, promise: PromiseFact) -> list[InvoiceFact]:
    if promise.agreement_id is not None:
        bills = facts.bills_of.get(promise.agreement_id, [])
    else:
        bills = sorted((each for each in facts.invoices if each.issued), key=lambda each: (each.issued_on, each.id))
    return [each for each in bills if each.currency == promise.currency]


def _has(bill: InvoiceFact, promise: PromiseFact) -> bool:
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
