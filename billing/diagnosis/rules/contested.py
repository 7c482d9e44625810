"""Payments the customer's bank contests. While one is open its money must not be sent back a second way."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import ActionKind, Finding, Severity
from billing.diagnosis.practice import DISPUTE_REMEMBERED_DAYS
from billing.diagnosis.records import DisputeFact, RefundFact
from billing.diagnosis.rules.parts import about, act, proofs
from billing.diagnosis.words import date_of, day_of, money


def disputed(facts: Facts, at: datetime) -> Iterator[Finding]:
    for dispute in facts.disputes:
        if not dispute.open or _twice_minor(facts, dispute):
            continue
        payment, amount = facts.payment_by_id.get(dispute.payment_id), money(dispute.amount_minor, dispute.currency)
        due = dispute.answer_due_at
        by = day_of(due, at=at, zone=facts.time_zone) if due else ""
        kind = "asks about" if dispute.inquiry else "disputes"
        yield Finding(
            code="disputed",
            severity=Severity.DUE if due else Severity.INFO,
            headline=f"The bank {kind} {amount}" + (f": answer by {by}" if due else ""),
            explanation="Do not refund it while the dispute is open: the money could go out twice.",
            customer_headline="Your bank is looking into a payment",
            customer_text=f"You asked your bank about a payment of {amount}. The bank decides now.",
            customer_next="You do not need to do anything here. We must not send the money while your bank decides.",
            evidence=proofs(dispute, payment),
            about=about(dispute, payment),
            actions=(act(ActionKind.ANSWER_DISPUTE, f"Answer by {by}" if due else "Open the dispute", dispute),),
            over_on=date_of(due, facts.time_zone) if due else None,
            at_stake_minor=dispute.amount_minor,
            currency=dispute.currency,
        )


def disputed_and_refunded(facts: Facts, at: datetime) -> Iterator[Finding]:
    for dispute in facts.disputes:
        twice = _twice_minor(facts, dispute)
        if not twice or dispute.won or dispute.inquiry:
            continue
        if dispute.closed_at and at - dispute.closed_at > timedelta(days=DISPUTE_REMEMBERED_DAYS):
            continue
        payment, refunds = facts.payment_by_id.get(dispute.payment_id), _refunds_of(facts, dispute)
        amount, asked = money(twice, dispute.currency), money(dispute.amount_minor, dispute.currency)
        same = "the same money" if twice == dispute.amount_minor else f"{amount} of the same money"
        yield Finding(
            code="disputed_and_refunded",
            severity=Severity.LOSS,
            headline=f"{amount} is disputed and refunded: it can go out twice",
            explanation="Answer the dispute with the refund as proof; if the refund is not sent yet, cancel it.",
            customer_headline="Your money is coming back only once",
            customer_text=(
                f"You asked your bank for {asked}, and we sent {same} back as well. "
                "You should get it once, not two times."
            ),
            customer_next="Please tell your bank that we have refunded you.",
            evidence=proofs(dispute, *refunds, payment),
            about=about(dispute, payment, *refunds),
            actions=(act(ActionKind.ANSWER_DISPUTE, "Send the refund as proof", dispute),),
            at_stake_minor=twice,
            currency=dispute.currency,
        )


def dispute_closed(facts: Facts, at: datetime) -> Iterator[Finding]:
    for dispute in facts.disputes:
        closed = dispute.closed_at
        if dispute.open or closed is None or dispute.won is None or _twice_minor(facts, dispute):
            continue
        if not timedelta() <= at - closed <= timedelta(days=DISPUTE_REMEMBERED_DAYS):
            continue
        amount, when = money(dispute.amount_minor, dispute.currency), day_of(closed, at=at, zone=facts.time_zone)
        result = "stays with us" if dispute.won else "went back to the customer"
        yield Finding(
            code="dispute_won" if dispute.won else "dispute_lost",
            severity=Severity.INFO,
            headline=f"Dispute closed on {when}: {amount} {result}",
            explanation="The bank has decided. A bill paid with that money is open again only where the money left us.",
            customer_headline="Your bank has decided",
            customer_text=f"On {when} your bank decided about your payment of {amount}.",
            customer_next=(
                "It found that the payment was right. Please ask your bank if you do not agree."
                if dispute.won
                else "You get the money back from your bank. Please allow some days for it to show."
            ),
            evidence=proofs(dispute, facts.payment_by_id.get(dispute.payment_id)),
            about=about(dispute),
            at_stake_minor=dispute.amount_minor,
            currency=dispute.currency,
        )


def _refunds_of(facts: Facts, dispute: DisputeFact) -> list[RefundFact]:
    return [each for each in facts.refunds_of.get(dispute.payment_id, ()) if each.alive]


def _twice_minor(facts: Facts, dispute: DisputeFact) -> int:
    """What the customer may get from us and from the bank: all that goes beyond what was taken, or a refund of just
    the contested amount. Otherwise the bank is asked about the part that was not refunded."""
    payment, refunds = facts.payment_by_id.get(dispute.payment_id), _refunds_of(facts, dispute)
    back = sum(each.amount_minor for each in refunds)
    beyond = back + dispute.amount_minor - (payment.captured_minor if payment else 0)
    if any(each.amount_minor == dispute.amount_minor for each in refunds):
        return dispute.amount_minor
    return max(min(beyond, back, dispute.amount_minor), 0)
