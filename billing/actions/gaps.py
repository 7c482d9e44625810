"""Finds what was lost on the way: events that the provider has and we do not, and refunds nobody told the end of."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.intake import provider_of, store_event
from billing.actions.payouts import list_moves_of_payouts
from billing.actions.sending import record_answer
from billing.gateways.base import Gateway, GatewayError
from billing.gateways.stripe.bodies import read_body
from billing.gateways.stripe.events import Envelope, read_envelope
from billing.gateways.stripe.fields import Unreadable
from billing.gateways.stripe.payments import read_refund
from billing.models import ProviderEvent, Refund
from billing.states import RefundStatus

log = logging.getLogger("redress.inbox")

LOOK_BACK: Final = timedelta(days=7)
AT_ONCE: Final = 100


def fill_gaps(*, gateway: Gateway, at: datetime) -> int:
    """How many events were new to us. Safe to repeat: an event is stored once, whichever way it comes."""
    listed = gateway.list_events(since=at - LOOK_BACK)
    new = 0
    while page := list(islice(listed, AT_ONCE)):  # over the network, so no transaction is open
        with seeing_as_system():
            for envelope, body in _missing(page):
                new += store_event(envelope, body, provider=provider_of(body), deliveries=0)
    list_moves_of_payouts(gateway=gateway, at=at)
    if new:
        log.warning("%s events had not reached us and were fetched", new)
    return new


def look_after_late_refunds(*, gateway: Gateway, at: datetime) -> int:
    """Ask what became of refunds that should have arrived by now; how many were asked about."""
    with seeing_as_system():
        late = Refund.objects.filter(status=RefundStatus.PENDING, expected_on__lt=timezone.localdate(at))
        waiting = list(late.exclude(external_id="").values_list("pk", "external_id")[:AT_ONCE])
    for refund_id, external_id in waiting:
        try:
            answer = read_refund(gateway.fetch_object("refund", external_id))
        except (GatewayError, Unreadable) as error:
            log.warning("no answer about refund %s: %s", refund_id, error)
        else:
            record_answer(refund_id, answer, at=at)
    return len(waiting)


def _missing(page: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Envelope, dict[str, Any]]]:
    """Those of the page that we do not have, checked and redacted as if they had been delivered."""
    known = set(ProviderEvent.objects.filter(event_id__in=[event.get("id") for event in page]).values_list("event_id"))
    for event in page:
        if (event.get("id"),) in known:
            continue
        try:
            body = read_body(json.dumps(event).encode())
            yield read_envelope(body), body
        except Unreadable as error:
            log.error("the provider lists an event that cannot be read: %s", error)
