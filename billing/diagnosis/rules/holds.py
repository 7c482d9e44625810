"""Authorisations nobody captured, for a bill that still needs the money."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import ActionKind, Finding, Severity
from billing.diagnosis.practice import FAILURE_REMEMBERED, HOLD_DAYS, HOLD_WARNING_DAYS
from billing.diagnosis.records import InvoiceFact, PaymentFact
from billing.diagnosis.rules.parts import about, act, act_with, proofs
from billing.diagnosis.words import date_of, day_of, money, yours
from billing.states import PaymentStatus


def hold_ending(facts: Facts, at: datetime) -> Iterator[Finding]:
    for payment, invoice, ends in _waiting(facts):
        if payment.status is not PaymentStatus.AUTHORISED or not at < ends <= at + timedelta(days=HOLD_WARNING_DAYS):
            continue
        amount, until = money(payment.amount_minor, payment.currency), day_of(ends, at=at, zone=facts.time_zone)
        yield Finding(
            code="hold_ending",
            severity=Severity.DUE,
            headline=f"{amount} is authorised only; it falls away on {until}",
            explanation=f"Bill {invoice.reference} needs it. Capture it before then, or the bank must be asked again.",
            customer_headline="Your payment is set aside",
            customer_text=f"Your bank has set aside {amount} for bill {invoice.reference}. It is not taken yet.",
            customer_next="You do not need to do anything.",
            evidence=proofs(payment, invoice),
            about=about(payment, invoice),
            actions=(act_with(ActionKind.CAPTURE_PAYMENT, "Capture", payment.amount_minor, payment.currency, payment),),
            over_on=date_of(ends, facts.time_zone),
            at_stake_minor=payment.amount_minor,
            currency=payment.currency,
        )


def hold_expired(facts: Facts, at: datetime) -> Iterator[Finding]:
    for payment, invoice, ends in _waiting(facts):
        if not ends <= at <= ends + FAILURE_REMEMBERED:
            continue
        amount, gone = money(payment.amount_minor, payment.currency), day_of(ends, at=at, zone=facts.time_zone)
        method = facts.method_by_id.get(payment.method_id or 0)
        yield Finding(
            code="hold_expired",
            severity=Severity.DUE,
            headline=f"{amount} was authorised and not captured; the hold ended on {gone}",
            explanation=f"Bill {invoice.reference} is unpaid by our omission. Tell the customer, then ask again.",
            customer_headline="We did not collect your payment",
            customer_text=(
                f"Your bank set aside {amount} on {yours(method)}. We did not collect it in time, so it is free again."
            ),
            reply_next="This is our mistake. We will tell you before we ask your bank again.",
            evidence=proofs(payment, invoice, method),
            about=about(payment, invoice),
            actions=(act(ActionKind.RETRY_PAYMENT, "Ask the bank again", payment),),
            at_stake_minor=payment.amount_minor,
            currency=payment.currency,
        )


def _waiting(facts: Facts) -> Iterator[tuple[PaymentFact, InvoiceFact, datetime]]:
    for payment in facts.payments:
        invoice = facts.invoice_by_id.get(payment.invoice_id or 0)
        # A provider lets go of what is not captured, and calls it canceled.
        let_go = payment.status is PaymentStatus.CANCELED and payment.authorised_at is not None
        held = payment.status is PaymentStatus.AUTHORISED or let_go
        if not held or invoice is None or not facts.owed_minor(invoice):
            continue
        yield payment, invoice, payment.hold_expires_at or payment.moment + timedelta(days=HOLD_DAYS)
