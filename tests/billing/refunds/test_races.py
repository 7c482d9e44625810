"""Two people, or fifty, at the same moment: the total is exact and every loser is told why."""

from collections import Counter
from functools import partial

import pytest

from billing.access.scopes import seeing_as_system
from billing.actions.contesting import contest_payment
from billing.actions.refunds import approve_refund, reject_refund
from billing.actions.sending import send_refund, settle_unknown
from billing.gateways.base import GatewayTimeout
from billing.models import Payment, Refund
from billing.states import RefundStatus
from tests.billing.refunds.people import AT, a_payment, ask, money_of, somebody
from tests.fakes.gateways import FakeGateway
from tests.racing import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.production]


def kinds(outcomes: list[object]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def within_system(action: object, *args: object, **how: object) -> object:
    with seeing_as_system():
        return action(*args, **how)  # type: ignore[operator]


def test_fifty_at_once_give_back_exactly_what_was_taken() -> None:
    payment = a_payment(amount_minor=10_000)
    agents = [somebody(f"agent{number}@desk.example", limit_minor=10_000) for number in range(50)]

    outcomes = race([partial(ask, payment, by=by, amount_minor=1_000, key=f"key-{by.pk}") for by in agents])

    assert kinds(outcomes) == {"Refund": 10, "AmountTooLarge": 40}
    assert money_of(payment) == (0, 10_000, 0)
    with seeing_as_system():
        assert Refund.objects.count() == 10


def test_two_of_sixty_of_a_hundred() -> None:
    payment = a_payment(amount_minor=100)
    agents = [somebody(f"agent{number}@desk.example", limit_minor=100) for number in range(2)]

    outcomes = race([partial(ask, payment, by=by, amount_minor=60, key=f"key-{by.pk}") for by in agents])

    assert kinds(outcomes) == {"Refund": 1, "AmountTooLarge": 1}
    assert money_of(payment) == (0, 60, 40)


def test_a_double_click_is_one_refund() -> None:
    agent, payment = somebody("agent@desk.example", limit_minor=5_000), a_payment()

    outcomes = race([partial(ask, payment, by=agent) for _ in range(8)])

    assert kinds(outcomes) == {"Refund": 8}
    assert len({outcome.pk for outcome in outcomes if isinstance(outcome, Refund)}) == 1
    assert money_of(payment) == (0, 4_000, 6_000)


def test_one_form_for_two_payments_is_one_refund_and_one_refusal() -> None:
    payments = [a_payment(), a_payment()]
    agents = [somebody(f"agent{number}@desk.example", limit_minor=5_000) for number in range(2)]

    outcomes = race([partial(ask, payment, by=by) for payment, by in zip(payments, agents, strict=True)])

    assert kinds(outcomes) == {"Refund": 1, "IdempotencyConflict": 1}
    assert sorted(money_of(payment)[1] for payment in payments) == [0, 4_000]


def test_two_approve_at_once() -> None:
    agent, payment = somebody("agent@desk.example"), a_payment()
    leads = [somebody(f"lead{number}@desk.example") for number in range(2)]
    refund = ask(payment, by=agent)

    outcomes = race([partial(within_system, approve_refund, refund.pk, by=by, note="", at=AT) for by in leads])

    assert kinds(outcomes) == {"Refund": 1, "StepNotAllowed": 1}


def test_one_approves_while_another_rejects() -> None:
    agent, payment = somebody("agent@desk.example"), a_payment()
    refund = ask(payment, by=agent)
    deeds = [partial(within_system, deed, refund.pk, note="", at=AT) for deed in (approve_refund, reject_refund)]
    leads = [somebody(f"lead{number}@desk.example") for number in range(2)]

    outcomes = race([partial(deed, by=by) for deed, by in zip(deeds, leads, strict=True)])

    assert kinds(outcomes) == {"Refund": 1, "StepNotAllowed": 1}
    with seeing_as_system():
        status = Refund.objects.get().status
    assert money_of(payment)[1] == (4_000 if status == RefundStatus.APPROVED else 0)


def test_a_dispute_opens_while_a_refund_is_asked_for_and_sent() -> None:
    """Whoever is first: money never goes back while the bank decides, unless it had gone already."""
    for number in range(5):
        agent = somebody(f"agent{number}@desk.example", limit_minor=10_000)
        payment, gateway = a_payment(), FakeGateway()

        def ask_and_send(payment: Payment = payment, agent: object = agent, gateway: FakeGateway = gateway) -> Refund:
            refund = ask(payment, by=agent, amount_minor=10_000, key=f"key-{payment.pk}")  # type: ignore[arg-type]
            send_refund(refund.pk, gateway=gateway, at=AT)
            return refund

        opens = partial(within_system, contest_payment, payment.pk, refund_blocked=True, lost_minor=0)
        race([ask_and_send, opens])

        with seeing_as_system():
            row = Payment.objects.get(pk=payment.pk)
            refund = Refund.objects.filter(payment=payment).first()
        sent = refund is not None and refund.status == RefundStatus.SUCCEEDED
        assert row.refund_blocked is True
        assert (len(gateway.calls), row.refunded_minor, row.refund_held_minor) == (int(sent), 10_000 * sent, 0)


def test_two_senders_and_two_sweepers_ask_the_provider_once() -> None:
    agent, payment, gateway = somebody("agent@desk.example", limit_minor=10_000), a_payment(), FakeGateway()
    refund = ask(payment, by=agent)
    race([partial(send_refund, refund.pk, gateway=gateway, at=AT) for _ in range(4)])
    assert len(gateway.calls) == 1

    second = ask(payment, by=agent, key="key-2")
    gateway.answers = [GatewayTimeout("No answer.")]
    send_refund(second.pk, gateway=gateway, at=AT)
    later = AT.replace(hour=13)
    race([partial(settle_unknown, second.pk, gateway=gateway, at=later) for _ in range(4)])

    assert (len(gateway.calls), len(gateway.done), money_of(payment)) == (3, 2, (8_000, 0, 2_000))
