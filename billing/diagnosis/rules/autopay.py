"""Autopay: what will make the next payment fail, or has made the last one."""

from collections.abc import Iterator
from datetime import datetime

from billing.diagnosis.facts import Facts
from billing.diagnosis.failures import Failure, FailureKind, is_expired, open_failures
from billing.diagnosis.findings import ActionKind, Finding, Severity
from billing.diagnosis.practice import RETRY_GRACE
from billing.diagnosis.records import AgreementFact, MethodFact
from billing.diagnosis.rules.parts import about, act, proofs
from billing.diagnosis.words import contract, date_of, day, day_of, method, money, yours
from billing.states import AgreementStatus, InvoiceStatus, MethodStatus

_LIVE = (AgreementStatus.ACTIVE, AgreementStatus.GRACE, AgreementStatus.PENDING)


def autopay_without_method(facts: Facts, at: datetime) -> Iterator[Finding]:
    for agreement in _on_autopay(facts):
        if facts.method_by_id.get(agreement.method_id or 0) is not None:
            continue
        yield _broken(
            agreement,
            None,
            code="autopay_without_method",
            headline=f"Autopay of {agreement.reference} has nothing to charge",
            explanation="Autopay is on, and no card or account is set for it. The next bill will not be paid.",
            customer_headline="Automatic payment cannot work",
            customer_text=f"Automatic payment is on for your {contract(agreement)}, but we have no card for it.",
            at=at,
        )


def card_expired(facts: Facts, at: datetime) -> Iterator[Finding]:
    """A payment failed for it, or autopay is about to."""
    failed = [each for each in open_failures(facts, at) if each.kind is FailureKind.EXPIRED]
    for failure in failed:
        yield _expired_payment(facts, failure, at)
    told = {failure.method.id for failure in failed if failure.method}
    for agreement, card in _charged_methods(facts):
        gone = card.status is MethodStatus.EXPIRED or is_expired(card, date_of(at, facts.time_zone))
        if not gone or card.id in told:
            continue
        end = f"{card.exp_month:02}/{card.exp_year}" if card.exp_month and card.exp_year else "already"
        yield _broken(
            agreement,
            card,
            code="card_expired",
            headline=f"{method(card)} of autopay expired {end}",
            explanation="The next automatic payment will fail. Ask for the new card now.",
            customer_headline="Your card has expired",
            customer_text=f"We pay your {contract(agreement)} from {yours(card)}. This card has expired.",
            at=at,
        )


def card_expiring(facts: Facts, at: datetime) -> Iterator[Finding]:
    today = date_of(at, facts.time_zone)
    for agreement, card in _charged_methods(facts):
        due = agreement.next_bill_on
        if card.status is not MethodStatus.ACTIVE or is_expired(card, today):
            continue
        if due is None or due < today or not is_expired(card, due):
            continue
        yield _broken(
            agreement,
            card,
            code="card_expiring",
            headline=f"{method(card)} expires before the next bill on {day(due, at=at)}",
            explanation=f"It is good until {card.exp_month:02}/{card.exp_year}. A new card now saves a failed payment.",
            customer_headline="Your card expires soon",
            customer_text=f"We pay your {contract(agreement)} from {yours(card)}. It expires before your next bill.",
            at=at,
        )


def mandate_revoked(facts: Facts, at: datetime) -> Iterator[Finding]:
    """By the method's own state, or by the code of a failed payment."""
    failures = [each for each in open_failures(facts, at) if each.kind is FailureKind.REVOKED]
    for failure in failures:
        yield _stopped(facts, failure, "mandate_revoked", "The permission was taken back at the bank", at)
    told = {failure.method.id for failure in failures if failure.method}
    for agreement, used in _charged_methods(facts):
        if used.status is MethodStatus.REVOKED and used.id not in told:
            yield _broken(
                agreement,
                used,
                code="mandate_revoked",
                headline=f"The permission to charge {method(used)} was taken back",
                explanation="Autopay cannot run. Ask whether this was meant; a new permission is needed.",
                customer_headline="Automatic payment was stopped",
                customer_text=f"Your permission to take payments from {yours(used)} was taken back.",
                at=at,
            )


def payment_stopped(facts: Facts, at: datetime) -> Iterator[Finding]:
    for failure in open_failures(facts, at):
        if failure.kind is FailureKind.STOPPED:
            yield _stopped(facts, failure, "payment_stopped", "The customer stopped it at the bank", at)


def method_removed(facts: Facts, at: datetime) -> Iterator[Finding]:
    for agreement, used in _charged_methods(facts):
        if used.status is MethodStatus.DETACHED:
            yield _broken(
                agreement,
                used,
                code="method_removed",
                headline=f"Autopay of {agreement.reference} points at {method(used)}, which was removed",
                explanation="The next automatic payment will fail. Ask for another way to pay.",
                customer_headline="Automatic payment cannot work",
                customer_text=f"Automatic payment for your {contract(agreement)} used {yours(used)}. It was removed.",
                at=at,
            )


def autopay_missed(facts: Facts, at: datetime) -> Iterator[Finding]:
    """The bill's day has passed and the bank was never asked: our own failure, not the customer's."""
    today = date_of(at - RETRY_GRACE, facts.time_zone)
    for agreement, used in _charged_methods(facts):
        if used.status is not MethodStatus.ACTIVE or is_expired(used, today):
            continue
        for bill in facts.bills_of.get(agreement.id, ()):
            # What is charged automatically needs no last day: it is asked for when it is made.
            due_on = bill.due_on or bill.issued_on
            if (
                bill.status is not InvoiceStatus.OPEN
                or due_on >= today
                or not facts.owed_minor(bill)
                or facts.payments_on.get(bill.id)
            ):
                continue
            due, amount = day(due_on, at=at), money(facts.owed_minor(bill), bill.currency)
            yield Finding(
                code="autopay_missed",
                severity=Severity.DUE,
                headline=f"Autopay never asked for {amount}, due on {due}",
                explanation=f"{method(used)} is in order, and bill {bill.reference} has no attempt. Ours to put right.",
                customer_headline="We did not take your payment",
                customer_text=f"Your bill of {amount} was due on {due}. Our automatic payment did not run.",
                reply_next="This is our mistake. You will not pay a late fee for it.",
                evidence=proofs(bill, agreement, used),
                about=about(bill),
                actions=(act(ActionKind.RUN_AUTOPAY, "Run the automatic payment now", bill),),
                at_stake_minor=facts.owed_minor(bill),
                currency=bill.currency,
            )


def _on_autopay(facts: Facts) -> Iterator[AgreementFact]:
    return (each for each in facts.agreements if each.autopay and each.status in _LIVE)


def _charged_methods(facts: Facts) -> Iterator[tuple[AgreementFact, MethodFact]]:
    for agreement in _on_autopay(facts):
        used = facts.method_by_id.get(agreement.method_id or 0)
        if used is not None:
            yield agreement, used


def _broken(
    agreement: AgreementFact,
    used: MethodFact | None,
    *,
    code: str,
    headline: str,
    explanation: str,
    customer_headline: str,
    customer_text: str,
    at: datetime,
) -> Finding:
    due = agreement.next_bill_on
    before = f" before {day(due, at=at)}" if due is not None and due > at.date() else ""
    return Finding(
        code=code,
        severity=Severity.DUE,
        headline=headline,
        explanation=explanation,
        customer_headline=customer_headline,
        customer_text=customer_text,
        customer_next=f"Please choose a way to pay{before}.",
        evidence=proofs(agreement, used),
        about=about(agreement),
        actions=(act(ActionKind.ASK_NEW_METHOD, "Ask for a new way to pay", agreement, used),),
        over_on=due if before else None,
        at_stake_minor=agreement.amount_minor or None,
        currency=agreement.currency,
    )


def _expired_payment(facts: Facts, failure: Failure, at: datetime) -> Finding:
    payment = failure.payment
    amount = money(payment.amount_minor, payment.currency)
    when = day_of(failure.attempt.at, at=at, zone=facts.time_zone)
    return Finding(
        code="card_expired",
        severity=Severity.DUE,
        headline=f"{amount} declined: {method(failure.method)} has expired or was replaced",
        explanation=failure.said.agent,
        customer_headline="Your card has expired",
        customer_text=f"On {when} we asked {yours(failure.method)} for {amount}. That card is no longer in use.",
        customer_next="Please add your new card. Then we will take the payment.",
        evidence=proofs(payment, failure.invoice, failure.method, failure.agreement),
        about=about(payment, failure.invoice, failure.agreement),
        actions=(act(ActionKind.ASK_NEW_METHOD, "Ask for the new card", payment, failure.method),),
        at_stake_minor=payment.amount_minor,
        currency=payment.currency,
        retry=failure.advice,
    )


def _stopped(facts: Facts, failure: Failure, code: str, what: str, at: datetime) -> Finding:
    payment, agreement = failure.payment, failure.agreement
    amount = money(payment.amount_minor, payment.currency)
    when = day_of(failure.attempt.at, at=at, zone=facts.time_zone)
    ask = act(ActionKind.ASK_CUSTOMER, "Ask whether automatic payment should end", payment)
    stop = act(ActionKind.CANCEL_AUTOPAY, "Turn off autopay", agreement)
    return Finding(
        code=code,
        severity=Severity.DUE,
        headline=f"{amount} refused. {what}",
        explanation=failure.said.agent,
        customer_headline="Automatic payment was stopped",
        customer_text=f"On {when} we asked {yours(failure.method)} for {amount}. {failure.said.customer}",
        customer_next=failure.said.customer_step,
        evidence=proofs(payment, failure.invoice, failure.method, agreement),
        about=about(payment, failure.invoice, agreement),
        actions=(ask, stop) if agreement is not None and agreement.autopay else (ask,),
        at_stake_minor=payment.amount_minor,
        currency=payment.currency,
        retry=failure.advice,
    )
