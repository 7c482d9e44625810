"""Every failing rule of a promotion code, in words; one table row each."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from billing.diagnosis.coupons import Coupon, CouponFault, CouponTry, CouponVerdict, explain_coupon
from tests.billing.diagnosis.scenes import plain

SPRING = Coupon(
    "SPRING", currency="USD", starts_on=date(2026, 3, 1), ends_on=date(2026, 5, 31), uses_allowed=100,
    products=frozenset({"Motor", "Home"}), minimum_minor=5_000,
)  # fmt: skip
GOOD = CouponTry("spring ", date(2026, 4, 1), 7, "USD", 5_000, frozenset({"Motor"}))


def faults(verdict: CouponVerdict) -> list[CouponFault]:
    return [each.fault for each in verdict.failures]


def test_a_good_code_passes_whatever_its_case() -> None:
    assert explain_coupon(SPRING, GOOD) == CouponVerdict((), None)
    assert explain_coupon(SPRING, GOOD).answer == "The code is fine."


@pytest.mark.parametrize(
    ("coupon", "tried", "fault", "answer", "worked_on"),
    [
        ({"active": False}, {}, "inactive", "This code is no longer in use.", None),
        ({}, {"on": date(2026, 2, 28)}, "not_started",
         "This code starts on Sun 1 March. Please try again then.", date(2026, 3, 1)),
        ({}, {"on": date(2026, 6, 1)}, "expired", "This code could be used until Sun 31 May.", date(2026, 5, 31)),
        ({"uses_so_far": 100}, {}, "exhausted", "All uses of this code are taken.", None),
        ({"customer_ids": frozenset({8})}, {}, "wrong_customer", "This code is not for your account.", None),
        ({}, {"products": frozenset({"Boat"})}, "wrong_product", "This code is only for: Home, Motor.", None),
        ({}, {"currency": "EUR"}, "wrong_currency", "This code is for payments in USD only.", None),
        ({}, {"amount_minor": 4_590}, "below_minimum",
         "This code needs a bill of $50.00 or more. Yours is $4.10 below that.", None),
        ({"first_purchase_only": True}, {"earlier_purchases": 2}, "not_first_purchase",
         "This code is only for your first purchase.", None),
        ({}, {"earlier_uses": 1}, "already_used", "You have used this code before.", None),
        ({"stackable": False}, {"other_coupons": ("WELCOME",)}, "not_stackable",
         "This code cannot be used with WELCOME.", None),
        ({}, {"account_paused": True}, "paused_account",
         "Your account is paused. Codes work again when it is active.", None),
    ],
)  # fmt: skip
def test_each_rule(
    coupon: dict[str, Any], tried: dict[str, Any], fault: str, answer: str, worked_on: date | None
) -> None:
    verdict = explain_coupon(replace(SPRING, **coupon), replace(GOOD, **tried))
    assert (faults(verdict), plain(verdict.answer), verdict.would_have_worked_on) == ([fault], answer, worked_on)


def test_the_last_day_counts() -> None:
    for on in (date(2026, 3, 1), date(2026, 5, 31)):
        assert explain_coupon(SPRING, replace(GOOD, on=on)).failures == ()


def test_all_failing_rules_are_named_and_no_day_would_have_helped() -> None:
    tried = replace(GOOD, on=date(2026, 6, 3), amount_minor=100, earlier_uses=1)
    verdict = explain_coupon(SPRING, tried)

    assert faults(verdict) == ["expired", "below_minimum", "already_used"]
    assert plain(verdict.failures[0].agent) == "It ended on Sun 31 May, 3 days before."
    assert verdict.would_have_worked_on is None


@pytest.mark.parametrize("coupon", [None, replace(SPRING, code="SPRINGS")])
def test_an_unknown_code_is_said_to_be_unknown(coupon: Coupon | None) -> None:
    verdict = explain_coupon(coupon, GOOD)
    assert faults(verdict) == ["unknown_code"]
    assert verdict.answer == "We do not know this code. Please check each letter of it."


def test_bounds_that_are_not_set_bind_nobody() -> None:
    free = Coupon("FREE", uses_per_customer=None)
    tried = CouponTry("FREE", date(1999, 1, 1), 7, "JPY", 0, earlier_purchases=9, earlier_uses=9, other_coupons=("A",))
    assert explain_coupon(free, tried).failures == ()


def test_another_customers_code_does_not_tell_whose_it_is() -> None:
    verdict = explain_coupon(replace(SPRING, customer_ids=frozenset({4_711})), GOOD)
    assert "4711" not in f"{verdict.answer} {verdict.failures[0].agent}"
