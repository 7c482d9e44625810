"""What the rules about refunds share: the expected day, the bank's reference, and the frame of a finding."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from billing.business_days import add_business_days
from billing.diagnosis.codes import Meaning, Retry
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Action, ActionKind, Finding
from billing.diagnosis.practice import REVERSAL_WINDOW
from billing.diagnosis.records import MethodFact, RefundFact
from billing.diagnosis.rules.parts import about, act_with, proof, proofs, refund_days
from billing.diagnosis.words import date_of
from billing.states import RefundStatus

# What stood in the way was ours or a matter of time. The way itself is open.
_SAME_WAY = frozenset({Retry.OURS, Retry.SOON, Retry.LATER})


def in_status(facts: Facts, *statuses: RefundStatus) -> Iterator[RefundFact]:
    return (refund for refund in facts.refunds if refund.status in statuses)


def method_of(facts: Facts, refund: RefundFact) -> MethodFact | None:
    payment = facts.payment_by_id.get(refund.payment_id)
    return facts.method_by_id.get(payment.method_id or 0) if payment else None


def expected_on(facts: Facts, refund: RefundFact) -> date:
    """The provider's own date, else the last of the usual business days."""
    if refund.expected_on is not None:
        return refund.expected_on
    _, most = refund_days(method_of(facts, refund))
    start = date_of(refund.sent_at or refund.requested_at, facts.time_zone)
    return add_business_days(start, most, facts.bank_holidays)


def made_good(facts: Facts, refund: RefundFact) -> bool:
    """Later refunds of the same payment that are alive cover what this one did not bring."""
    later = (
        other.amount_minor
        for other in facts.refunds_of.get(refund.payment_id, ())
        if other.alive and other.requested_at >= refund.requested_at and other.id != refund.id
    )
    return sum(later) >= refund.amount_minor


def pay_again(facts: Facts, refund: RefundFact, said: Meaning) -> tuple[Action, ...]:
    """Back the same way only where that can work: never to a card that is gone, nor while we ask where to send it."""
    payment, owed = facts.payment_by_id.get(refund.payment_id), refund.amount_minor
    other_way = act_with(ActionKind.PAY_REFUND_ANOTHER_WAY, "Pay another way:", owed, refund.currency, refund)
    if payment is None or facts.contested(payment) or said.retry not in _SAME_WAY:
        return (other_way,)
    return (other_way, act_with(ActionKind.REFUND_PAYMENT, "Refund again:", owed, refund.currency, payment))


def bank_reference(refund: RefundFact) -> str:
    return f"Bank reference (ARN) {refund.bank_reference}. " if refund.bank_reference else ""


def quote(refund: RefundFact) -> str:
    if not refund.bank_reference:
        return ""
    return f" Your bank can look for it by this number: {refund.bank_reference}."


def reversal_note(facts: Facts, refund: RefundFact, *, agent: bool) -> str:
    """Asked soon after the charge, a refund often undoes the charge instead of sending money."""
    payment = facts.payment_by_id.get(refund.payment_id)
    if payment is None or not payment.taken or refund.requested_at - payment.moment > REVERSAL_WINDOW:
        return ""
    if agent:
        return "Asked within a day of the charge: it may show as a reversal, with the charge gone and no credit."
    return " The charge may simply vanish from your statement. Then no extra line will show."


def on_refund(facts: Facts, refund: RefundFact, found: Finding) -> Finding:
    """Adds what every finding about a refund points at."""
    payment = facts.payment_by_id.get(refund.payment_id)
    note = f"bank reference {refund.bank_reference}" if refund.bank_reference else ""
    return replace(
        found,
        explanation=found.explanation.strip(),
        evidence=(proof(refund, note), *proofs(payment, method_of(facts, refund))),
        about=about(refund, payment),
        at_stake_minor=refund.amount_minor,
        currency=refund.currency,
    )
