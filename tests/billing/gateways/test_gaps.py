"""Events that never arrived are fetched, and stored once whichever way they come."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from billing.access.scopes import seeing_as_system
from billing.actions.gaps import fill_gaps, look_after_late_refunds
from billing.actions.inbox import apply_event
from billing.actions.sending import send_refund
from billing.gateways.base import GatewayUnavailable
from billing.gateways.stripe.gateway import StripeGateway
from billing.models import OutboxMessage, Payment, ProviderEvent, Refund
from billing.states import RefundStatus
from tests.billing.refunds.people import AT, a_payment, ask, somebody
from tests.billing.webhooks.inbox import deliver, final_state
from tests.fakes.stripe_objects import T0, charge, event
from tests.fakes.stripe_server import FakeStripe, stripe_server

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.fromtimestamp(T0, tz=UTC) + timedelta(days=3)


@pytest.fixture
def server(settings: object) -> Iterator[FakeStripe]:
    settings.PAYMENT_PROVIDER = "stripe"  # type: ignore[attr-defined]  # pytest-django's settings
    with stripe_server() as running:
        yield running


def gateway_of(server: FakeStripe) -> StripeGateway:
    return StripeGateway(api_key="sk_test_1", address=server.address, seconds=5)


def rows() -> list[tuple[str, str, int]]:
    with seeing_as_system():
        return list(ProviderEvent.objects.order_by("event_id").values_list("provider", "event_id", "deliveries"))


def test_an_outage_of_three_days_loses_nothing(server: FakeStripe) -> None:
    events = [event("charge.succeeded", charge(f"ch_{n}"), T0 + n) for n in range(130)]
    server.events = events[::-1]
    with seeing_as_system():
        deliver(events[::10])

    assert fill_gaps(gateway=gateway_of(server), at=NOW) == 117
    assert fill_gaps(gateway=gateway_of(server), at=NOW) == 0

    assert len(rows()) == 130
    assert {(provider, deliveries) for provider, _, deliveries in rows()} == {("stripe", 0), ("stripe", 1)}
    with seeing_as_system():
        for pk in ProviderEvent.objects.values_list("pk", flat=True):
            apply_event(pk, at=NOW)
        assert Payment.objects.count() == 130
    assert OutboxMessage.objects.filter(task="billing.tasks.apply_provider_event").count() == 130


def test_what_is_delivered_later_all_the_same_is_no_second_event(server: FakeStripe) -> None:
    server.events = [event("charge.succeeded", charge(), T0)]
    fill_gaps(gateway=gateway_of(server), at=NOW)
    with seeing_as_system():
        before = final_state()
        deliver(server.events)
        assert final_state() == before

    assert [deliveries for _, _, deliveries in rows()] == [1]


def test_older_than_a_week_is_left(server: FakeStripe) -> None:
    server.events = [event("charge.succeeded", charge(), T0)]

    assert fill_gaps(gateway=gateway_of(server), at=NOW + timedelta(days=4, seconds=1)) == 0


def test_what_is_listed_is_redacted_like_what_is_delivered(server: FakeStripe) -> None:
    server.events = [event("charge.succeeded", charge(description="5555 5555 5555 4444"), T0)]
    fill_gaps(gateway=gateway_of(server), at=NOW)

    with seeing_as_system():
        assert "5555 5555" not in repr(ProviderEvent.objects.get().payload)


def test_an_event_that_cannot_be_read_stops_none_of_the_others(server: FakeStripe) -> None:
    broken = {**event("charge.succeeded", charge("ch_2"), T0), "livemode": None}
    server.events = [broken, event("charge.succeeded", charge(), T0)]

    assert fill_gaps(gateway=gateway_of(server), at=NOW) == 1


def test_a_provider_that_is_down_changes_nothing(server: FakeStripe) -> None:
    server.misbehave = ["429"]

    with pytest.raises(GatewayUnavailable):
        fill_gaps(gateway=gateway_of(server), at=NOW)

    assert rows() == []


def test_a_refund_whose_end_nobody_told_is_asked_about(server: FakeStripe) -> None:
    refund = ask(a_payment(), by=somebody("agent@desk.example", limit_minor=10_000))
    send_refund(refund.pk, gateway=gateway_of(server), at=AT)
    with seeing_as_system():
        assert Refund.objects.get().expected_on == date(2026, 12, 4)
    server.refunds["re_1"]["status"] = "succeeded"

    assert look_after_late_refunds(gateway=gateway_of(server), at=AT + timedelta(days=14)) == 0
    assert look_after_late_refunds(gateway=gateway_of(server), at=AT + timedelta(days=15)) == 1

    with seeing_as_system():
        assert Refund.objects.get().status == RefundStatus.SUCCEEDED
