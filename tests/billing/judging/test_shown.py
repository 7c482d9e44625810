"""What the judge showed, each in its smallest form, so that it stays put right."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from billing.access.scopes import seeing_as_system
from billing.diagnosis.codes import explain_decline
from billing.gateways.stripe.billing import read_invoice
from billing.models import Agreement
from billing.states import PaymentStatus
from tests.billing.diagnosis.scenes import AT, agreement, codes, open_bill, paid, told
from tests.billing.webhooks.inbox import deliver

FIRST, SECOND = 1_790_000_000, 1_790_003_600


def test_what_is_charged_automatically_needs_no_last_day() -> None:
    """A bill that the provider charges by itself has no due date: autopay is missed all the same."""
    found = codes(told(agreement(), open_bill(due_on=None, issued_on=AT.date() - timedelta(days=5))))

    assert found == ["autopay_missed"]


def test_a_bill_paid_in_part_is_not_said_to_be_unpaid() -> None:
    late: dict[str, Any] = {"due_on": AT.date() - timedelta(days=5), "issued_on": AT.date() - timedelta(days=19)}
    part = paid(amount_minor=5000, captured_minor=5000)

    assert codes(told(agreement(autopay=False), open_bill(**late), part)) == ["part_paid"]


def test_a_hold_that_the_provider_let_go_of_was_still_not_captured() -> None:
    at = AT - timedelta(days=9)
    hold = paid(status=PaymentStatus.CANCELED, captured_minor=0, captured_at=None, authorised_at=at, created_at=at)

    assert codes(told(agreement(), open_bill(), hold)) == ["hold_expired"]


@pytest.mark.parametrize(("number", "name"), [("R07", "R07"), ("R10", "R10"), ("R05", "R05")])
def test_a_return_code_says_more_than_the_word_for_all_of_them(number: str, name: str) -> None:
    assert explain_decline(decline_code="debit_not_authorized", network_code=number).code == name


def test_the_period_of_a_bill_is_that_of_its_lines() -> None:
    """On the bill itself the provider names the period before."""
    lines = [
        {"type": "subscription", "amount": 1000, "period": {"start": SECOND, "end": SECOND + 86_400}},
        {"type": "subscription", "proration": True, "amount": 1, "period": {"start": FIRST - 99, "end": SECOND}},
    ]
    told_: dict[str, Any] = {"id": "in_1", "currency": "usd", "total": 1001, "created": SECOND, "lines": lines}
    read = read_invoice({**told_, "status": "open", "period_start": FIRST, "period_end": SECOND})

    assert (read.period_start, read.period_end) == (SECOND, SECOND + 86_400)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_contract_without_a_method_charges_the_customers_default(order: tuple[int, ...], db: None) -> None:
    card = {"object": "payment_method", "id": "pm_1", "customer": "cus_1", "type": "card", "card": {"last4": "4242"}}
    customer = {"object": "customer", "id": "cus_1", "invoice_settings": {"default_payment_method": "pm_1"}}
    price = {"currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month", "interval_count": 1}}
    contract = {
        "object": "subscription", "id": "sub_1", "customer": "cus_1", "status": "active", "created": FIRST,
        "current_period_start": FIRST, "default_payment_method": None, "items": {"data": [{"price": price}]},
    }  # fmt: skip
    events = [
        _event(1, "payment_method.attached", card),
        _event(2, "customer.updated", customer),
        _event(3, "customer.subscription.created", contract),
    ]

    with seeing_as_system():
        deliver(events[index] for index in order)
        method = Agreement.objects.select_related("payment_method").get().payment_method

    assert method is not None
    assert (method.external_id, method.last4) == ("pm_1", "4242")


def _event(number: int, kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"evt_{number}",
        "object": "event",
        "type": kind,
        "created": FIRST + number,
        "livemode": False,
        "data": {"object": thing},
    }
