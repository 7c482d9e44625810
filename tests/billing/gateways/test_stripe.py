"""The official library against a server that behaves like Stripe, well and badly."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from billing.gateways.base import GatewayError, GatewayRefused, GatewayTimeout, GatewayUnavailable, RefundOrder
from billing.gateways.stripe import gateway as gateway_module
from billing.gateways.stripe.gateway import StripeGateway
from tests.fakes.stripe_objects import T0, charge, event
from tests.fakes.stripe_server import FakeStripe, stripe_server

ORDER = RefundOrder(
    reference="R-1",
    idempotency_key="redress-R-1",
    charge="ch_1",
    intent="pi_1",
    amount_minor=4_000,
    currency="USD",
    reason="duplicate",
)


@pytest.fixture
def server() -> Iterator[FakeStripe]:
    with stripe_server() as running:
        yield running


@pytest.fixture
def gateway(server: FakeStripe) -> StripeGateway:
    return StripeGateway(api_key="sk_test_1", address=server.address, seconds=1)


def test_a_refund_is_made_once_for_a_key(server: FakeStripe, gateway: StripeGateway) -> None:
    first, again = gateway.create_refund(ORDER), gateway.create_refund(ORDER)

    assert first == again
    assert (first.object_id, first.status, first.amount_minor, first.our_reference) == ("re_1", "pending", 4_000, "R-1")
    assert (len(server.refunds), server.refunds["re_1"]["reason"]) == (1, "duplicate")


def test_without_a_charge_the_intent_is_named(server: FakeStripe, gateway: StripeGateway) -> None:
    order = RefundOrder("R-2", "key-2", "", "pi_1", 100, "USD", "goodwill")

    assert gateway.create_refund(order).intent == "pi_1"
    assert (server.refunds["re_1"]["charge"], server.refunds["re_1"]["reason"]) == (None, "requested_by_customer")


def test_it_is_found_by_our_reference_on_any_page(server: FakeStripe, gateway: StripeGateway) -> None:
    gateway.create_refund(ORDER)
    for number in range(120):
        gateway.create_refund(RefundOrder(f"R-x{number}", f"key-x{number}", "ch_1", "", 1, "USD", "goodwill"))

    assert gateway.find_refund(ORDER) == gateway.create_refund(ORDER)
    assert gateway.find_refund(RefundOrder("R-none", "key-none", "ch_1", "", 1, "USD", "goodwill")) is None
    assert server.requests.count("GET /v1/refunds") == 4


@pytest.mark.parametrize(
    ("how", "error", "code"),
    [
        ("400 charge_already_refunded", GatewayRefused, "charge_already_refunded"),
        ("402 card_declined", GatewayRefused, "card_declined"),
        ("401", GatewayUnavailable, None),
        ("429", GatewayUnavailable, None),
        ("500", GatewayTimeout, None),
        ("500 done", GatewayTimeout, None),
        ("503", GatewayTimeout, None),
        ("409", GatewayTimeout, None),
        ("garbage done", GatewayTimeout, None),
        ("drop done", GatewayTimeout, None),
        ("hang done", GatewayTimeout, None),
    ],
)
def test_what_goes_wrong_is_told_apart(
    server: FakeStripe, gateway: StripeGateway, how: str, error: type[GatewayError], code: str | None
) -> None:
    server.misbehave = [how]

    with pytest.raises(error) as caught:
        gateway.create_refund(ORDER)

    assert getattr(caught.value, "code", None) == code
    assert (len(server.requests), len(server.refunds)) == (1, int("done" in how))


def test_nobody_there_is_unavailable() -> None:
    gateway = StripeGateway(api_key="sk_test_1", address="http://127.0.0.1:1")

    with pytest.raises(GatewayUnavailable):
        gateway.create_refund(ORDER)


def test_another_body_for_a_key_is_never_sent_twice(server: FakeStripe, gateway: StripeGateway) -> None:
    gateway.create_refund(ORDER)

    with pytest.raises(GatewayError):
        gateway.create_refund(RefundOrder("R-1", "redress-R-1", "ch_1", "pi_1", 4_001, "USD", "duplicate"))

    assert len(server.refunds) == 1


def test_events_are_listed_across_pages_and_since_a_moment(server: FakeStripe, gateway: StripeGateway) -> None:
    server.events = [event("charge.succeeded", charge(f"ch_{n}"), T0 + n) for n in reversed(range(250))]

    listed = list(gateway.list_events(since=datetime.fromtimestamp(T0 + 10, tz=UTC)))

    assert listed == server.events[:240]
    assert server.requests == ["GET /v1/events"] * 3


def test_what_a_payout_consists_of_is_listed_across_pages(server: FakeStripe, gateway: StripeGateway) -> None:
    moves = [{"object": "balance_transaction", "id": f"txn_{n}", "type": "charge", "amount": n} for n in range(150)]
    server.moves["po_1"] = moves

    assert list(gateway.list_payout("po_1")) == moves
    assert list(gateway.list_payout("po_2")) == []


def test_an_object_is_fetched_as_it_is_now(server: FakeStripe, gateway: StripeGateway) -> None:
    gateway.create_refund(ORDER)
    server.refunds["re_1"]["status"] = "succeeded"

    assert gateway.fetch_object("refund", "re_1")["status"] == "succeeded"
    with pytest.raises(GatewayRefused):
        gateway.fetch_object("refund", "re_2")


def test_the_call_has_a_limit_shorter_than_the_task_s() -> None:
    assert gateway_module.SECONDS < 60
