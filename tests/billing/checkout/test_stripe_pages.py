"""Hosted pages and what is told of bills, at a small Stripe on this machine, by Stripe's own library."""

from collections.abc import Iterator

import pytest

from billing.gateways.base import CreditOrder, GatewayRefused, GatewayTimeout, GatewayUnavailable, PageOrder
from billing.gateways.stripe.gateway import StripeGateway
from tests.fakes.stripe_server import FakeStripe, stripe_server

ORDER = PageOrder(
    reference="V-1",
    idempotency_key="redress-V-1",
    customer="cus_1",
    email="lena@example.org",
    currency="USD",
    back_to="https://help.example/my/visits/V-1/",
    expires_at=1_795_003_600,
    title="Bill INV-1",
    bill="redress:INV-1",
    amount_minor=12_500,
)
SETUP = PageOrder(
    reference="V-2",
    idempotency_key="redress-V-2",
    customer="cus_1",
    email="lena@example.org",
    currency="USD",
    back_to="https://help.example/my/visits/V-2/",
    expires_at=1_795_003_600,
)


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    with stripe_server() as server:
        yield server


@pytest.fixture
def gateway(stripe: FakeStripe) -> StripeGateway:
    return StripeGateway(api_key="sk_test_x", address=stripe.address, seconds=1)


def test_a_page_to_pay_one_bill_once(stripe: FakeStripe, gateway: StripeGateway) -> None:
    page = gateway.start_payment(ORDER)

    assert (page.object_id, page.url) == ("cs_1", "https://checkout.stripe.com/c/pay/cs_1")
    assert stripe.sessions["cs_1"]["asked"] == {
        "mode": "payment",
        "customer": "cus_1",
        "client_reference_id": "V-1",
        "metadata[redress_checkout]": "V-1",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "12500",
        "line_items[0][price_data][product_data][name]": "Bill INV-1",
        "payment_intent_data[metadata][redress_bill]": "redress:INV-1",
        "payment_intent_data[metadata][redress_checkout]": "V-1",
        "success_url": "https://help.example/my/visits/V-1/",
        "cancel_url": "https://help.example/my/visits/V-1/?left=yes",
        "expires_at": "1795003600",
    }
    assert gateway.start_payment(ORDER) == page
    assert len(stripe.sessions) == 1


def test_a_page_to_give_a_card(stripe: FakeStripe, gateway: StripeGateway) -> None:
    gateway.start_method_setup(SETUP)

    asked = stripe.sessions["cs_1"]["asked"]
    assert (asked["mode"], asked["currency"], asked["setup_intent_data[metadata][redress_checkout]"]) == (
        "setup",
        "usd",
        "V-2",
    )
    assert not [name for name in asked if "line_items" in name]


def test_a_guest_is_named_by_their_address(stripe: FakeStripe, gateway: StripeGateway) -> None:
    from dataclasses import replace

    gateway.start_payment(replace(ORDER, customer=""))

    asked = stripe.sessions["cs_1"]["asked"]
    assert (asked["customer_email"], "customer" in asked) == ("lena@example.org", False)


def test_a_page_is_closed_once(stripe: FakeStripe, gateway: StripeGateway) -> None:
    page = gateway.start_payment(ORDER)

    gateway.close_page(page.object_id)

    with pytest.raises(GatewayRefused):
        gateway.close_page(page.object_id)


def test_what_became_of_a_page_is_read(stripe: FakeStripe, gateway: StripeGateway) -> None:
    page = gateway.start_payment(ORDER)
    stripe.sessions[page.object_id] |= {"status": "complete", "payment_intent": "pi_7"}

    facts = gateway.read_page(page.object_id)

    assert (facts.object_id, facts.status, facts.intent) == ("cs_1", "complete", "pi_7")
    with pytest.raises(GatewayRefused):
        gateway.read_page("cs_2")


def test_credits_settled_bills_and_methods_are_told(stripe: FakeStripe, gateway: StripeGateway) -> None:
    gateway.credit_bill(CreditOrder("k1", "in_1", 1_500, settled=False, number="CN-2026-000001"))
    gateway.credit_bill(CreditOrder("k2", "in_1", 1_500, settled=True, number="CN-2026-000002"))
    gateway.settle_bill("in_2", idempotency_key="k3")
    gateway.use_method("sub_1", "pm_1", idempotency_key="k4")
    gateway.settle_bill("in_2", idempotency_key="k3")

    assert stripe.told == [
        ("/v1/credit_notes", {"invoice": "in_1", "amount": "1500", "memo": "CN-2026-000001"}),
        (
            "/v1/credit_notes",
            {"invoice": "in_1", "amount": "1500", "memo": "CN-2026-000002", "out_of_band_amount": "1500"},
        ),
        ("/v1/invoices/in_2/pay", {"paid_out_of_band": "true"}),
        ("/v1/subscriptions/sub_1", {"default_payment_method": "pm_1"}),
    ]


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("hang", GatewayTimeout),
        ("500", GatewayTimeout),
        ("429", GatewayUnavailable),
        ("400", GatewayRefused),
        ("garbage", GatewayTimeout),
    ],
)
def test_a_provider_that_misbehaves(
    stripe: FakeStripe, gateway: StripeGateway, how: str, error: type[Exception]
) -> None:
    stripe.misbehave = [how]

    with pytest.raises(error):
        gateway.start_payment(ORDER)

    assert gateway.start_payment(ORDER).object_id == "cs_1"  # and with the same key it is asked again
