"""A payment failed: why, for the agent and for the customer, and whether another try makes sense."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from billing.diagnosis.codes import DEBITS, Group, Retry
from billing.diagnosis.facts import Facts
from billing.diagnosis.failures import Failure, FailureKind, open_failures
from billing.diagnosis.findings import Action, ActionKind, Finding, Severity
from billing.diagnosis.rules.parts import about, act, proofs
from billing.diagnosis.words import date_of, day_of, money, yours

_ACTIONS: dict[Group, tuple[tuple[ActionKind, str], ...]] = {
    Group.FIX_DETAILS: ((ActionKind.SEND_PAYMENT_LINK, "Send a link to type the details again"),),
    Group.CUSTOMER_STEP: ((ActionKind.SEND_PAYMENT_LINK, "Send the secure link to confirm"),),
    Group.TECHNICAL: ((ActionKind.RETRY_PAYMENT, "Try the payment again"),),
    Group.FUNDS: ((ActionKind.SEND_PAYMENT_LINK, "Send a link to pay another way"),),
    Group.BANK_SAID_NO: ((ActionKind.CUSTOMER_CALLS_BANK, "Ask the customer to call the bank"),),
    Group.HARD_STOP: ((ActionKind.ASK_NEW_METHOD, "Ask for another way to pay"),),
    Group.OUR_ERROR: ((ActionKind.ASK_PROVIDER, "Ask the provider"),),
    Group.BETWEEN_BANKS: ((ActionKind.ASK_PROVIDER, "Ask the provider"),),
}
_ASK_ANOTHER = ((ActionKind.ASK_NEW_METHOD, "Ask for another way to pay"),)


def declined(facts: Facts, at: datetime) -> Iterator[Finding]:
    for failure in _of(FailureKind.DECLINED, facts, at):
        yield _refused(facts, failure, at)


def retry_pending(facts: Facts, at: datetime) -> Iterator[Finding]:
    for failure in _of(FailureKind.RETRY_PENDING, facts, at):
        base = _refused(facts, failure, at)
        next_day = _planned(facts, failure, at)
        left = f", {failure.advice.ceiling.left} tries left" if failure.advice.ceiling else ""
        wait = act(ActionKind.WAIT, f"Wait for the next try on {next_day}", failure.payment)
        yield replace(
            base,
            code="retry_pending",
            severity=Severity.INFO,
            headline=f"{base.headline}; next try {next_day}{left}",
            customer_headline="We will try your payment again",
            customer_next=f"We will try again on {next_day}. {_before_retry(failure)}",
            actions=(wait, *base.actions),
            over_on=date_of(failure.retry_at or at, facts.time_zone),
        )


def retry_overdue(facts: Facts, at: datetime) -> Iterator[Finding]:
    for failure in _of(FailureKind.RETRY_OVERDUE, facts, at):
        base = _refused(facts, failure, at)
        planned = _planned(facts, failure, at)
        retry = act(ActionKind.RETRY_PAYMENT, "Try the payment again", failure.payment)
        others = tuple(each for each in base.actions if each.kind is not ActionKind.RETRY_PAYMENT)
        yield replace(
            base,
            code="retry_overdue",
            headline=f"The retry planned for {planned} did not run",
            explanation=f"{base.headline}. {base.explanation} The retry planned for {planned} left no attempt behind.",
            reply_next="We meant to try again and did not. We are putting this right now.",
            actions=(retry, *others),
        )


def retry_forbidden(facts: Facts, at: datetime) -> Iterator[Finding]:
    """The customer is told what any decline tells: that a try was planned says nothing they can use."""
    for failure in _of(FailureKind.RETRY_FORBIDDEN, facts, at):
        base = _refused(facts, failure, at)
        planned = _planned(facts, failure, at)
        stop = act(ActionKind.STOP_RETRIES, "Stop the planned retry", failure.payment)
        yield replace(
            base,
            code="retry_forbidden",
            headline=f"{base.headline}; a retry is planned that must not run",
            explanation=f"{base.explanation} A try is planned for {planned}: stop it, it can cost a fee.",
            actions=(stop, *base.actions),
        )


def debit_returned(facts: Facts, at: datetime) -> Iterator[Finding]:
    for failure in _of(FailureKind.DEBIT_RETURNED, facts, at):
        base = _refused(facts, failure, at)
        late = failure.payment.captured_at is not None
        seemed = " It had looked paid before: bank debits can come back days later." if late else ""
        yield replace(
            base,
            code="debit_returned",
            headline=base.headline.replace(" declined: ", " returned by the bank: "),
            explanation=f"{base.explanation}{seemed}",
            customer_headline="Your bank sent a payment back",
        )


def debit_unauthorised(facts: Facts, at: datetime) -> Iterator[Finding]:
    for failure in _of(FailureKind.UNAUTHORISED, facts, at):
        base = _refused(facts, failure, at)
        ask = act(ActionKind.ASK_CUSTOMER, "Ask the customer whether the debit was agreed", failure.payment)
        stop = act(ActionKind.CANCEL_AUTOPAY, "Stop autopay until a new permission", failure.agreement)
        yield replace(
            base,
            code="debit_unauthorised",
            severity=Severity.LOSS,
            headline=base.headline.replace(" declined: ", " returned as not authorised: "),
            explanation=f"{base.explanation} Treat it as a claim that the debit was not authorised.",
            customer_headline="Your bank sent a payment back",
            actions=(ask, stop) if failure.agreement and failure.agreement.autopay else (ask,),
        )


def _of(kind: FailureKind, facts: Facts, at: datetime) -> Iterator[Failure]:
    return (failure for failure in open_failures(facts, at) if failure.kind is kind)


def _before_retry(failure: Failure) -> str:
    if failure.said.group is Group.FUNDS:
        return "Please see that the money is there by then."
    return "You do not need to do anything before then."


def _planned(facts: Facts, failure: Failure, at: datetime) -> str:
    return day_of(failure.retry_at or at, at=at, zone=facts.time_zone)


def _refused(facts: Facts, failure: Failure, at: datetime) -> Finding:
    payment, said = failure.payment, failure.said
    amount = money(payment.amount_minor, payment.currency)
    when = day_of(failure.attempt.at, at=at, zone=facts.time_zone)
    secret = "Do not tell the customer the reason. " if said.secret else ""
    bill = f" for bill {failure.invoice.reference}" if failure.invoice else ""
    return Finding(
        code="payment_declined",
        severity=Severity.DUE,
        headline=f"{amount} declined: {_reason(failure)}{' (do not tell)' if said.secret else ''}",
        explanation=f"{secret}{said.agent}",
        customer_headline="Your payment did not go through",
        customer_text=f"On {when} we asked {yours(failure.method)} for {amount}{bill}. {said.customer}",
        customer_next=said.customer_step,
        evidence=proofs(payment, failure.invoice, failure.method),
        about=about(payment, failure.invoice),
        actions=_actions(failure),
        at_stake_minor=payment.amount_minor,
        currency=payment.currency,
        retry=failure.advice,
        do_not_tell=said.secret,
    )


def _reason(failure: Failure) -> str:
    said, number = failure.said, failure.attempt.network_code
    label = said.name if said.known else said.code or "no reason given"
    shown = number or (said.code if said.source in {*DEBITS, "iso8583"} else "")
    return f"{label}, code {shown}" if shown and shown != label else label


def _actions(failure: Failure) -> tuple[Action, ...]:
    group = Group.HARD_STOP if failure.said.secret else failure.said.group
    kinds = _ACTIONS.get(group, _ASK_ANOTHER)
    worth_a_try = failure.advice.verdict in (Retry.SOON, Retry.LATER, Retry.SPARINGLY)
    if worth_a_try and ActionKind.RETRY_PAYMENT not in (kind for kind, _ in kinds):
        kinds = (*kinds, (ActionKind.RETRY_PAYMENT, "Try the payment again"))
    if not worth_a_try:
        kinds = tuple(each for each in kinds if each[0] is not ActionKind.RETRY_PAYMENT) or _ASK_ANOTHER
    return tuple(act(kind, label, failure.payment) for kind, label in kinds)
