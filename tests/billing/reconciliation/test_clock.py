"""Money that does not come: late on the day after, missing after three working days, seen when it comes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.booking import book_found
from billing.actions.reconciliation.clock import last_day_missing, look_for_missing_money
from billing.actions.reconciliation.expecting import take_up_expected_money
from billing.actions.reconciliation.run import reconcile
from billing.business_days import add_business_days
from billing.models import Discrepancy, ExpectedMoney, Payment
from tests.billing.reconciliation.records import DAY, a_line, an_expected
from tests.billing.records import a_customer, records_of

pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_after", "found"),
    [
        (0, set()),
        (1, {("late", "open")}),
        (3, {("late", "open")}),
        (4, {("missing", "open")}),  # due on a Monday: Thursday is the third working day, on Friday it is missing
    ],
)
def test_late_then_missing(days_after: int, found: set[tuple[str, str]]) -> None:
    with seeing_as_system():
        an_expected(records_of(a_customer()).payment)

        for _ in range(2):
            look_for_missing_money(at=noon(DAY + timedelta(days=days_after)))

        assert set(Discrepancy.objects.values_list("kind", "status")) == found


def test_missing_money_that_comes_resolves_itself() -> None:
    with seeing_as_system():
        expected = an_expected(records_of(a_customer()).payment, reference_key="P774411")
        look_for_missing_money(at=noon(DAY + timedelta(days=1)))
        look_for_missing_money(at=noon(DAY + timedelta(days=7)))
        expected.refresh_from_db()
        assert expected.status == "missing"
        a_line(amount_minor=12500, end_to_end_id="P774411", on=DAY + timedelta(days=7))
        reconcile(at=timezone.now())
    book_found(at=timezone.now())

    with seeing_as_system():
        expected.refresh_from_db()
        assert expected.status == "settled"
        assert set(Discrepancy.objects.values_list("kind", "status")) == {("late", "resolved"), ("missing", "resolved")}


def test_a_bill_that_waits_for_a_transfer_is_not_missing_money() -> None:
    records = records_of(a_customer())
    with seeing_as_system():
        an_expected(records.payment, kind="invoice", payment=None, invoice=records.invoice)

        assert look_for_missing_money(at=noon(DAY + timedelta(days=30))) == (0, 0)


@pytest.mark.parametrize("today", [DAY + timedelta(days=days) for days in range(9)])
def test_the_last_day_that_is_missing(today: date) -> None:
    day = last_day_missing(today)

    assert add_business_days(day, 3) < today
    assert add_business_days(day + timedelta(days=1), 3) >= today


@pytest.mark.parametrize("days", range(7))
def test_what_is_expected_counts_working_days_as_we_do(days: int) -> None:
    """SQL and Python are two hands of one clock."""
    records = records_of(a_customer())
    day = DAY + timedelta(days=days)
    with seeing_as_system():
        a_line(amount_minor=1, on=DAY)
        Payment.objects.filter(pk=records.payment.pk).update(captured_at=noon(day))

        take_up_expected_money()

        expected = ExpectedMoney.objects.get(payment=records.payment)
        assert (expected.arose_on, expected.due_on) == (day, add_business_days(day, 2))


def test_nothing_is_expected_where_no_statement_is_read() -> None:
    records_of(a_customer())
    with seeing_as_system():
        assert take_up_expected_money() == 0
