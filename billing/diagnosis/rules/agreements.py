"""Agreements in grace, lapsed, or waiting for their first payment; and bills nobody has paid."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Action, ActionKind, Finding, Severity
from billing.diagnosis.practice import LAPSE_REMEMBERED_DAYS
from billing.diagnosis.records import AgreementFact, InvoiceFact
from billing.diagnosis.rules.parts import about, act, act_with, proofs
from billing.diagnosis.words import contract, count, date_of, day, listed, money
from billing.states import AgreementStatus, InvoiceStatus, PaymentStatus

_IN_HAND = (PaymentStatus.PROCESSING, PaymentStatus.AUTHORISED)


def in_grace(facts: Facts, at: datetime) -> Iterator[Finding]:
    today = date_of(at, facts.time_zone)
    for agreement in facts.agreements:
        until, bills = agreement.grace_until, _owing(facts, agreement)
        if agreement.status is not AgreementStatus.GRACE or until is None or _all_paid(facts, agreement):
            continue
        owed_minor, last_day = _sum(facts, bills) or agreement.amount_minor, day(until, at=at)
        owed, left = money(owed_minor, agreement.currency), (until - today).days
        coming = any(_in_hand(facts, each) for each in bills)
        rest = f"lapses in {count(left, 'day')}" if left >= 0 else "the last day has passed"
        yield Finding(
            code="in_grace",
            severity=Severity.DUE,
            headline=f"{agreement.reference} is in grace until {last_day}: {rest}",
            explanation=f"{owed} is open{_references(bills)}. Paid by {last_day}, nothing is lost."
            + (" A payment is on its way: watch that it arrives." if coming else ""),
            customer_headline=f"Please pay by {last_day}",
            customer_text=f"Your {contract(agreement)} is still active, but {owed} is not paid.",
            customer_next=(
                f"A payment is on its way. If it does not reach us by {last_day}, the {contract(agreement)} ends."
                if coming
                else f"Please pay by {last_day}. After that day it ends."
            ),
            evidence=proofs(agreement, *bills),
            about=about(agreement, *bills),
            actions=_pay(owed_minor, agreement.currency, bills),
            over_on=until,
            at_stake_minor=owed_minor,
            currency=agreement.currency,
        )


def lapsed(facts: Facts, at: datetime) -> Iterator[Finding]:
    for agreement in _lapsed_lately(facts, at):
        if _all_paid(facts, agreement):
            continue
        bills, ended = _owing(facts, agreement), _ended(agreement, at)
        owed_minor = _sum(facts, bills) or agreement.amount_minor
        owed = money(owed_minor, agreement.currency)
        yield Finding(
            code="lapsed",
            severity=Severity.DUE,
            headline=f"{agreement.reference} lapsed{ended}: {owed} is open",
            explanation=f"Reinstating needs {owed}{_references(bills)} and, by the terms, maybe a fresh statement.",
            customer_headline="Your contract has ended",
            customer_text=f"Your {contract(agreement)} ended{ended}, because {owed} was not paid.",
            customer_next=f"To start it again, please pay {owed} and ask us. We will tell you what else is needed.",
            evidence=proofs(agreement, *bills),
            about=about(agreement, *bills),
            actions=(
                *_pay(owed_minor, agreement.currency, bills),
                act(ActionKind.REINSTATE, "Ask for reinstatement after payment", agreement),
            ),
            at_stake_minor=owed_minor,
            currency=agreement.currency,
        )


def lapsed_though_paid(facts: Facts, at: datetime) -> Iterator[Finding]:
    """In grace or lapsed, and every bill is paid: the customer stands without cover by our mistake."""
    grace = [each for each in facts.agreements if each.status is AgreementStatus.GRACE]
    for agreement in [*grace, *_lapsed_lately(facts, at)]:
        bills = facts.bills_of.get(agreement.id, [])
        if not _all_paid(facts, agreement):
            continue
        in_time = agreement.status is AgreementStatus.GRACE
        state = "in grace" if in_time else f"lapsed{_ended(agreement, at)}"
        yield Finding(
            code="lapsed_though_paid",
            severity=Severity.LOSS,
            headline=f"{agreement.reference} is {state}, though every bill is paid",
            explanation="Nothing is open. Set it active again as of the day it changed, and check for letters sent.",
            customer_headline="Your contract should be active",
            customer_text=f"You have paid all bills of your {contract(agreement)}. It was still marked as unpaid.",
            reply_next="This is our mistake. We are setting it right, with no gap. You do not need to pay again.",
            evidence=proofs(agreement, bills[-1], *facts.payments_on.get(bills[-1].id, ())),
            about=about(agreement),
            actions=(act(ActionKind.REINSTATE, "Reinstate without a gap", agreement),),
            at_stake_minor=agreement.amount_minor or None,
            currency=agreement.currency,
        )


def first_payment_missing(facts: Facts, at: datetime) -> Iterator[Finding]:
    today = date_of(at, facts.time_zone)
    for agreement in facts.agreements:
        bills = [each for each in _owing(facts, agreement) if each.due_on is not None and each.due_on < today]
        if agreement.status is not AgreementStatus.PENDING or not bills:
            continue
        owed = money(_sum(facts, bills), agreement.currency)
        yield Finding(
            code="first_payment_missing",
            severity=Severity.DUE,
            headline=f"{agreement.reference} has not started: the first {owed} is not paid",
            explanation=f"It starts with the first payment{_references(bills)}.",
            customer_headline="Your contract has not started yet",
            customer_text=f"Your {contract(agreement)} starts when the first {owed} is paid. We do not have it yet.",
            customer_next="Please pay it, and we will tell you when it starts.",
            evidence=proofs(agreement, *bills),
            about=about(agreement, *bills),
            actions=_pay(_sum(facts, bills), agreement.currency, bills),
            at_stake_minor=_sum(facts, bills),
            currency=agreement.currency,
        )


def overdue(facts: Facts, at: datetime) -> Iterator[Finding]:
    """Nobody has paid, and no other rule knows why."""
    today = date_of(at, facts.time_zone)
    for invoice in facts.invoices:
        if invoice.due_on is None or invoice.due_on >= today or not facts.owed_minor(invoice):
            continue
        if invoice.status is InvoiceStatus.UNCOLLECTIBLE:  # given up on: nobody is asked for it any more
            continue
        if _in_hand(facts, invoice) or facts.paid_minor(invoice):  # something came: another rule says how much
            continue
        agreement = facts.agreement_by_id.get(invoice.agreement_id or 0)
        owed, due = money(facts.owed_minor(invoice), invoice.currency), day(invoice.due_on, at=at)
        manual = agreement is not None and not agreement.autopay
        yield Finding(
            code="overdue",
            severity=Severity.DUE,
            headline=f"Bill {invoice.reference} is overdue since {due}: {owed}",
            explanation="No payment came for it." + (" Autopay is off: the customer pays by hand." if manual else ""),
            customer_headline="A bill is not paid yet",
            customer_text=f"Your bill {invoice.reference} was due on {due}. {owed} is still open.",
            customer_next="Please pay it. If you have paid already, tell us when and how.",
            evidence=proofs(invoice, agreement),
            about=about(invoice),
            actions=_pay(facts.owed_minor(invoice), invoice.currency, [invoice]),
            at_stake_minor=facts.owed_minor(invoice),
            currency=invoice.currency,
        )


def _owing(facts: Facts, agreement: AgreementFact) -> list[InvoiceFact]:
    return [
        each
        for each in facts.bills_of.get(agreement.id, ())
        if each.currency == agreement.currency and facts.owed_minor(each)
    ]


def _lapsed_lately(facts: Facts, at: datetime) -> Iterator[AgreementFact]:
    today = date_of(at, facts.time_zone)
    for agreement in facts.agreements:
        ended = agreement.ended_on or agreement.grace_until
        recent = ended is None or ended >= today - timedelta(days=LAPSE_REMEMBERED_DAYS)
        if agreement.status is AgreementStatus.LAPSED and recent:
            yield agreement


def _ended(agreement: AgreementFact, at: datetime) -> str:
    ended = agreement.ended_on or agreement.grace_until
    return f" on {day(ended, at=at)}" if ended else ""


def _sum(facts: Facts, bills: list[InvoiceFact]) -> int:
    return sum(facts.owed_minor(each) for each in bills)


def _all_paid(facts: Facts, agreement: AgreementFact) -> bool:
    """There were bills, and none of them waits for money."""
    return bool(facts.bills_of.get(agreement.id)) and not _owing(facts, agreement)


def _in_hand(facts: Facts, bill: InvoiceFact) -> bool:
    return any(each.status in _IN_HAND for each in facts.payments_on.get(bill.id, ()))


def _references(bills: list[InvoiceFact]) -> str:
    return f" ({listed([f'bill {each.reference}' for each in bills])})" if bills else ""


def _pay(minor: int, currency: str, bills: list[InvoiceFact]) -> tuple[Action, ...]:
    return (act_with(ActionKind.SEND_PAYMENT_LINK, "Send a link for", minor, currency, *bills),)
