"""The askings of a bank, in the order in which they were made."""

from collections.abc import Sequence

from billing.actions.moments import moment_of
from billing.gateways.deriving import Attempt
from billing.models import Payment, PaymentAttempt


def write_attempts(payment: Payment, attempts: Sequence[Attempt]) -> None:
    """Rows are kept while their order holds; an attempt told late renumbers those after it."""
    wanted = [_row(payment, number, attempt) for number, attempt in enumerate(attempts, start=1)]
    there = list(payment.attempts.all())
    same = 0
    while same < min(len(there), len(wanted)) and _said(there[same]) == _said(wanted[same]):
        same += 1
    if same < len(there):
        payment.attempts.filter(pk__in=[row.pk for row in there[same:]]).delete()
    PaymentAttempt.objects.bulk_create(wanted[same:])


def _row(payment: Payment, number: int, attempt: Attempt) -> PaymentAttempt:
    return PaymentAttempt(
        payment=payment,
        number=number,
        at=moment_of(attempt.second),
        outcome=attempt.outcome,
        decline_code=attempt.decline_code,
        network_code=attempt.network_code,
        advice_code=attempt.advice_code,
        network=attempt.network,
        external_id=attempt.external_id,
    )


def _said(row: PaymentAttempt) -> tuple[object, ...]:
    return (
        *(row.number, row.at, row.outcome, row.external_id),
        *(row.decline_code, row.network_code, row.advice_code, row.network),
    )
