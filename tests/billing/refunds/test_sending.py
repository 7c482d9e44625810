"""Sending: the call outside of any transaction, answers that get lost, and money that comes back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from billing.access.scopes import seeing_as_system
from billing.actions.by_hand import confirm_not_sent, confirm_sent
from billing.actions.refunds import approve_refund
from billing.actions.sending import KEY_LIVES, find_unsettled, send_refund, settle_unknown
from billing.business_days import add_business_days
from billing.errors import AmountTooLarge, SecondPersonNeeded, StepNotAllowed
from billing.gateways.base import GatewayRefused, GatewayTimeout, GatewayUnavailable
from billing.ledger.balances import trial_balance
from billing.models import MoneyEvent, Payment, Refund
from billing.states import RefundStatus
from tests.billing.refunds.people import AT, a_payment, ask, money_of, somebody
from tests.billing.webhooks.inbox import deliver, statuses
from tests.fakes.gateways import FakeGateway
from tests.fakes.stripe_objects import T0, charge, event
from tests.fakes.stripe_objects import refund as told_refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.production]
LOST = GatewayTimeout("No answer.")
AWAY = GatewayUnavailable("Not reached.")


def asked(payment: Payment | None = None, **how: Any) -> Refund:
    return ask(payment or a_payment(), by=somebody("agent@desk.example", limit_minor=10_000), **how)


def now(refund: Refund) -> Refund:
    with seeing_as_system():
        return Refund.objects.select_related("payment").get(pk=refund.pk)


def kinds() -> list[str]:
    with seeing_as_system():
        return list(MoneyEvent.objects.order_by("pk").values_list("kind", flat=True))[2:]


def books() -> dict[tuple[str, str], int]:
    with seeing_as_system():
        return {account: total for account, total in trial_balance().items() if total}


SENT = {("provider_clearing", "USD"): -4_000, ("receivable", "USD"): 4_000}


def test_it_is_sent_outside_any_transaction_and_recorded() -> None:
    refund, open_blocks = asked(), []
    gateway = FakeGateway(during=lambda: open_blocks.append((connection.in_atomic_block, now(refund).status)))

    send_refund(refund.pk, gateway=gateway, at=AT)

    assert open_blocks == [(False, RefundStatus.SENDING)]
    sent = now(refund)
    assert (sent.status, sent.external_id, sent.attempts) == (RefundStatus.SUCCEEDED, "re_1", 1)
    assert (sent.sent_at, sent.settled_at, sent.expected_on) == (AT, AT, date(2026, 12, 4))
    assert money_of(sent.payment) == (4_000, 0, 6_000)
    assert (kinds(), books()) == (["refund_succeeded"], SENT)


def test_a_second_sender_finds_nothing_to_send() -> None:
    refund, gateway = asked(), FakeGateway()

    for _ in range(3):
        send_refund(refund.pk, gateway=gateway, at=AT)

    assert len(gateway.calls) == 1


def test_refused_it_fails_and_the_money_is_free() -> None:
    refund = asked()

    send_refund(refund.pk, gateway=FakeGateway([GatewayRefused("No.", code="charge_disputed")]), at=AT)

    failed = now(refund)
    assert (failed.status, failed.failure_reason, failed.expected_on) == (RefundStatus.FAILED, "charge_disputed", None)
    assert (money_of(failed.payment), kinds(), books()) == ((0, 0, 10_000), ["refund_failed"], {})


@pytest.mark.parametrize("lost", ["succeeded lost", "pending lost"])
def test_a_lost_answer_is_found_in_the_list_and_nothing_is_sent_twice(lost: str) -> None:
    refund, gateway = asked(), FakeGateway([lost])
    send_refund(refund.pk, gateway=gateway, at=AT)

    waiting = now(refund)
    assert (waiting.status, waiting.next_try_at) == (RefundStatus.UNKNOWN, AT + timedelta(minutes=1))
    assert (money_of(waiting.payment), kinds()) == ((0, 4_000, 6_000), ["refund_unknown"])
    assert find_unsettled(at=AT) == []
    assert find_unsettled(at=AT + timedelta(minutes=1)) == [refund.pk]

    settle_unknown(refund.pk, gateway=gateway, at=AT + timedelta(minutes=1))

    assert (now(refund).status, len(gateway.calls)) == (lost.split()[0], 1)
    assert (now(refund).next_try_at, books()) == (None, SENT)


def test_not_found_it_is_sent_again_with_the_same_key() -> None:
    refund, gateway = asked(), FakeGateway([AWAY, LOST, "succeeded"])
    at = AT
    send_refund(refund.pk, gateway=gateway, at=at)
    for minutes in (1, 5):
        at += timedelta(minutes=minutes)
        settle_unknown(refund.pk, gateway=gateway, at=at)

    assert now(refund).status == RefundStatus.SUCCEEDED
    assert (len(gateway.calls), len(set(gateway.calls)), len(gateway.done)) == (3, 1, 1)
    assert (kinds(), now(refund).attempts) == (["refund_unknown", "refund_succeeded"], 3)


def test_before_its_time_nothing_is_tried() -> None:
    refund, gateway = asked(), FakeGateway([AWAY])
    send_refund(refund.pk, gateway=gateway, at=AT)

    settle_unknown(refund.pk, gateway=gateway, at=AT + timedelta(seconds=59))

    assert len(gateway.calls) == 1


def test_while_the_list_cannot_be_read_nothing_is_sent() -> None:
    refund, gateway = asked(), FakeGateway([AWAY], lists=[LOST, AWAY, GatewayRefused("No.")])
    send_refund(refund.pk, gateway=gateway, at=AT)
    for hours in (1, 2, 3):
        settle_unknown(refund.pk, gateway=gateway, at=AT + timedelta(hours=hours))

    assert (now(refund).status, len(gateway.calls)) == (RefundStatus.UNKNOWN, 1)
    assert now(refund).next_try_at == AT + timedelta(hours=3, minutes=1)


def test_after_a_day_the_key_is_never_used_again() -> None:
    refund, gateway = asked(), FakeGateway([AWAY])
    send_refund(refund.pk, gateway=gateway, at=AT)

    settle_unknown(refund.pk, gateway=gateway, at=AT + KEY_LIVES)

    left = now(refund)
    assert (left.status, left.next_try_at, len(gateway.calls)) == (RefundStatus.UNKNOWN, None, 1)
    assert left.failure_reason == "Not found at the provider in time."
    assert find_unsettled(at=AT + timedelta(days=30)) == []
    assert money_of(left.payment) == (0, 4_000, 6_000)


def test_a_sender_that_died_leaves_a_refund_that_is_looked_after() -> None:
    refund, gateway = asked(), FakeGateway(["succeeded"], during=lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        send_refund(refund.pk, gateway=gateway, at=AT)
    assert (now(refund).status, find_unsettled(at=AT + timedelta(minutes=4))) == (RefundStatus.SENDING, [])

    later = AT + timedelta(minutes=5)
    assert find_unsettled(at=later) == [refund.pk]
    gateway.during = None
    settle_unknown(refund.pk, gateway=gateway, at=later)

    assert now(refund).status == RefundStatus.SUCCEEDED


def test_a_dispute_before_the_sending_cancels_it() -> None:
    refund, gateway = asked(), FakeGateway()
    with seeing_as_system():
        Payment.objects.filter(pk=refund.payment_id).update(refund_blocked=True)

    send_refund(refund.pk, gateway=gateway, at=AT)

    assert (now(refund).status, gateway.calls, kinds()) == (RefundStatus.CANCELED, [], ["refund_stopped"])
    assert money_of(now(refund).payment) == (0, 0, 10_000)


def test_the_webhook_may_be_quicker_than_the_answer() -> None:
    refund = asked()
    item = told_refund("re_1", status="succeeded", charge=refund.payment.external_id)
    item["metadata"] = {"redress_refund": refund.reference}

    def webhook() -> None:
        with seeing_as_system():
            deliver([event("refund.updated", item, T0 + 100)])

    send_refund(refund.pk, gateway=FakeGateway(["pending"], during=webhook), at=AT)

    assert (now(refund).status, now(refund).external_id) == (RefundStatus.SUCCEEDED, "re_1")
    with seeing_as_system():
        assert Refund.objects.count() == 1
    assert (money_of(refund.payment), kinds(), books()) == ((4_000, 0, 6_000), ["refund_succeeded"], SENT)


def test_it_can_fail_after_it_succeeded() -> None:
    refund = asked()
    send_refund(refund.pk, gateway=FakeGateway(), at=AT)
    item = told_refund("re_1", status="failed", failure_reason="lost_or_stolen_card", charge=refund.payment.external_id)
    with seeing_as_system():
        deliver([event("refund.failed", item, T0 + 9_000)])

    failed = now(refund)
    assert (failed.status, failed.failure_reason) == (RefundStatus.FAILED, "lost_or_stolen_card")
    assert failed.failed_at == datetime.fromtimestamp(T0 + 9_000, tz=UTC)
    assert (money_of(failed.payment), kinds(), books()) == ((0, 0, 10_000), ["refund_succeeded", "refund_failed"], {})


def test_a_bank_reference_that_comes_later_is_kept() -> None:
    refund = asked()
    send_refund(refund.pk, gateway=FakeGateway(), at=AT)
    card = {"type": "card", "card": {"reference": "74512345678901234567890"}}
    item = told_refund("re_1", status="succeeded", destination_details=card, charge=refund.payment.external_id)
    with seeing_as_system():
        deliver([event("refund.updated", item, T0 + 9_000)])

    assert (now(refund).bank_reference, kinds()) == ("74512345678901234567890", ["refund_succeeded"])


def test_a_refund_of_another_amount_under_our_reference_is_held() -> None:
    refund, gateway = asked(), FakeGateway([LOST])
    send_refund(refund.pk, gateway=gateway, at=AT)
    item = told_refund("re_9", status="succeeded", amount=1, charge=refund.payment.external_id)
    item["metadata"] = {"redress_refund": refund.reference}
    with seeing_as_system():
        deliver([event("refund.created", item, T0 + 100)])
        told = list(statuses().values())

    assert told == [("held", "The refund's amount is not the one that was asked for.")]
    assert now(refund).status == RefundStatus.UNKNOWN


def test_somebody_refunds_in_the_provider_s_own_pages_meanwhile() -> None:
    payment = a_payment(external_id="ch_1")
    lead = somebody("lead@desk.example")
    waiting = ask(payment, by=somebody("agent@desk.example"), amount_minor=8_000)
    with seeing_as_system():
        deliver([event("charge.refunded", charge(amount_refunded=5_000, customer=None), T0 + 100)])

    assert money_of(payment) == (5_000, 5_000, 0)
    with pytest.raises(AmountTooLarge), seeing_as_system():
        approve_refund(waiting.pk, by=lead, note="", at=AT)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 20), 10, date(2026, 12, 4)),  # Friday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # Saturday
        (date(2026, 11, 22), 5, date(2026, 11, 27)),  # Sunday
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_business_days(start: date, days: int, end: date) -> None:
    assert add_business_days(start, days) == end


def left_to_a_person() -> tuple[Refund, Any]:
    refund = asked()
    send_refund(refund.pk, gateway=FakeGateway([AWAY]), at=AT)
    settle_unknown(refund.pk, gateway=FakeGateway(), at=AT + KEY_LIVES)
    return refund, somebody("lead@desk.example")


@pytest.mark.parametrize(
    ("deed", "status", "back", "booked"),
    [(confirm_sent, "succeeded", 4_000, SENT), (confirm_not_sent, "failed", 0, {})],
)
def test_a_person_settles_what_nobody_could_tell(deed: Any, status: str, back: int, booked: dict[Any, int]) -> None:
    refund, lead = left_to_a_person()
    later = AT + timedelta(days=2)
    with seeing_as_system():
        with pytest.raises(SecondPersonNeeded):
            deed(refund.pk, by=refund.requested_by, note="", at=later)
        deed(refund.pk, by=lead, note="Looked in the provider's pages.", at=later)
        with pytest.raises(StepNotAllowed):
            deed(refund.pk, by=lead, note="", at=later)

    settled = now(refund)
    assert (settled.status, settled.decided_by, settled.decided_at) == (status, lead, later)
    assert (money_of(settled.payment), books()) == ((back, 0, 10_000 - back), booked)


def test_a_person_waits_while_the_desk_still_tries() -> None:
    refund = asked()
    send_refund(refund.pk, gateway=FakeGateway([AWAY]), at=AT)

    with pytest.raises(StepNotAllowed), seeing_as_system():
        confirm_not_sent(refund.pk, by=somebody("lead@desk.example"), note="", at=AT)


def test_events_about_a_payment_without_an_id_find_it_by_our_reference() -> None:
    refund = asked(a_payment(external_id="", provider=""))
    send_refund(refund.pk, gateway=FakeGateway(["pending"]), at=AT)
    item = told_refund("re_1", status="failed", charge=None, metadata={"redress_refund": refund.reference})
    with seeing_as_system():
        deliver([event("refund.failed", item, T0 + 9_000)], provider="")

    assert (now(refund).status, money_of(refund.payment)) == (RefundStatus.FAILED, (0, 0, 10_000))
