"""A payout is what its events tell, in whatever order they come, and it is what the bank is expected to show."""

from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.applying import apply_snapshots
from billing.actions.reconciliation.run import reconcile
from billing.gateways.stripe.events import snapshots
from billing.models import MatchPart, Payout
from tests.billing.reconciliation.records import DAY, a_line

pytestmark = pytest.mark.django_db
ARRIVES = 1789344000  # 14 September 2026, the day of the line


def told(number: int, status: str, **more: Any) -> dict[str, Any]:
    payout = {
        "id": "po_1",
        "object": "payout",
        "amount": 98_700,
        "currency": "usd",
        "arrival_date": ARRIVES,
        "created": ARRIVES - 2 * 86_400,
        "status": status,
        **more,
    }
    return {
        "id": f"evt_{number}",
        "object": "event",
        "type": "payout.updated",
        "created": ARRIVES - 86_400 + number,
        "livemode": False,
        "api_version": "2026-08-27",
        "data": {"object": payout},
    }


EVENTS = (told(1, "pending"), told(2, "in_transit"), told(3, "paid", trace_id={"status": "supported", "value": "T77"}))


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_any_order_ends_the_same(order: tuple[dict[str, Any], ...]) -> None:
    with seeing_as_system():
        for event in order:
            assert apply_snapshots(snapshots(event), provider="stripe", at=timezone.now()) == []

        payout = Payout.objects.get()
        assert (payout.status, payout.amount_minor, payout.currency) == ("paid", 98_700, "USD")
        assert (payout.arrives_on, payout.bank_reference) == (DAY, "T77")


def test_the_line_that_names_a_payout_is_it() -> None:
    with seeing_as_system():
        apply_snapshots(snapshots(EVENTS[2]), provider="stripe", at=timezone.now())
        a_line(amount_minor=98_700, bank_reference="po_1")
        reconcile(at=timezone.now())

        assert MatchPart.objects.values_list("rule", "line_minor", "expected__kind").get() == (
            "external_id",
            98_700,
            "payout",
        )
