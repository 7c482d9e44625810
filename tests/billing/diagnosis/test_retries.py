"""Whether another try is allowed, and how many the network still lets through."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from billing.diagnosis import Finding
from billing.diagnosis.codes import Retry
from billing.diagnosis.practice import CEILINGS, OWN_CEILING, ceiling_rule
from billing.diagnosis.records import AttemptFact, MethodFact, PaymentFact
from billing.states import AttemptOutcome, MethodKind, PaymentStatus
from tests.billing.diagnosis.scenes import ACCOUNT, AT, VISA, bill, codes, only, open_bill, paid, plain, refused, told

FUNDS: dict[str, Any] = {"decline_code": "insufficient_funds"}


def tries(number: int, *, network: str = "visa", every: timedelta = timedelta(days=1), code: str = "do_not_honor",
          method: MethodFact = VISA) -> PaymentFact:  # fmt: skip
    """So many refusals of one payment, the last an hour ago."""
    last = AT - timedelta(hours=1)
    attempts = tuple(
        AttemptFact(n, last - every * (number - n), AttemptOutcome.DECLINED, code, network=network)
        for n in range(1, number + 1)
    )
    return paid(1, status=PaymentStatus.FAILED, captured_minor=0, captured_at=None, failed_at=last,
                method_id=method.id, attempts=attempts)  # fmt: skip


def ceiling(payment: PaymentFact) -> str:
    finding = only(told(open_bill(), payment))
    assert finding.retry is not None
    return str(finding.retry.ceiling)


def advice(finding: Finding) -> tuple[Retry, str]:
    assert finding.retry is not None
    return finding.retry.verdict, plain(finding.retry.sentence)


@pytest.mark.parametrize(
    ("payment", "left"),
    [
        (tries(1), "Visa: 20 of 20 tries left in 30 days"),
        (tries(7), "Visa: 14 of 20 tries left in 30 days"),
        (tries(21), "Visa: 0 of 20 tries left in 30 days"),
        (tries(40), "Visa: 0 of 20 tries left in 30 days"),
        (tries(7, every=timedelta(days=10)), "Visa: 17 of 20 tries left in 30 days"),
        (tries(7, network="mastercard"), "Mastercard: 28 of 35 tries left in 30 days"),
        (tries(3, network="amex"), "Our own limit: 5 of 8 tries left in 14 days"),
        (tries(3, network="", method=ACCOUNT), "ACH: 0 of 2 tries left in 180 days"),
        (tries(2, network="", method=ACCOUNT), "ACH: 1 of 2 tries left in 180 days"),
    ],
)
def test_tries_left(payment: PaymentFact, left: str) -> None:
    assert ceiling(payment) == left


def test_a_success_starts_the_count_anew() -> None:
    refusals = tries(5)
    approved = AttemptFact(9, AT - timedelta(days=2), AttemptOutcome.SUCCEEDED, network="visa")
    # Refusals 1 to 3 came before the success; 4 is a new first try and 5 its only retry.
    assert ceiling(replace(refusals, attempts=(*refusals.attempts, approved))) == "Visa: 19 of 20 tries left in 30 days"


def test_tries_of_another_payment_on_the_same_card_count() -> None:
    """Visa counts by card and amount: making a new payment object does not buy new tries."""
    twin = MethodFact(id=8, kind=MethodKind.CARD, brand="visa", last4="4242", exp_month=12, exp_year=2029)
    other = PaymentFact(
        id=7, reference="P-7", status=PaymentStatus.FAILED, amount_minor=12_500, currency="USD", invoice_id=1,
        created_at=AT - timedelta(days=3), failed_at=AT - timedelta(days=3), method_id=8,
        attempts=(AttemptFact(1, AT - timedelta(days=3), AttemptOutcome.DECLINED, "do_not_honor", network="visa"),),
    )  # fmt: skip
    finding = only(told(open_bill(), other, tries(1), methods=(VISA, twin)))
    assert finding.retry is not None
    assert str(finding.retry.ceiling) == "Visa: 19 of 20 tries left in 30 days"


def test_no_try_is_left() -> None:
    finding = only(told(open_bill(), tries(21)))
    assert advice(finding) == (Retry.NEVER, "The limit is reached: no try is allowed now.")
    assert "retry_payment" not in [each.kind for each in finding.actions]


@pytest.mark.parametrize(
    ("given", "verdict", "sentence"),
    [
        (FUNDS, Retry.LATER, "Worth another try on a later day."),
        ({"decline_code": "stolen_card"}, Retry.NEVER, "Do not try this method again."),
        (
            {"decline_code": "incorrect_cvc"},
            Retry.AFTER_FIX,
            "Try again only after the customer has put the details right.",
        ),
        (FUNDS | {"advice_code": "do_not_try_again"}, Retry.NEVER, "Do not try this method again."),
        (
            FUNDS | {"advice_code": "27"},
            Retry.LATER,
            ("Worth another try on a later day. The network asks to wait until Mon 23 November."),
        ),
        (
            {"decline_code": "unheard_of"},
            Retry.SPARINGLY,
            "A few more tries, days apart, are fair.",
        ),
    ],
)
def test_verdicts(given: dict[str, Any], verdict: Retry, sentence: str) -> None:
    assert advice(only(told(open_bill(), refused(**given)))) == (verdict, sentence)


@pytest.mark.parametrize(
    ("retry_at", "given", "expected"),
    [
        (AT + timedelta(days=2), FUNDS, "retry_pending"),
        (AT - timedelta(hours=5), FUNDS, "retry_pending"),
        (AT - timedelta(hours=30), FUNDS, "retry_overdue"),
        (AT + timedelta(days=2), {"decline_code": "stolen_card"}, "retry_forbidden"),
        (AT + timedelta(days=2), {"decline_code": "do_not_try_again"}, "retry_forbidden"),
        (AT - timedelta(hours=30), {"decline_code": "stolen_card"}, "payment_declined"),
        (None, FUNDS, "payment_declined"),
    ],
)
def test_planned_retries(retry_at: datetime | None, given: dict[str, Any], expected: str) -> None:
    assert codes(told(open_bill(), refused(retry_at=retry_at, **given))) == [expected]


def test_the_bills_own_retry_counts_where_the_attempt_names_none() -> None:
    bill = open_bill(next_retry_at=AT + timedelta(days=1))
    assert codes(told(bill, refused(**FUNDS))) == ["retry_pending"]


def test_ceilings_are_dated() -> None:
    assert (ceiling_rule("visa", date(2025, 4, 30)).limit, ceiling_rule("Visa", date(2025, 5, 1)).limit) == (15, 20)
    assert ceiling_rule("visa", date(2001, 1, 1)) is OWN_CEILING
    assert ceiling_rule("no_such_network", date(2026, 1, 1)) is OWN_CEILING
    assert all(rule.source for rule in CEILINGS)


def test_a_payment_that_came_through_settles_the_failure() -> None:
    later = paid(2, datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert codes(told(bill(), refused(**FUNDS), later)) == ["nothing_wrong"]
