"""Sends the simulated provider's events: signed, and in by the same door as any provider's."""

import json
from datetime import datetime

from django.conf import settings

from billing.access.scopes import seeing_as_system
from billing.actions.intake import provider_of, store_event
from billing.gateways.stripe.bodies import read_body
from billing.gateways.stripe.events import read_envelope
from billing.gateways.stripe.signatures import sign, verify_signature
from billing.models import SimulatedObject

AT_ONCE = 100


def send_due_events(*, at: datetime) -> int:
    """Send what is due, oldest first; how many were sent. Two senders at once do no harm: each event is taken once."""
    with seeing_as_system():
        due = SimulatedObject.objects.select_for_update(skip_locked=True).filter(send_at__lte=at)
        events = list(due.order_by("send_at", "pk")[:AT_ONCE])
        for event in events:
            _receive(json.dumps(event.body).encode(), at=at)
            event.send_at = None
            event.save(update_fields=["send_at"])
    return len(events)


def _receive(raw: bytes, *, at: datetime) -> None:
    """What the webhook's view does with a request, and under the same rules."""
    header = sign(raw, secret=settings.STRIPE_WEBHOOK_SECRETS[0], at=at)
    verify_signature(raw, header, secrets=settings.STRIPE_WEBHOOK_SECRETS, at=at)
    body = read_body(raw)
    store_event(read_envelope(body), body, provider=provider_of(body))
