"""Where a rule must keep still, or speak with less than it would like to know."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from billing.diagnosis.words import method as method_words
from billing.diagnosis.words import span, yours
from billing.states import AgreementStatus, AttemptOutcome, InvoiceStatus, MethodKind, PaymentStatus, RefundStatus
from tests.billing.diagnosis.scenes import (
    AT,
    NINE,
    VISA,
    agreement,
    bill,
    codes,
    only,
    open_bill,
    paid,
    plain,
    refund,
    refused,
    told,
)

FUNDS: dict[str, Any] = {"decline_code": "insufficient_funds"}
OVERDUE: dict[str, Any] = {"due_on": date(2026, 11, 10), "issued_on": date(2026, 10, 27)}
BY_HAND = agreement(autopay=False)
NO_BILLING = agreement(next_bill_on=None)


def test_a_failure_with_no_answer_on_record_is_still_a_failure() -> None:
    finding = only(told(open_bill(), replace(refused(), attempts=())))
    assert (finding.code, plain(finding.headline)) == ("payment_declined", "$125.00 declined: no reason given")
    assert finding.explanation.startswith("The bank gave no reason.")


def test_a_failure_whose_last_attempt_succeeded_says_nothing_false() -> None:
    """A debit can be approved and come back without a code."""
    attempt = replace(refused().attempts[0], outcome=AttemptOutcome.SUCCEEDED, decline_code="")
    assert plain(only(told(open_bill(), refused(attempts=(attempt,)))).headline) == "$125.00 declined: no reason given"


def test_only_the_newest_failure_of_a_bill_is_told() -> None:
    before = refused(1, decline_code="expired_card")
    earlier = replace(before, failed_at=AT - timedelta(days=9))
    for order in ([earlier, refused(2, **FUNDS)], [refused(2, **FUNDS), earlier]):
        finding = only(told(open_bill(), *order))
        assert (finding.code, finding.evidence[0].reference) == ("payment_declined", "P-2")


def test_a_failure_is_over_while_another_payment_is_in_hand() -> None:
    coming = paid(2, AT - timedelta(days=1), status=PaymentStatus.PROCESSING, captured_minor=0, captured_at=None)
    assert codes(told(open_bill(), refused(**FUNDS), coming)) == ["payment_on_its_way"]


def test_a_failure_for_no_bill_is_over_when_the_same_amount_came() -> None:
    lone = refused(invoice_id=None, **FUNDS)
    assert codes(told(NO_BILLING, lone)) == ["payment_declined"]
    assert codes(told(NO_BILLING, lone, paid(2, AT - timedelta(hours=3), invoice_id=None))) == ["nothing_wrong"]
    assert codes(told(NO_BILLING, lone, at=AT + timedelta(days=40))) == ["nothing_wrong"]


def test_a_bill_given_up_on_is_asked_for_by_nobody() -> None:
    written_off = open_bill(status=InvoiceStatus.UNCOLLECTIBLE, **OVERDUE)
    assert codes(told(BY_HAND, written_off)) == ["nothing_wrong"]
    assert codes(told(BY_HAND, open_bill(**OVERDUE))) == ["overdue"]


def test_why_a_bill_was_given_up_on_is_remembered_for_a_while() -> None:
    written_off = open_bill(status=InvoiceStatus.UNCOLLECTIBLE, **OVERDUE)
    assert codes(told(BY_HAND, written_off, refused(**FUNDS))) == ["payment_declined"]
    later = agreement(autopay=False, next_bill_on=None)
    assert codes(told(later, written_off, refused(**FUNDS), at=AT + timedelta(days=150))) == ["nothing_wrong"]


def test_an_overdue_bill_with_a_payment_in_hand_is_not_dunned() -> None:
    held = paid(1, AT - timedelta(days=1), status=PaymentStatus.AUTHORISED, captured_minor=0, captured_at=None)
    assert codes(told(BY_HAND, open_bill(**OVERDUE), held)) == ["nothing_wrong"]


def test_a_payment_of_today_may_close_its_bill_by_itself() -> None:
    assert codes(told(open_bill(), paid(1, AT - timedelta(hours=5)))) == ["nothing_wrong"]
    assert codes(told(open_bill(), paid(1, AT - timedelta(hours=30)))) == ["paid_but_open"]


def test_two_free_bills_for_one_time_hurt_nobody() -> None:
    november = {"period_start": date(2026, 11, 5), "period_end": date(2026, 12, 4), "total_minor": 0, "lines": ()}
    assert codes(told(bill(1, **november), bill(2, **november))) == ["nothing_wrong"]


def test_a_charge_made_anew_after_a_refund_is_no_duplicate() -> None:
    """Taken, given back because it was the wrong card's day, taken again: the money is here once."""
    back = refund(payment_id=1, requested_at=NINE, sent_at=NINE, settled_at=NINE, expected_on=date(2026, 10, 1))
    diagnosis = told(bill(), paid(1), paid(2, NINE + timedelta(hours=1), invoice_id=None), back)
    assert diagnosis.problems == ()


@pytest.mark.parametrize("pair", [(VISA.id, None), (None, None)])
def test_an_unknown_card_is_not_said_to_be_the_same(pair: tuple[int | None, int | None]) -> None:
    one, two = pair
    charges = (
        paid(1, invoice_id=None, method_id=one),
        paid(2, NINE + timedelta(minutes=1), invoice_id=None, method_id=two),
    )
    diagnosis = told(NO_BILLING, *charges)
    assert codes(diagnosis) == (["nothing_wrong"] if one else ["possible_duplicate"])
    assert "Same card" not in diagnosis.findings[0].explanation


def test_grace_without_any_bill_goes_by_the_price() -> None:
    finding = only(told(agreement(status=AgreementStatus.GRACE, grace_until=date(2026, 12, 3), autopay=False)))
    assert (finding.code, finding.at_stake_minor) == ("in_grace", 12_500)


def test_grace_with_a_payment_under_way_says_so() -> None:
    coming = paid(1, AT - timedelta(days=1), status=PaymentStatus.PROCESSING, captured_minor=0, captured_at=None)
    grace = agreement(status=AgreementStatus.GRACE, grace_until=date(2026, 12, 3), autopay=False)
    diagnosis = told(grace, open_bill(**OVERDUE), coming)

    assert codes(diagnosis) == ["in_grace", "payment_on_its_way"]
    assert "A payment is on its way. If it does not reach us by" in diagnosis.answer


def test_grace_that_ran_out_is_said_to_have() -> None:
    grace = agreement(status=AgreementStatus.GRACE, grace_until=date(2026, 11, 20), autopay=False)
    assert "the last day has passed" in only(told(grace, open_bill(**OVERDUE))).headline


def test_an_agreement_that_lapsed_long_ago_is_history() -> None:
    gone = agreement(status=AgreementStatus.LAPSED, ended_on=date(2026, 4, 1), autopay=False)
    assert codes(told(gone, bill(issued_on=date(2026, 2, 5)), paid(1, datetime(2026, 2, 9, tzinfo=UTC)))) == [
        "nothing_wrong"
    ]


def test_a_card_that_expires_after_the_next_bill_is_good() -> None:
    good = replace(VISA, exp_month=12, exp_year=2026)
    assert codes(told(agreement(), bill(), paid(), methods=(good,))) == ["nothing_wrong"]
    assert codes(told(agreement(next_bill_on=date(2027, 1, 1)), bill(), paid(), methods=(good,))) == ["card_expiring"]


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    november = replace(VISA, exp_month=11, exp_year=2026)
    no_next = agreement(next_bill_on=None)
    last, first = datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert codes(told(no_next, bill(), paid(), methods=(november,), at=last)) == ["nothing_wrong"]
    assert codes(told(no_next, bill(), paid(), methods=(november,), at=first)) == ["card_expired"]


def test_a_refund_is_late_only_after_its_day_and_holidays_push_the_day() -> None:
    waiting = refund(status=RefundStatus.PENDING, settled_at=None)
    on_the_day, after = datetime(2026, 12, 2, 22, tzinfo=UTC), datetime(2026, 12, 3, 1, tzinfo=UTC)
    thanksgiving = frozenset({date(2026, 11, 26)})
    scene = agreement(next_bill_on=None), bill(), paid(), waiting

    assert codes(told(*scene, at=on_the_day)) == ["refund_on_its_way"]
    assert codes(told(*scene, at=after)) == ["refund_late"]
    assert codes(told(*scene, at=after, bank_holidays=thanksgiving)) == ["refund_on_its_way"]


def test_the_providers_own_date_beats_the_usual_days() -> None:
    waiting = refund(status=RefundStatus.PENDING, settled_at=None, expected_on=date(2026, 11, 20))
    assert codes(told(bill(), paid(), waiting)) == ["refund_late"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (41, "41 s"),
        (59.6, "1 min"),
        (3_599, "59 min"),
        (7_300, "2 h"),
        (86_400, "1 day"),
        (200_000, "2 days"),
    ],
)
def test_spans(seconds: float, text: str) -> None:
    assert plain(span(seconds)) == text


def test_methods_are_called_by_what_is_known() -> None:
    wallet = replace(VISA, kind=MethodKind.OTHER, brand="", last4="")
    assert [plain(method_words(each)) for each in (VISA, replace(VISA, brand=""), wallet, None)] == [
        "Visa •••• 4242",
        "card •••• 4242",
        "payment method",
        "the payment method",
    ]
    assert [yours(each) for each in (VISA, replace(VISA, last4=""), wallet, None)] == [
        "your card ending in 4242",
        "your card",
        "your way of paying",
        "your way of paying",
    ]
