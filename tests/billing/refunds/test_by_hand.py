"""A person said what became of a refund; then the provider tells it. Its word wins, in whatever order it comes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from billing.access.scopes import seeing_as_system
from billing.actions.by_hand import confirm_not_sent, confirm_sent
from billing.actions.sending import send_refund, settle_unknown
from billing.errors import AmountTooLarge
from billing.gateways.base import GatewayRefused, GatewayTimeout
from billing.ledger.balances import trial_balance
from billing.models import MoneyEvent, Payment, Refund
from billing.states import RefundStatus
from tests.billing.refunds.people import ask, money_of, somebody
from tests.billing.webhooks.inbox import deliver, left_over
from tests.fakes.gateways import FakeGateway
from tests.fakes.stripe_objects import T0, charge, event
from tests.fakes.stripe_objects import refund as told_refund

pytestmark = pytest.mark.django_db
NOW = datetime.fromtimestamp(T0 + 1_000, UTC)
LATER = NOW + timedelta(hours=30)
UNTOUCHED = {("provider_clearing", "USD"): 10_000, ("receivable", "USD"): -10_000}


def left_to_a_person() -> Refund:
    """All of a charge, asked to go back; whether it did, nobody could tell."""
    with seeing_as_system():
        deliver([event("charge.succeeded", charge(), T0)])
        payment = Payment.objects.get()
    refund = ask(payment, by=somebody("agent@desk.example", limit_minor=50_000), amount_minor=10_000, at=NOW)
    lost = GatewayTimeout("No answer.")
    send_refund(refund.pk, gateway=FakeGateway([lost]), at=NOW)
    settle_unknown(refund.pk, gateway=FakeGateway(), at=LATER)
    with seeing_as_system():
        refund.refresh_from_db()
    assert (refund.status, refund.next_try_at) == (RefundStatus.UNKNOWN, None)
    return refund


def ask_again(refund: Refund) -> None:
    with seeing_as_system():
        payment = Payment.objects.get(pk=refund.payment_id)
    ask(payment, by=somebody("other@desk.example", limit_minor=50_000), amount_minor=10_000, key="key-2")


def told(refund: Refund, status: str, second: int = 1_001, **changes: Any) -> dict[str, Any]:
    said = {"amount": 10_000, "created": T0 + 1_001, "metadata": {"redress_refund": refund.reference}}
    item = told_refund("re_9", **{**said, "status": status, **changes})
    return event(f"refund.{status}", item, T0 + second)


def after(events: Sequence[dict[str, Any]]) -> tuple[Any, ...]:
    with seeing_as_system():
        deliver(events)
        assert left_over() == []
        row = Refund.objects.select_related("payment").get()
        books = {account: total for account, total in trial_balance().items() if total}
    return row.status, row.external_id, row.failed_at, row.failure_reason, money_of(row.payment), books


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_said_not_to_be_sent_and_sent_after_all(order: tuple[int, ...]) -> None:
    refund = left_to_a_person()
    with seeing_as_system():
        confirm_not_sent(refund.pk, by=somebody("lead@desk.example"), note="Not there.", at=LATER)
    said = [
        told(refund, "pending"),
        told(refund, "succeeded", 1_005),
        event("charge.refunded", charge(amount_refunded=10_000), T0 + 1_001),
    ]

    assert after([said[number] for number in (*order, *order)]) == (
        *(RefundStatus.SUCCEEDED, "re_9", None, ""),
        (10_000, 0, 0),
        {},
    )
    with seeing_as_system():
        kinds = set(MoneyEvent.objects.filter(refund=refund).values_list("kind", flat=True))
        assert {"refund_failed", "refund_succeeded"} <= kinds
    with pytest.raises(AmountTooLarge):
        ask_again(refund)


def test_the_charge_alone_tells_that_it_was_sent() -> None:
    """Nothing may be sent a second time while the refund's own event is still to come."""
    refund = left_to_a_person()
    with seeing_as_system():
        confirm_not_sent(refund.pk, by=somebody("lead@desk.example"), note="Not there.", at=LATER)

    found = after([event("charge.refunded", charge(amount_refunded=10_000), T0 + 1_001)])

    assert found == (RefundStatus.FAILED, "", LATER, "not_sent", (10_000, 0, 0), UNTOUCHED)
    with pytest.raises(AmountTooLarge):
        ask_again(refund)


def test_refused_to_us_and_sent_after_all() -> None:
    """The first call got through and was not answered; the second one was refused."""
    refund = left_to_a_person()
    with seeing_as_system():
        Refund.objects.update(next_try_at=NOW, sent_at=LATER)
    settle_unknown(refund.pk, gateway=FakeGateway([GatewayRefused("No.", code="already_refunded")]), at=LATER)
    assert after([])[:4] == (RefundStatus.FAILED, "", LATER, "already_refunded")

    found = after([told(refund, "succeeded")])
    assert found == (RefundStatus.SUCCEEDED, "re_9", None, "", (10_000, 0, 0), {})


@pytest.mark.parametrize("deed", [confirm_sent, confirm_not_sent])
@pytest.mark.parametrize("life", [("pending", "canceled"), ("pending", "succeeded", "failed")])
def test_what_did_not_arrive_is_with_us_again_whatever_was_said(deed: Any, life: tuple[str, ...]) -> None:
    refund = left_to_a_person()
    with seeing_as_system():
        deed(refund.pk, by=somebody("lead@desk.example"), note="I looked.", at=LATER)
    said = [told(refund, status, 1_001 + number) for number, status in enumerate(life)]
    ended = datetime.fromtimestamp(T0 + 1_000 + len(life), UTC)

    found = after([*said, *said])

    assert (found[:3], found[4:]) == ((life[-1], "re_9", ended), ((0, 0, 10_000), UNTOUCHED))


def test_what_the_provider_says_has_failed_stays_failed_even_by_sql() -> None:
    refund = left_to_a_person()
    after([told(refund, "failed")])

    with pytest.raises(DatabaseError, match="refund"), transaction.atomic(), seeing_as_system():
        Refund.objects.update(status=RefundStatus.SUCCEEDED)

    assert after([told(refund, "succeeded", 1_000)])[0] == RefundStatus.FAILED
