"""Asking for a refund: what is refused, what needs a second person, and what a repeat gets."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from billing.access.scopes import seeing_as_system
from billing.actions.refunds import approve_refund, reject_refund, withdraw_refund
from billing.errors import (
    AmountTooLarge,
    IdempotencyConflict,
    RefundBlocked,
    RefundNotPossible,
    SecondPersonNeeded,
    StepNotAllowed,
)
from billing.models import MoneyEvent, OutboxMessage, Payment, Posting, Refund
from billing.states import PaymentStatus, RefundStatus
from tests.billing.refunds.people import AT, a_payment, ask, money_of, somebody

pytestmark = pytest.mark.django_db


def events() -> list[str]:
    with seeing_as_system():
        return list(MoneyEvent.objects.order_by("pk").values_list("kind", flat=True))


def tasks() -> list[str]:
    return [task for task in OutboxMessage.objects.order_by("pk").values_list("task", flat=True) if "refund" in task]


def decide(action: Callable[..., Refund], refund: Refund, **how: Any) -> Refund:
    with seeing_as_system():
        return action(refund.pk, **{"at": AT, **how})


def test_within_the_limit_it_is_approved_and_sent_at_once() -> None:
    agent, payment = somebody("agent@desk.example", limit_minor=5_000), a_payment()

    refund = ask(payment, by=agent, amount_minor=5_000)

    assert (refund.status, refund.approval_needed, refund.decided_by_id) == (RefundStatus.APPROVED, False, None)
    assert money_of(payment) == (0, 5_000, 5_000)
    assert events() == ["refund_requested", "refund_approved"]
    assert tasks() == ["billing.tasks.send_refund"]


def test_above_the_limit_it_waits_for_a_second_person() -> None:
    agent, lead, payment = somebody("agent@desk.example", limit_minor=5_000), somebody("lead@desk.example"), a_payment()

    refund = ask(payment, by=agent, amount_minor=5_001)

    assert (refund.status, refund.approval_needed) == (RefundStatus.REQUESTED, True)
    assert refund.approval_reason == "Above the requester's limit of $50.00."
    assert (money_of(payment), tasks()) == ((0, 5_001, 4_999), [])

    refund = decide(approve_refund, refund, by=lead, note="Two charges on the statement.")

    assert (refund.status, refund.decided_by, refund.decided_at) == (RefundStatus.APPROVED, lead, AT)
    assert events() == ["refund_requested", "refund_approved"]
    assert tasks() == ["billing.tasks.send_refund"]


def test_without_a_limit_for_the_currency_everything_waits() -> None:
    agent = somebody("agent@desk.example", limit_minor=5_000)

    refund = ask(a_payment(currency="EUR"), by=agent, amount_minor=1)

    assert refund.approval_reason == "The requester's role has no limit for refunds in EUR."


def test_the_day_has_a_count() -> None:
    agent, payment = somebody("agent@desk.example", limit_minor=5_000, daily_count=2), a_payment()

    made = [ask(payment, by=agent, amount_minor=100, key=f"key-{number}") for number in range(3)]
    tomorrow = ask(payment, by=agent, amount_minor=100, key="key-4", at=AT + timedelta(hours=24))

    assert [refund.approval_needed for refund in made] == [False, False, True]
    assert made[2].approval_reason == "The requester's role may send 2 refunds in 24 hours; this one is more."
    assert tomorrow.approval_needed is False


@pytest.mark.parametrize(("hours", "needed"), [(0, True), (71, True), (72, False)])
def test_changed_contact_details_ask_for_a_second_person(hours: int, needed: bool) -> None:
    agent, payment = somebody("agent@desk.example", limit_minor=5_000), a_payment()
    payment.customer.contact_changed_at = AT - timedelta(hours=hours)
    payment.customer.save()

    assert ask(payment, by=agent).approval_needed is needed


@pytest.mark.parametrize(
    ("changes", "amount", "error", "words"),
    [
        ({}, 10_001, AmountTooLarge, "$100.00"),
        ({}, 0, RefundNotPossible, "above zero"),
        ({}, -1, RefundNotPossible, "above zero"),
        ({}, True, RefundNotPossible, "above zero"),
        ({}, 10.0, RefundNotPossible, "above zero"),
        ({}, 10**30, AmountTooLarge, "$100.00"),
        ({"refund_blocked": True}, 1, RefundBlocked, "bank disputes"),
        ({"status": PaymentStatus.AUTHORISED, "captured_minor": 0}, 1, RefundNotPossible, "No money was taken"),
        ({"status": PaymentStatus.FAILED, "captured_minor": 0}, 1, RefundNotPossible, "No money was taken"),
        ({"disputed_lost_minor": 9_000}, 1_001, AmountTooLarge, "$10.00"),
        ({"refunded_minor": 10_000}, 1, AmountTooLarge, "$0.00"),
    ],
)
def test_what_cannot_be_given_back(changes: dict[str, Any], amount: Any, error: type[Exception], words: str) -> None:
    agent, payment = somebody("agent@desk.example", limit_minor=10**6), a_payment(**changes)

    with pytest.raises(error, match=words.replace("$", r"\$")):
        ask(payment, by=agent, amount_minor=amount)

    with seeing_as_system():
        assert (Refund.objects.count(), MoneyEvent.objects.count(), Posting.objects.count()) == (0, 0, 0)
    assert (OutboxMessage.objects.count(), money_of(payment)[1]) == (0, 0)


def test_the_same_form_twice_gets_the_first_answer() -> None:
    agent, payment = somebody("agent@desk.example", limit_minor=5_000), a_payment()

    first, again = ask(payment, by=agent), ask(payment, by=agent, at=AT + timedelta(minutes=3))

    assert first.pk == again.pk
    assert (money_of(payment), tasks()) == ((0, 4_000, 6_000), ["billing.tasks.send_refund"])


def test_the_first_answer_is_given_whatever_became_of_it() -> None:
    agent, lead, payment = somebody("agent@desk.example"), somebody("lead@desk.example"), a_payment()
    refund = ask(payment, by=agent)
    decide(reject_refund, refund, by=lead, note="Paid once only.")

    assert ask(payment, by=agent).status == RefundStatus.REJECTED
    assert money_of(payment) == (0, 0, 10_000)


def test_the_same_key_with_another_body_is_refused() -> None:
    agent, payment, other = somebody("agent@desk.example", limit_minor=5_000), a_payment(), a_payment()
    ask(payment, by=agent)

    same: dict[str, Any] = {"payment": payment, "by": agent}
    for what in ({"amount_minor": 3_999}, {"payment": other}, {"by": somebody("x@desk.example")}):
        with pytest.raises(IdempotencyConflict):
            ask(**{**same, **what})

    assert IdempotencyConflict.status == 422
    assert (money_of(payment), money_of(other)) == ((0, 4_000, 6_000), (0, 0, 10_000))


def test_nobody_decides_about_their_own() -> None:
    agent, payment = somebody("agent@desk.example"), a_payment()
    refund = ask(payment, by=agent)

    for action in (approve_refund, reject_refund):
        with pytest.raises(SecondPersonNeeded):
            decide(action, refund, by=agent, note="Mine.")

    with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
        Refund.objects.filter(pk=refund.pk).update(decided_by=agent, decided_at=AT)
    assert (events(), tasks()) == (["refund_requested"], [])


def test_what_was_approved_cannot_be_changed() -> None:
    agent, payment = somebody("agent@desk.example"), a_payment()
    refund = ask(payment, by=agent)

    for change in ({"amount_minor": 9_999}, {"currency": "EUR"}, {"payment": a_payment()}):
        with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
            Refund.objects.filter(pk=refund.pk).update(**change)


def test_a_dispute_opened_since_stops_the_approval() -> None:
    agent, lead, payment = somebody("agent@desk.example"), somebody("lead@desk.example"), a_payment()
    refund = ask(payment, by=agent)
    with seeing_as_system():
        Payment.objects.filter(pk=payment.pk).update(refund_blocked=True)

    with pytest.raises(RefundBlocked):
        decide(approve_refund, refund, by=lead, note="")

    assert tasks() == []


def test_a_decision_is_taken_once() -> None:
    agent, lead, payment = somebody("agent@desk.example"), somebody("lead@desk.example"), a_payment()
    refund = ask(payment, by=agent)
    decide(approve_refund, refund, by=lead, note="")

    for action in (approve_refund, reject_refund):
        with pytest.raises(StepNotAllowed, match="Approved"):
            decide(action, refund, by=lead, note="")


def test_withdrawn_it_frees_the_money() -> None:
    agent, lead, payment = somebody("agent@desk.example"), somebody("lead@desk.example"), a_payment()
    refund = ask(payment, by=agent)
    held = money_of(payment)

    with pytest.raises(RefundNotPossible, match="Only whoever asked"):
        decide(withdraw_refund, refund, by=lead)
    assert money_of(payment) == held
    assert [decide(withdraw_refund, refund, by=agent).status for _ in range(2)] == [RefundStatus.WITHDRAWN] * 2
    assert (money_of(payment), tasks()) == ((0, 0, 10_000), [])
    assert events() == ["refund_requested", "refund_withdrawn"]
    with seeing_as_system():
        labels = Refund.objects.get().history.order_by("pgh_id").values_list("pgh_label", "status")  # type: ignore[attr-defined]  # made by pghistory
        assert list(labels)[-1] == ("update", "withdrawn")
    for action in (approve_refund, reject_refund):
        with pytest.raises(StepNotAllowed, match="refund is “Withdrawn”"):
            decide(action, refund, by=lead, note="no")


def test_what_is_decided_is_withdrawn_no_more() -> None:
    agent, lead, payment = somebody("agent@desk.example"), somebody("lead@desk.example"), a_payment()
    refund = ask(payment, by=agent)
    decide(approve_refund, refund, by=lead, note="")

    with pytest.raises(StepNotAllowed, match="Approved"):
        decide(withdraw_refund, refund, by=agent)

    assert len(tasks()) == 1


@pytest.mark.parametrize(
    ("provider", "currency", "amount_minor", "taken"),
    [
        ("stripe", "KWD", 1_230, True),
        ("stripe", "KWD", 1_234, False),
        ("stripe", "USD", 1_234, True),
        ("import", "KWD", 1_234, True),
    ],
)
def test_stripe_takes_three_decimals_in_tens(provider: str, currency: str, amount_minor: int, taken: bool) -> None:
    agent = somebody("agent@desk.example", limit_minor=10_000, currency=currency)
    payment = a_payment(provider=provider, currency=currency)

    if taken:
        assert ask(payment, by=agent, amount_minor=amount_minor).amount_minor == amount_minor
    else:
        with pytest.raises(RefundNotPossible, match=r"multiple of KWD.0\.010"):
            ask(payment, by=agent, amount_minor=amount_minor)
        assert money_of(payment) == (0, 0, 10_000)
