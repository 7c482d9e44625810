"""Many at the same moment: a bill is credited once, a budget is not overdrawn, numbers have no gaps."""

from collections import Counter
from datetime import date
from functools import partial

import pytest

from billing.access.scopes import seeing_as_system
from billing.actions.credits import approve_credit, reject_credit
from billing.credits.plans import ApplyPromotion, Goodwill, WaiveFee
from billing.models import CreditNote, Invoice, Promotion
from supportdesk.people.models import User
from tests.billing.credits.bills import AT, a_bill, ask, fresh, owed_by, seen_of, with_budget
from tests.billing.refunds.people import somebody
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(outcomes: list[object]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def issued() -> list[tuple[str, int]]:
    with seeing_as_system():
        return list(CreditNote.objects.filter(status="issued").order_by("number").values_list("number", "amount_minor"))


def test_ten_waive_one_fee() -> None:
    bill = a_bill()
    agents = [somebody(f"agent{number}@desk.example", limit_minor=5_000) for number in range(10)]
    seen = {agent.pk: f"key-{agent.pk}" for agent in agents}

    outcomes = race([partial(ask, bill, WaiveFee(2), by=agent, key=seen[agent.pk]) for agent in agents])

    assert kinds(outcomes) == {"CreditNote": 1, "CreditNotPossible": 9}
    assert (fresh(bill).credited_minor, owed_by(bill), issued()) == (1_500, -1_500, [("CN-2026-000001", 1_500)])


def test_a_budget_is_not_overdrawn_by_grants_on_different_bills() -> None:
    first = with_budget("agent@desk.example", grant=1_000, monthly=3_000)
    agents = [first, *(_colleague(first, number) for number in range(5))]
    bills = [a_bill() for _ in agents]

    outcomes = race(
        [
            partial(ask, bill, Goodwill(1_000), by=agent, key=f"key-{agent.pk}")
            for agent, bill in zip(agents, bills, strict=True)
        ]
    )

    assert kinds(outcomes) == {"CreditNote": 6}
    assert [number for number, _ in issued()] == ["CN-2026-000001", "CN-2026-000002", "CN-2026-000003"]
    assert Counter(outcome.status for outcome in outcomes if isinstance(outcome, CreditNote)) == {
        "issued": 3,
        "requested": 3,
    }


def _colleague(first: User, number: int) -> User:
    user = somebody(f"colleague{number}@desk.example")
    user.groups.set(first.groups.all())
    return user


def test_a_promotion_is_not_used_more_often_than_it_may_be() -> None:
    Promotion.objects.create(code="TWICE", currency="USD", amount_off_minor=500, uses_allowed=2)
    agents = [somebody(f"agent{number}@desk.example", limit_minor=5_000) for number in range(6)]
    bills = [a_bill(paid=False) for _ in agents]
    seen = plan_seen(bills, ApplyPromotion("twice", date(2026, 11, 1)))

    outcomes = race(
        [
            partial(ask, bill, ApplyPromotion("twice", date(2026, 11, 1)), by=agent, key=f"key-{agent.pk}", seen=shown)
            for agent, bill, shown in zip(agents, bills, seen, strict=True)
        ]
    )

    assert kinds(outcomes) == {"CreditNote": 2, "CreditNotPossible": 4}
    assert [amount for _, amount in issued()] == [500, 500]


def test_a_customer_uses_a_promotion_once_whichever_bill_it_is_for() -> None:
    Promotion.objects.create(code="ONCE", currency="USD", amount_off_minor=500, uses_per_customer=1)
    bills = [a_bill(paid=False) for _ in range(4)]
    with seeing_as_system():
        Invoice.objects.update(customer=bills[0].customer, agreement=bills[0].agreement)
    agents = [somebody(f"agent{number}@desk.example", limit_minor=5_000) for number in range(4)]
    seen = plan_seen(bills, ApplyPromotion("ONCE", date(2026, 11, 1)))

    outcomes = race(
        [
            partial(ask, bill, ApplyPromotion("ONCE", date(2026, 11, 1)), by=agent, key=f"key-{agent.pk}", seen=shown)
            for agent, bill, shown in zip(agents, bills, seen, strict=True)
        ]
    )

    assert kinds(outcomes) == {"CreditNote": 1, "CreditNotPossible": 3}
    assert len(issued()) == 1


def plan_seen(bills: list[Invoice], deed: ApplyPromotion) -> list[str]:
    """What each was shown, before any of them asked."""
    with seeing_as_system():
        return [seen_of(fresh(bill), deed) for bill in bills]


def test_a_double_click_is_one_credit() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill()

    outcomes = race([partial(ask, bill, WaiveFee(2), by=agent) for _ in range(8)])

    made = {outcome.pk for outcome in outcomes if isinstance(outcome, CreditNote)}
    assert len(made) == 1
    assert (fresh(bill).credited_minor, len(issued())) == (1_500, 1)


def test_one_approves_while_another_rejects() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=0), a_bill()
    credit = ask(bill, WaiveFee(2), by=agent)
    leads = [somebody(f"lead{number}@desk.example") for number in range(2)]

    def decide(action: object, by: User) -> object:
        with seeing_as_system():
            return action(credit.pk, by=by, note="No.", at=AT)  # type: ignore[operator]

    outcomes = race([partial(decide, approve_credit, leads[0]), partial(decide, reject_credit, leads[1])])

    assert kinds(outcomes) == {"CreditNote": 1, "StepNotAllowed": 1}
    assert fresh(bill).credited_minor == sum(amount for _, amount in issued())
