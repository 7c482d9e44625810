"""The published sample events, which nobody here wrote: all are taken, in any order, with the same end."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings

from billing.access.scopes import seeing_as_system
from billing.gateways.stripe.samples import ZEROS, make_distinct
from billing.models import Payment, ProviderEvent
from billing.states import InboxStatus, PaymentStatus
from disputes.models import Dispute
from disputes.states import DisputeStatus
from tests.billing.webhooks.inbox import deliver
from tests.billing.webhooks.test_order import state_after

SAMPLES = Path(settings.BASE_DIR).parent / "shared/data/stripe/events"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the published events are not at {SAMPLES}"),
]


def samples() -> dict[str, dict[str, Any]]:
    return {path.name: json.loads(path.read_bytes()) for path in sorted(SAMPLES.glob("*.json"))}


def test_ids_of_zeros_become_distinct_and_stay_consistent() -> None:
    made = make_distinct(samples())

    assert len({body["id"] for body in made.values()}) == len(made) == 88
    assert made == make_distinct(samples())
    told = made["charge.dispute.created.json"]["data"]["object"]["charge"]
    assert told == made["charge.captured.json"]["data"]["object"]["id"]
    paid, failed = made["invoice.paid.json"]["data"]["object"], made["invoice.payment_failed.json"]["data"]["object"]
    assert paid["id"] == made["invoice.finalized.json"]["data"]["object"]["id"] != failed["id"]
    assert paid["payment_intent"] != failed["payment_intent"]
    assert not [
        body
        for body in made.values()
        if ZEROS.fullmatch(str(body["data"]["object"].get("id", ""))) and body["data"]["object"].get("created")
    ]


def test_every_sample_is_applied_or_ignored() -> None:
    with seeing_as_system():
        deliver(make_distinct(samples()).values())

        held = ProviderEvent.objects.exclude(status__in=[InboxStatus.APPLIED, InboxStatus.IGNORED])
        assert list(held.values_list("kind", "status_reason")) == []
        assert ProviderEvent.objects.filter(status=InboxStatus.APPLIED).count() == 47
        won = Dispute.objects.get(opened_at__year=2013)
        assert (won.status, Payment.objects.get(disputes=won).refund_blocked) == (DisputeStatus.WON, False)
        declined = Payment.objects.get(status=PaymentStatus.FAILED)
        assert [row.decline_code for row in declined.attempts.all()] == ["generic_decline"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_samples_shuffled_and_twice_end_alike(seed: int) -> None:
    events = list(make_distinct(samples()).values())
    shuffled = events * 2
    Random(seed).shuffle(shuffled)

    assert state_after(shuffled) == state_after(events)
