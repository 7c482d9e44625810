"""Refunds: where each one is, when it will be there, and what to do when it is not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from billing.business_days import business_days_between
from billing.diagnosis.codes import explain_refund_failure
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import ActionKind, Finding, Severity
from billing.diagnosis.practice import APPROVAL_BUSINESS_DAYS, REFUND_REMEMBERED_DAYS
from billing.diagnosis.rules.parts import act
from billing.diagnosis.rules.refund_parts import (
    bank_reference,
    expected_on,
    in_status,
    made_good,
    method_of,
    on_refund,
    pay_again,
    quote,
    reversal_note,
)
from billing.diagnosis.words import date_of, day, day_of, money, yours
from billing.states import RefundStatus

_MOVING = (RefundStatus.APPROVED, RefundStatus.SENDING, RefundStatus.PENDING)


def refund_waiting(facts: Facts, at: datetime) -> Iterator[Finding]:
    for refund in in_status(facts, RefundStatus.REQUESTED):
        asked, today = date_of(refund.requested_at, facts.time_zone), date_of(at, facts.time_zone)
        late = business_days_between(asked, today, facts.bank_holidays) > APPROVAL_BUSINESS_DAYS
        amount, since = money(refund.amount_minor, refund.currency), day(asked, at=at)
        yield on_refund(
            facts,
            refund,
            Finding(
                code="refund_waiting",
                severity=Severity.DUE if late else Severity.INFO,
                headline=f"Refund of {amount} waits for approval since {since}",
                explanation="A second person must approve it before it is sent."
                + (" That is overdue." if late else ""),
                customer_headline="Your refund is being checked",
                customer_text=f"On {since} we asked for {amount} to be sent back to you. A colleague is checking it.",
                customer_next="You do not need to do anything. We will tell you when it is sent.",
                told=False,
                actions=(act(ActionKind.APPROVE_REFUND, "Ask a supervisor to approve it", refund),),
            ),
        )


def refund_on_its_way(facts: Facts, at: datetime) -> Iterator[Finding]:
    """Sent or about to be, and its day has not passed. Before that day nothing is late."""
    today = date_of(at, facts.time_zone)
    for refund in in_status(facts, *_MOVING, RefundStatus.SUCCEEDED):
        expected = expected_on(facts, refund)
        if today > expected:
            continue
        amount, by = money(refund.amount_minor, refund.currency), day(expected, at=at)
        sent = refund.sent_at or refund.settled_at
        done = f"was sent on {day_of(sent, at=at, zone=facts.time_zone)}" if sent else "is about to be sent"
        yield on_refund(
            facts,
            refund,
            Finding(
                code="refund_on_its_way",
                severity=Severity.INFO,
                headline=f"Refund of {amount} is on its way, there by {by}",
                explanation=f"It {done}. {bank_reference(refund)}{reversal_note(facts, refund, agent=True)}".strip(),
                customer_headline="Your refund is on its way",
                customer_text=(
                    f"Your refund of {amount} {done}. Your bank needs some days to show it."
                    f"{reversal_note(facts, refund, agent=False)}"
                ),
                customer_next=f"It will be on {yours(method_of(facts, refund))} by {by}.{quote(refund)}",
                actions=(act(ActionKind.WAIT, f"Wait until {by}", refund),),
                over_on=expected,
            ),
        )


def refund_late(facts: Facts, at: datetime) -> Iterator[Finding]:
    today = date_of(at, facts.time_zone)
    for refund in in_status(facts, *_MOVING):
        expected = expected_on(facts, refund)
        if today <= expected:
            continue
        amount, by = money(refund.amount_minor, refund.currency), day(expected, at=at)
        yield on_refund(
            facts,
            refund,
            Finding(
                code="refund_late",
                severity=Severity.DUE,
                headline=f"Refund of {amount} is late: due by {by}",
                explanation=f"It is not confirmed. Ask the provider before sending another. {bank_reference(refund)}",
                customer_headline="Your refund is late",
                customer_text=f"Your refund of {amount} should have been with you by {by}. We are sorry.",
                reply_next=f"We are asking where it is, and we will tell you.{quote(refund)}",
                actions=(act(ActionKind.ASK_PROVIDER, "Ask the provider where it is", refund),),
            ),
        )


def refund_arrived(facts: Facts, at: datetime) -> Iterator[Finding]:
    """Sent, and its day has passed: if the customer cannot see it, the bank can find it by its reference."""
    today = date_of(at, facts.time_zone)
    for refund in in_status(facts, RefundStatus.SUCCEEDED):
        expected = expected_on(facts, refund)
        if not expected < today <= expected + timedelta(days=REFUND_REMEMBERED_DAYS):
            continue
        amount, by = money(refund.amount_minor, refund.currency), day(expected, at=at)
        yield on_refund(
            facts,
            refund,
            Finding(
                code="refund_arrived",
                severity=Severity.OK,
                headline=f"Refund of {amount} should be there since {by}",
                explanation=f"Sent, not returned. {bank_reference(refund)}{reversal_note(facts, refund, agent=True)}",
                customer_headline="Your refund was sent",
                customer_text=(
                    f"Your refund of {amount} should be with you since {by}.{reversal_note(facts, refund, agent=False)}"
                ),
                customer_next=f"Please look at your statement around that day.{quote(refund)}",
            ),
        )


def refund_unknown(facts: Facts, at: datetime) -> Iterator[Finding]:
    for refund in in_status(facts, RefundStatus.UNKNOWN):
        amount = money(refund.amount_minor, refund.currency)
        yield on_refund(
            facts,
            refund,
            Finding(
                code="refund_unknown",
                severity=Severity.DUE,
                headline=f"Refund of {amount}: the provider did not answer",
                explanation="It may have been sent or not. Send no new one: ask with the same key until it answers.",
                customer_headline="Your refund is being checked",
                customer_text=f"We sent your refund of {amount}, but our payment partner has not confirmed it yet.",
                customer_next="You do not need to do anything. We keep asking, and we will tell you.",
                actions=(act(ActionKind.ASK_PROVIDER, "Ask the provider with the same key", refund),),
            ),
        )


def refund_failed(facts: Facts, at: datetime) -> Iterator[Finding]:
    """Refused at once, or sent back by the bank days after it had succeeded; not made good since."""
    for refund in in_status(facts, RefundStatus.FAILED):
        if made_good(facts, refund):
            continue
        said = explain_refund_failure(refund.failure_reason)
        amount = money(refund.amount_minor, refund.currency)
        came_back = refund.settled_at is not None
        when = day_of(refund.failed_at or refund.settled_at or refund.requested_at, at=at, zone=facts.time_zone)
        secret = "Do not tell the customer the reason. " if said.secret else ""
        how = "The money was sent and came back to us." if came_back else "The money never left us."
        yield on_refund(
            facts,
            refund,
            Finding(
                code="refund_failed_after_success" if came_back else "refund_failed",
                severity=Severity.LOSS,
                headline=f"Refund of {amount} {'came back' if came_back else 'failed'} on {when}: {said.name}",
                explanation=f"{secret}{said.agent} {how} The customer is still owed {amount}.",
                customer_headline="Your refund did not reach you",
                customer_text=f"Your refund of {amount} did not arrive. {said.customer} We still owe you this money.",
                customer_next=said.customer_step,
                actions=pay_again(facts, refund, said),
                do_not_tell=said.secret,
            ),
        )


def refund_rejected(facts: Facts, at: datetime) -> Iterator[Finding]:
    for refund in in_status(facts, RefundStatus.REJECTED):
        fresh = timedelta() <= at - refund.requested_at <= timedelta(days=REFUND_REMEMBERED_DAYS)
        if not fresh or made_good(facts, refund):
            continue
        amount = money(refund.amount_minor, refund.currency)
        yield on_refund(
            facts,
            refund,
            Finding(
                code="refund_rejected",
                severity=Severity.INFO,
                headline=f"Refund of {amount} was asked for and not approved",
                explanation="Nothing was sent. The approver's note is on the refund; ask again only with new facts.",
                customer_headline="Your refund was not approved",
                customer_text=f"We looked at your request to get {amount} back. We could not approve it.",
                customer_next="Please write to us if you can tell us more. Then we will look at it again.",
                told=False,
            ),
        )
