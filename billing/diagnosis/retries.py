"""Whether a declined payment may be tried again, and how often its network still allows it."""

from datetime import datetime, timedelta

from billing.diagnosis.codes import ADVICE_WAIT_HOURS, Meaning, Retry
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Ceiling, RetryAdvice
from billing.diagnosis.practice import ceiling_rule
from billing.diagnosis.records import AttemptFact, PaymentFact
from billing.diagnosis.words import day_of
from billing.states import MethodKind

FORBIDDEN = frozenset({Retry.NEVER, Retry.AFTER_FIX, Retry.WITH_CUSTOMER})

_SENTENCES = {
    Retry.NEVER: "Do not try this method again.",
    Retry.AFTER_FIX: "Try again only after the customer has put the details right.",
    Retry.WITH_CUSTOMER: "A try without the customer fails again.",
    Retry.OURS: "Put our side right before another try.",
    Retry.SPARINGLY: "A few more tries, days apart, are fair.",
    Retry.LATER: "Worth another try on a later day.",
    Retry.SOON: "Worth another try within the hour.",
    Retry.NOT_NEEDED: "No other try is needed.",
}


def retry_advice(facts: Facts, payment: PaymentFact, attempt: AttemptFact, said: Meaning, at: datetime) -> RetryAdvice:
    if said.retry in FORBIDDEN:  # what the network would still let through is then beside the point
        return RetryAdvice(said.retry, _SENTENCES[said.retry])
    ceiling = ceiling_left(facts, payment, attempt, at)
    if ceiling.left == 0:
        return RetryAdvice(Retry.NEVER, "The limit is reached: no try is allowed now.", ceiling)
    sentence = _SENTENCES[said.retry]
    hours = ADVICE_WAIT_HOURS.get(attempt.advice_code.zfill(2))
    if hours is not None and attempt.at + timedelta(hours=hours) > at:
        earliest = attempt.at + timedelta(hours=hours)
        sentence += f" The network asks to wait until {day_of(earliest, at=at, zone=facts.time_zone)}."
    return RetryAdvice(said.retry, sentence, ceiling)


def ceiling_left(facts: Facts, payment: PaymentFact, attempt: AttemptFact, at: datetime) -> Ceiling:
    """Counted over every payment of this amount by the same card or account: a new payment buys no new tries."""
    method = facts.method_by_id.get(payment.method_id or 0)
    network = attempt.network or (method.brand if method else "")
    if method is not None and method.kind is MethodKind.BANK_ACCOUNT and payment.currency == "USD":
        network = "ach"  # whatever the provider calls it: dollars are debited by no other
    rule = ceiling_rule(network, at.date())
    since, used, asked_before = at - timedelta(days=rule.days), 0, False
    for each in _tries(facts, payment, until=at):
        counts = asked_before or not rule.retries_only
        used += counts and each.at > since
        asked_before = each.refused
        if rule.retries_only and not each.refused:
            used = 0  # what came through is over; the next payment of this amount is a new one
    return Ceiling(rule.name, used, rule.limit, rule.days)


def _tries(facts: Facts, payment: PaymentFact, *, until: datetime) -> list[AttemptFact]:
    def same_card(other: PaymentFact) -> bool:
        if other.id == payment.id:
            return True
        mine, theirs = (facts.method_by_id.get(each.method_id or 0) for each in (payment, other))
        return mine is not None and theirs is not None and mine.identity == theirs.identity

    same = [
        other
        for other in facts.payments
        if other.amount_minor == payment.amount_minor and other.currency == payment.currency and same_card(other)
    ]
    tries = [attempt for other in same for attempt in other.attempts if attempt.at <= until]
    return sorted(tries, key=lambda attempt: (attempt.at, attempt.number))
