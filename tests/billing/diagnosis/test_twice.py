"""The same amount twice, told apart: what looks alike in a bank's app is five different things."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from billing.diagnosis.records import DisputeFact, MethodFact
from billing.states import InvoiceStatus, MethodKind, PaymentStatus, RefundStatus
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
    told,
)

SOON = NINE + timedelta(seconds=41)
OTHER_CARD = MethodFact(id=9, kind=MethodKind.CARD, brand="visa", last4="1881")


def test_two_captures_for_one_bill() -> None:
    assert codes(told(bill(), paid(1), paid(2, SOON))) == ["charged_twice"]


def test_a_bill_paid_in_two_equal_parts_is_no_duplicate() -> None:
    halves = paid(1, amount_minor=6_250), paid(2, SOON, amount_minor=6_250)
    assert codes(told(bill(), *halves)) == ["nothing_wrong"]


def test_two_cards_for_one_bill_is_still_twice() -> None:
    diagnosis = told(bill(), paid(1), paid(2, SOON, method_id=9), methods=(VISA, OTHER_CARD))
    assert codes(diagnosis) == ["charged_twice"]


def test_three_captures_give_two_back_each_to_its_own_payment() -> None:
    finding = only(told(bill(), paid(1), paid(2, SOON), paid(3, SOON + timedelta(minutes=2))))

    assert plain(finding.headline) == "Charged 3 times: 3 captures of $125.00, 2 min apart"
    assert finding.at_stake_minor == 25_000
    assert [(action.amount_minor, action.targets[0].id) for action in finding.actions] == [(12_500, 3), (12_500, 2)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (RefundStatus.SUCCEEDED, ["refund_on_its_way"]),
        (RefundStatus.REQUESTED, ["refund_waiting"]),
        (RefundStatus.FAILED, ["refund_failed_after_success"]),
        (RefundStatus.REJECTED, ["charged_twice", "refund_rejected"]),
        (RefundStatus.CANCELED, ["charged_twice"]),
    ],
)
def test_a_duplicate_is_over_only_when_its_money_is_on_the_way(status: RefundStatus, expected: list[str]) -> None:
    diagnosis = told(bill(), paid(1), paid(2, SOON), refund(payment_id=2, status=status, failed_at=AT))
    assert codes(diagnosis) == expected


def test_half_a_refund_leaves_the_other_half() -> None:
    diagnosis = told(bill(), paid(1), paid(2, SOON), refund(payment_id=2, amount_minor=5_000))
    finding = diagnosis.findings[0]
    assert (finding.code, finding.at_stake_minor) == ("charged_twice", 7_500)
    assert [(each.label, each.amount_minor) for each in finding.actions] == [("Refund $75.00", 7_500)]


def test_a_contested_duplicate_is_not_refunded_as_well() -> None:
    dispute = DisputeFact(1, "D-1", 2, 12_500, "USD", AT - timedelta(days=2))
    diagnosis = told(bill(), paid(1), paid(2, SOON), disputes=(dispute,))

    assert codes(diagnosis) == ["charged_twice", "disputed"]
    assert [each.kind for each in diagnosis.findings[0].actions] == ["answer_dispute"]
    assert "so we must not send it a second time" in diagnosis.findings[0].answer
    assert "We are sending" not in diagnosis.answer


def test_a_blocked_payment_counts_as_contested_even_without_its_dispute() -> None:
    finding = only(told(bill(), paid(1), paid(2, SOON, refund_blocked=True)))
    assert [each.kind for each in finding.actions] == ["answer_dispute"]


def test_a_lost_dispute_has_given_the_duplicate_back() -> None:
    assert codes(told(bill(), paid(1), paid(2, SOON, disputed_lost_minor=12_500))) == ["nothing_wrong"]


def test_a_refund_whose_row_was_never_imported_counts() -> None:
    assert codes(told(bill(), paid(1), paid(2, SOON, refunded_minor=12_500))) == ["nothing_wrong"]


@pytest.mark.parametrize("status", [PaymentStatus.FAILED, PaymentStatus.CANCELED])
def test_a_second_that_took_nothing_is_no_charge(status: PaymentStatus) -> None:
    second = paid(2, SOON, status=status, captured_minor=0, captured_at=None)
    assert codes(told(bill(), paid(1), second)) == ["nothing_wrong"]


def test_two_bills_of_one_price_on_one_day() -> None:
    """A household with two policies: the commonest false alarm."""
    diagnosis = told(agreement(1), agreement(2), bill(1), bill(2, agreement_id=2), paid(1), paid(2, SOON, invoice_id=2))
    assert codes(diagnosis) == ["two_real_purchases", "nothing_wrong"]
    assert diagnosis.answer.startswith("We took")
    assert diagnosis.findings[1].headline == "Nothing else is wrong"


def test_a_hold_before_the_charge_is_a_hold_too() -> None:
    before = paid(1, AT - timedelta(hours=2), status=PaymentStatus.AUTHORISED, captured_minor=0, captured_at=None)
    assert codes(told(bill(), before, paid(2, AT - timedelta(hours=1)))) == ["hold_falls_away"]


def test_a_hold_that_has_ended_needs_no_word() -> None:
    gone = paid(2, SOON, status=PaymentStatus.AUTHORISED, captured_minor=0, captured_at=None, hold_expires_at=AT)
    assert codes(told(bill(), paid(1), gone)) == ["nothing_wrong"]


def test_a_hold_for_another_bill_is_a_payment_under_way() -> None:
    other = paid(2, SOON, invoice_id=2, status=PaymentStatus.AUTHORISED, captured_minor=0, captured_at=None,
                 hold_expires_at=AT + timedelta(days=5))  # fmt: skip
    diagnosis = told(agreement(1), agreement(2), bill(1), open_bill(2, agreement_id=2), paid(1), other)
    assert codes(diagnosis) == ["nothing_wrong"]


def test_months_apart_and_a_neighbour_unpaid_means_the_wrong_bill() -> None:
    """The same books as a duplicate; the time between and the open neighbour tell them apart."""
    october = bill(1, issued_on=date(2026, 10, 5), due_on=date(2026, 10, 28))
    diagnosis = told(october, open_bill(2), paid(1, NINE - timedelta(days=31)), paid(2, NINE))
    assert codes(diagnosis) == ["misapplied_payment"]


def test_seconds_apart_and_a_neighbour_unpaid_means_twice() -> None:
    october = bill(1, issued_on=date(2026, 10, 5), due_on=date(2026, 10, 28))
    assert codes(told(october, open_bill(2), paid(1, NINE), paid(2, SOON))) == ["charged_twice"]


def test_without_bills_only_the_customer_knows() -> None:
    pair = paid(1, invoice_id=None), paid(2, SOON, invoice_id=None)
    assert codes(told(*pair, agreements=(agreement(next_bill_on=None),))) == ["possible_duplicate"]


def test_without_bills_and_two_days_apart_nobody_asks() -> None:
    pair = paid(1, invoice_id=None), paid(2, NINE + timedelta(days=2), invoice_id=None)
    assert codes(told(*pair, agreements=(agreement(next_bill_on=None),))) == ["nothing_wrong"]


def test_a_stray_second_charge_of_a_paid_bill() -> None:
    assert codes(told(bill(), paid(1), paid(2, SOON, invoice_id=None))) == ["charged_twice"]


def test_a_stray_charge_with_a_bill_that_waits_for_it_belongs_there() -> None:
    diagnosis = told(agreement(1), agreement(2), bill(1), open_bill(2, agreement_id=2), paid(1),
                     paid(2, NINE + timedelta(days=2), invoice_id=None))  # fmt: skip
    assert codes(diagnosis) == ["unapplied_payment"]


def test_a_void_twin_of_a_bill_is_no_second_bill() -> None:
    void = replace(bill(2), status=InvoiceStatus.VOID, period_start=date(2026, 11, 5), period_end=date(2026, 12, 4))
    live = replace(bill(1), period_start=date(2026, 11, 5), period_end=date(2026, 12, 4))
    assert codes(told(live, void, paid(1))) == ["nothing_wrong"]


def test_of_two_bills_for_one_time_the_unpaid_one_goes() -> None:
    november = {"period_start": date(2026, 11, 5), "period_end": date(2026, 12, 4)}
    finding = only(told(open_bill(1, **november), bill(2, **november), paid(1, invoice_id=2)))

    assert finding.code == "billed_twice"
    assert "Only INV-2 is right" in finding.customer_text
    assert [each.label for each in finding.actions] == ["Void the bill"]
    assert finding.actions[0].targets[0].reference == "INV-1"


def test_midnight_is_where_the_customer_lives() -> None:
    late, later = datetime(2026, 11, 12, 23, 59, 50, tzinfo=UTC), datetime(2026, 11, 13, 0, 0, 20, tzinfo=UTC)
    there = only(told(bill(), paid(1, late), paid(2, later), time_zone="America/New_York"))
    here = only(told(bill(), paid(1, late), paid(2, later)))

    assert "on Thu 12 November, at 18:59:50 and 19:00:20" in plain(there.customer_text)
    assert "on Thu 12 November and on Fri 13 November" in plain(here.customer_text)
