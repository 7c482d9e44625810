"""Failed payments that still matter, each put into exactly one kind. Several rules speak about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from billing.diagnosis.codes import DEBITS, Group, Meaning, explain_decline
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import RetryAdvice
from billing.diagnosis.practice import FAILURE_REMEMBERED, RETRY_GRACE, WRITE_OFF_REMEMBERED
from billing.diagnosis.records import AgreementFact, AttemptFact, InvoiceFact, MethodFact, PaymentFact
from billing.diagnosis.retries import FORBIDDEN, retry_advice
from billing.diagnosis.words import date_of
from billing.states import AttemptOutcome, InvoiceStatus, MethodKind, PaymentStatus


class FailureKind(Enum):
    """The first that fits wins; the order is that of `_kind`."""

    DECLINED = auto()
    STEP_NEEDED = auto()
    EXPIRED = auto()
    REVOKED = auto()
    STOPPED = auto()
    UNAUTHORISED = auto()
    RETRY_FORBIDDEN = auto()
    RETRY_PENDING = auto()
    RETRY_OVERDUE = auto()
    DEBIT_RETURNED = auto()


@dataclass(frozen=True, slots=True)
class Failure:
    payment: PaymentFact
    attempt: AttemptFact
    said: Meaning
    advice: RetryAdvice
    kind: FailureKind
    method: MethodFact | None
    invoice: InvoiceFact | None
    agreement: AgreementFact | None
    retry_at: datetime | None


_REVOKED = frozenset(
    {"R07", "R1", "R3", "revocation_of_authorization", "revocation_of_all_authorizations", "21", "ARUDD-1"}
)
_IN_HAND = frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.PROCESSING, PaymentStatus.AUTHORISED})


def open_failures(facts: Facts, at: datetime) -> Iterator[Failure]:
    """One for each unpaid bill (its newest), one for each lone payment nothing came after."""
    for payment in _newest_failures(facts, at):
        attempt = payment.last_attempt
        if attempt is None or not attempt.refused:
            attempt = _without_answer(payment)
        said = explain_decline(
            decline_code=attempt.decline_code,
            network_code=attempt.network_code,
            advice_code=attempt.advice_code,
            network=attempt.network,
        )
        invoice = facts.invoice_by_id.get(payment.invoice_id or 0)
        method = facts.method_by_id.get(payment.method_id or 0)
        agreement_id = payment.agreement_id or (invoice.agreement_id if invoice else None)
        advice = retry_advice(facts, payment, attempt, said, at)
        retry_at = _retry_at(attempt, invoice)
        yield Failure(
            payment=payment,
            attempt=attempt,
            said=said,
            advice=advice,
            kind=_kind(said, attempt, method, advice, retry_at, at, facts.time_zone),
            method=method,
            invoice=invoice,
            agreement=facts.agreement_by_id.get(agreement_id or 0),
            retry_at=retry_at,
        )


def is_expired(method: MethodFact, on: date) -> bool:
    """A card is good until the last day of the month printed on it."""
    if method.kind is not MethodKind.CARD or method.exp_year is None or method.exp_month is None:
        return False
    return (on.year, on.month) > (method.exp_year, method.exp_month)


def failed_at(payment: PaymentFact) -> datetime:
    attempt = payment.last_attempt
    return payment.failed_at or (attempt.at if attempt else payment.created_at)


def _newest_failures(facts: Facts, at: datetime) -> list[PaymentFact]:
    newest: dict[tuple[object, ...], PaymentFact] = {}
    for payment in facts.failed_payments:
        if failed_at(payment) > at or _settled(facts, payment, at):
            continue
        lone = (payment.amount_minor, payment.currency, payment.agreement_id)
        key = ("bill", payment.invoice_id) if payment.invoice_id else ("lone", *lone)
        if key not in newest or failed_at(newest[key]) <= failed_at(payment):
            newest[key] = payment
    return list(newest.values())


def _settled(facts: Facts, payment: PaymentFact, at: datetime) -> bool:
    invoice = facts.invoice_by_id.get(payment.invoice_id or 0)
    if invoice is not None:
        given_up = invoice.status is InvoiceStatus.UNCOLLECTIBLE and at - failed_at(payment) > WRITE_OFF_REMEMBERED
        if given_up or facts.owed_minor(invoice) == 0:
            return True
        return any(other.status in _IN_HAND and not other.taken for other in facts.payments_on.get(invoice.id, ()))
    if at - failed_at(payment) > FAILURE_REMEMBERED:
        return True
    return any(
        other.status in _IN_HAND
        and other.amount_minor == payment.amount_minor
        and other.currency == payment.currency
        and other.moment >= payment.created_at
        for other in facts.payments
    )


def _without_answer(payment: PaymentFact) -> AttemptFact:
    """A payment may fail with no answer on record, as some imports have it."""
    return AttemptFact(number=0, at=failed_at(payment), outcome=AttemptOutcome.ERROR)


def _retry_at(attempt: AttemptFact, invoice: InvoiceFact | None) -> datetime | None:
    planned = attempt.next_retry_at or (invoice.next_retry_at if invoice else None)
    return planned if planned is not None and planned > attempt.at else None


def _kind(
    said: Meaning,
    attempt: AttemptFact,
    method: MethodFact | None,
    advice: RetryAdvice,
    retry_at: datetime | None,
    at: datetime,
    zone: str,
) -> FailureKind:
    if not said.secret:
        if said.group is Group.EXPIRED or (method is not None and is_expired(method, date_of(attempt.at, zone))):
            return FailureKind.EXPIRED
        if said.group is Group.STOPPED:
            return FailureKind.REVOKED if said.code in _REVOKED else FailureKind.STOPPED
        by_group = {Group.UNAUTHORISED: FailureKind.UNAUTHORISED, Group.CUSTOMER_STEP: FailureKind.STEP_NEEDED}
        if said.group in by_group:
            return by_group[said.group]
    if retry_at is not None and retry_at > at - RETRY_GRACE:
        return FailureKind.RETRY_FORBIDDEN if advice.verdict in FORBIDDEN else FailureKind.RETRY_PENDING
    if retry_at is not None and advice.verdict not in FORBIDDEN:
        return FailureKind.RETRY_OVERDUE
    returned = said.source in DEBITS or (method is not None and method.kind is MethodKind.BANK_ACCOUNT)
    return FailureKind.DEBIT_RETURNED if returned else FailureKind.DECLINED
