"""The worker's side: an event's message runs once, and what cannot be applied is noted where people look."""

from typing import Any

import pytest

from billing.access.scopes import seeing_as_system
from billing.actions.inbox import GIVE_UP_AFTER
from billing.actions.intake import store_event
from billing.gateways.stripe.events import read_envelope
from billing.models import OutboxMessage, Payment, ProviderEvent
from billing.tasks import apply_provider_event
from tests.billing.webhooks.inbox import statuses
from tests.fakes.stripe_objects import T0, charge, event

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(**changes: Any) -> OutboxMessage:
    body = event("charge.succeeded", charge(**changes), T0)
    store_event(read_envelope(body), body, provider="stripe")
    return OutboxMessage.objects.get(task="billing.tasks.apply_provider_event")


def deliver(message: OutboxMessage) -> OutboxMessage:
    """As the relay does."""
    apply_provider_event(outbox_id=message.pk, **message.payload)
    message.refresh_from_db()
    return message


def told() -> tuple[str, str]:
    with seeing_as_system():
        return next(iter(statuses().values()))


def test_however_often_it_is_delivered_it_is_applied_once() -> None:
    message = waiting()

    for _ in range(3):
        message = deliver(message)

    assert (told(), message.done_at is not None, message.failures) == (("applied", ""), True, 0)
    with seeing_as_system():
        assert Payment.objects.count() == 1


def test_what_raises_is_tried_again_noted_and_at_last_dead(settings: Any) -> None:
    settings.BILLING_PAYMENT_LISTENERS = ["billing.actions.no_such_place.listener"]
    message = waiting()

    message = deliver(message)
    assert told() == ("received", "ModuleNotFoundError: No module named 'billing.actions.no_such_place'")
    for _ in range(GIVE_UP_AFTER - 1):
        message = deliver(message)

    assert (told()[0], message.dead_at is not None, message.failures) == ("dead", True, GIVE_UP_AFTER)
    with seeing_as_system():
        assert (Payment.objects.count(), ProviderEvent.objects.get().attempts) == (0, GIVE_UP_AFTER)


def test_a_dead_letter_that_is_replayed_is_applied(settings: Any) -> None:
    settings.BILLING_PAYMENT_LISTENERS = ["billing.actions.no_such_place.listener"]
    message = waiting()
    for _ in range(GIVE_UP_AFTER):
        message = deliver(message)
    settings.BILLING_PAYMENT_LISTENERS = []

    OutboxMessage.objects.filter(pk=message.pk).update(dead_at=None, failures=0)
    message = deliver(message)

    assert (told(), message.done_at is not None) == (("applied", ""), True)
