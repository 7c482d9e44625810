"""The simulated provider: every way a refund can go, through the same door and the same interface."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing import tasks
from billing.access.scopes import seeing_as_system
from billing.actions.inbox import apply_event
from billing.actions.sending import send_refund, settle_unknown
from billing.actions.simulation import send_due_events
from billing.gateways.registry import configured_gateway
from billing.gateways.simulated.gateway import SimulatedGateway
from billing.gateways.simulated.scripts import BY_LAST_DIGITS, SCRIPTS, script_for
from billing.models import MoneyEvent, ProviderEvent, Refund, SimulatedObject
from tests.billing.refunds.people import AT, a_payment, ask, money_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def run(amount_minor: int, **payment: Any) -> Refund:
    """Ask, send, lose patience where the answer is lost, and hear everything that is told afterwards."""
    refund = ask(a_payment(**payment), by=somebody("agent@desk.example", limit_minor=10_000), amount_minor=amount_minor)
    send_refund(refund.pk, gateway=SimulatedGateway(), at=timezone.now())
    settle_unknown(refund.pk, gateway=SimulatedGateway(), at=timezone.now() + timedelta(minutes=1))
    send_due_events(at=timezone.now() + timedelta(minutes=1))
    with seeing_as_system():
        for pk in ProviderEvent.objects.order_by("pk").values_list("pk", flat=True):
            apply_event(pk, at=timezone.now())
        return Refund.objects.select_related("payment").get()


def kinds() -> list[str]:
    with seeing_as_system():
        return list(MoneyEvent.objects.order_by("pk").values_list("kind", flat=True))[2:]


def events() -> list[tuple[str, str, str]]:
    with seeing_as_system():
        return list(ProviderEvent.objects.order_by("pk").values_list("provider", "kind", "status"))


@pytest.mark.parametrize(
    ("amount", "status", "told"),
    [
        (1_000, "succeeded", ["refund_succeeded"]),
        (1_013, "failed", ["refund_failed"]),
        (1_002, "failed", ["refund_failed"]),
        (1_017, "failed", ["refund_succeeded", "refund_failed"]),
        (1_018, "succeeded", ["refund_sent", "refund_succeeded"]),
        (1_026, "failed", ["refund_sent", "refund_failed"]),
        (1_019, "succeeded", ["refund_unknown", "refund_succeeded"]),
        (1_029, "unknown", ["refund_unknown"]),
    ],
)
def test_the_last_digits_choose_the_fate(amount: int, status: str, told: list[str]) -> None:
    refund = run(amount)

    back = amount if status == "succeeded" else 0
    held = amount if status == "unknown" else 0
    assert (refund.status, kinds()) == (status, told)
    assert money_of(refund.payment) == (back, held, 10_000 - back - held)


def test_the_bank_s_reference_comes_by_an_event() -> None:
    refund = run(1_000)

    assert (len(refund.bank_reference), refund.bank_reference.isdigit()) == (23, True)
    assert events() == [("stripe", "refund.created", "applied"), ("stripe", "refund.updated", "applied")]


def test_a_test_token_chooses_before_the_amount() -> None:
    refund = run(1_000, external_id="ch_sim_fails_later")

    assert (refund.status, refund.failure_reason) == ("failed", "lost_or_stolen_card")


def test_events_are_sent_when_their_moment_has_come_and_once() -> None:
    refund = ask(a_payment(), by=somebody("agent@desk.example", limit_minor=10_000), amount_minor=1_000)
    send_refund(refund.pk, gateway=SimulatedGateway(), at=AT)

    assert send_due_events(at=timezone.now()) == 1
    assert send_due_events(at=timezone.now() + timedelta(seconds=21)) == 1
    assert send_due_events(at=timezone.now() + timedelta(days=1)) == 0
    assert SimulatedObject.objects.filter(kind="event").count() == 2


def test_what_was_not_heard_is_listed() -> None:
    refund = ask(a_payment(), by=somebody("agent@desk.example", limit_minor=10_000), amount_minor=1_000)
    send_refund(refund.pk, gateway=SimulatedGateway(), at=AT)

    tasks.fill_gaps()
    tasks.fill_gaps()

    assert events() == [("stripe", "refund.created", "received")]


def test_the_demo_s_clock_task_sends_what_is_due() -> None:
    refund = ask(a_payment(), by=somebody("agent@desk.example", limit_minor=10_000), amount_minor=1_000)
    tasks.send_refund(refund.pk)
    tasks.send_simulated_events()
    tasks.settle_unknown_refunds()
    with seeing_as_system():
        pk = ProviderEvent.objects.get().pk
    tasks.apply_provider_event(pk)

    assert events() == [("stripe", "refund.created", "applied")]


def test_every_script_can_be_reached_by_digits_and_by_name() -> None:
    assert set(BY_LAST_DIGITS.values()) | {"succeeds"} == {script.name for script in SCRIPTS}
    assert {script_for(amount_minor=100, target=f"ch_sim_{script.name}").name for script in SCRIPTS} == {
        script.name for script in SCRIPTS
    }


def test_settings_name_the_provider(settings: Any) -> None:
    assert type(configured_gateway()).__name__ == "SimulatedGateway"
    settings.PAYMENT_PROVIDER = "stripe"
    assert type(configured_gateway()).__name__ == "StripeGateway"
    settings.PAYMENT_PROVIDER = "acme"
    with pytest.raises(Exception, match="write stripe or simulated"):
        configured_gateway()
