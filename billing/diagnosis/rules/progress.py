"""Payments that are neither done nor failed: they wait for the customer, or for the bank."""

from collections.abc import Iterator
from datetime import datetime

from billing.business_days import add_business_days
from billing.diagnosis.codes import ACH_CHANGES, Group
from billing.diagnosis.facts import Facts
from billing.diagnosis.failures import FailureKind, open_failures
from billing.diagnosis.findings import ActionKind, Finding, Severity
from billing.diagnosis.practice import DEBIT_BUSINESS_DAYS, FAILURE_REMEMBERED
from billing.diagnosis.records import PaymentFact
from billing.diagnosis.rules.parts import about, act, proofs
from billing.diagnosis.words import date_of, day, day_of, money, yours
from billing.states import MethodStatus, PaymentStatus


def step_needed(facts: Facts, at: datetime) -> Iterator[Finding]:
    """3-D Secure and its kin: only the customer can finish the payment."""
    for payment in facts.payments:
        if payment.status is PaymentStatus.REQUIRES_ACTION and _still_wanted(facts, payment, at):
            why = "Your bank wants you to confirm this payment yourself. Nothing was taken yet."
            yield _step(facts, payment, why, "The payment waits for the customer's confirmation at the bank.", at)
    for failure in open_failures(facts, at):
        if failure.kind is FailureKind.STEP_NEEDED:
            agent = failure.said.agent
            yield _step(facts, failure.payment, failure.said.customer, agent, at)


def payment_on_its_way(facts: Facts, at: datetime) -> Iterator[Finding]:
    for payment in facts.payments:
        if payment.status is not PaymentStatus.PROCESSING or payment.created_at > at:
            continue
        asked = date_of(payment.created_at, facts.time_zone)
        by = add_business_days(asked, DEBIT_BUSINESS_DAYS, facts.bank_holidays)
        if date_of(at, facts.time_zone) > by:
            continue
        amount, until = money(payment.amount_minor, payment.currency), day(by, at=at)
        yield Finding(
            code="payment_on_its_way",
            severity=Severity.INFO,
            headline=f"{amount} is on its way, known by {until}",
            explanation="The bank has the debit and has not answered. It can still come back. Do not ask for it twice.",
            customer_headline="Your payment is on its way",
            customer_text=f"We asked your bank for {amount} on {day(asked, at=at)}. Banks need a few days for this.",
            customer_next=f"You do not need to do anything. We will know by {until}.",
            evidence=proofs(payment, facts.invoice_by_id.get(payment.invoice_id or 0)),
            about=about(payment, facts.invoice_by_id.get(payment.invoice_id or 0)),
            actions=(act(ActionKind.WAIT, f"Wait until {until}", payment),),
            over_on=by,
            at_stake_minor=payment.amount_minor,
            currency=payment.currency,
        )


def payment_stuck(facts: Facts, at: datetime) -> Iterator[Finding]:
    for payment in facts.payments:
        if payment.status is not PaymentStatus.PROCESSING or payment.created_at > at:
            continue
        asked = date_of(payment.created_at, facts.time_zone)
        if date_of(at, facts.time_zone) <= add_business_days(asked, DEBIT_BUSINESS_DAYS, facts.bank_holidays):
            continue
        amount, since = money(payment.amount_minor, payment.currency), day(asked, at=at)
        yield Finding(
            code="payment_stuck",
            severity=Severity.DUE,
            headline=f"{amount} has been processing since {since}",
            explanation=(
                f"No answer after {DEBIT_BUSINESS_DAYS} business days. Ask the provider what became of it before "
                "anything is charged again."
            ),
            customer_headline="Your payment takes longer than it should",
            customer_text=f"We asked your bank for {amount} on {since}. It should have answered by now.",
            reply_next="Please do not pay again. We are asking, and we will tell you what we hear.",
            evidence=proofs(payment, facts.invoice_by_id.get(payment.invoice_id or 0)),
            about=about(payment, facts.invoice_by_id.get(payment.invoice_id or 0)),
            actions=(act(ActionKind.ASK_PROVIDER, "Ask the provider what became of it", payment),),
            at_stake_minor=payment.amount_minor,
            currency=payment.currency,
        )


def details_changed(facts: Facts, at: datetime) -> Iterator[Finding]:
    """A notification of change: the debit went through, the next one may not with the old details."""
    newest = {payment.method_id: payment for payment in sorted(facts.payments, key=lambda each: each.moment)}
    for payment in newest.values():
        attempt, method = payment.last_attempt, facts.method_by_id.get(payment.method_id or 0)
        notice = ACH_CHANGES.get(attempt.network_code) if attempt else None
        if method is None or notice is None or notice.group is not Group.CHANGE_NOTICE:
            continue
        if not payment.taken or method.status is not MethodStatus.ACTIVE:
            continue
        yield Finding(
            code="details_changed",
            severity=Severity.DUE,
            headline=f"The bank asks for a correction before the next debit: {notice.name} ({notice.code})",
            explanation=f"{notice.agent} The payment itself went through.",
            customer_headline="Your payment went through",
            customer_text=notice.customer,
            customer_next=notice.customer_step,
            evidence=proofs(payment, method),
            about=about(payment),
            actions=(act(ActionKind.CORRECT_DETAILS, "Use the corrected details", method),),
        )


def _still_wanted(facts: Facts, payment: PaymentFact, at: datetime) -> bool:
    invoice = facts.invoice_by_id.get(payment.invoice_id or 0)
    if invoice is not None:
        return facts.owed_minor(invoice) > 0
    if not payment.created_at <= at <= payment.created_at + FAILURE_REMEMBERED:
        return False
    return not any(
        other.taken and other.amount_minor == payment.amount_minor and other.created_at >= payment.created_at
        for other in facts.payments
    )


def _step(facts: Facts, payment: PaymentFact, why: str, agent: str, at: datetime) -> Finding:
    amount = money(payment.amount_minor, payment.currency)
    invoice = facts.invoice_by_id.get(payment.invoice_id or 0)
    method = facts.method_by_id.get(payment.method_id or 0)
    when = day_of(payment.created_at, at=at, zone=facts.time_zone)
    return Finding(
        code="customer_step_needed",
        severity=Severity.DUE,
        headline=f"{amount} waits for the customer to confirm",
        explanation=agent,
        customer_headline="Your bank wants you to confirm",
        customer_text=f"On {when} we asked {yours(method)} for {amount}. {why}",
        customer_next="Please open the secure payment link and follow the steps of your bank.",
        evidence=proofs(payment, invoice, method),
        about=about(payment, invoice),
        actions=(act(ActionKind.SEND_PAYMENT_LINK, "Send the secure link to confirm", payment),),
        at_stake_minor=payment.amount_minor,
        currency=payment.currency,
    )
