"""What the diagnosis says of bills that were credited and corrected here, by the actions themselves."""

from datetime import date, timedelta

import pytest

from billing.access.scopes import seeing_as_agent, seeing_as_system
from billing.credits.plans import Correct, Goodwill, NewLine, WaiveFee
from billing.diagnosis import diagnose
from billing.diagnosis.records import CreditFact
from billing.diagnosis_facts import diagnosis_facts
from billing.models import Invoice, Promise
from billing.states import CreditKind, LineKind, OwedBack
from supportdesk.people.models import User
from tests.billing.credits.bills import AT, a_bill, ask, pay, with_budget

WHEN = AT + timedelta(days=3)
LOWER = Correct(((1, 9_000), (2, 0)))
pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return with_budget("boss@desk.example", grant=50_000, monthly=90_000)


def found(bill: Invoice) -> list[tuple[str, int | None]]:
    """Codes, and what would be refunded in all."""
    with seeing_as_agent():
        diagnosis = diagnose(diagnosis_facts(bill.customer_id, at=WHEN), at=WHEN)
    return [
        (each.code, sum(action.amount_minor or 0 for action in each.actions if action.kind == "refund_payment") or None)
        for each in diagnosis.problems
    ]


def replaced(bill: Invoice) -> Invoice:
    with seeing_as_system():
        return Invoice.objects.get(corrects=bill)


def test_credits_and_corrections_are_read(boss: User) -> None:
    bill = a_bill()
    ask(bill, Goodwill(2_000), by=boss, key="kept")
    ask(bill, Goodwill(500), by=boss, key="sent", owed_back=OwedBack.SEND)
    ask(bill, LOWER, by=boss, key="corrected")

    with seeing_as_agent():
        wrong, new = diagnosis_facts(bill.customer_id, at=WHEN).invoices

    assert (new.corrects_id, new.carried_minor, wrong.corrects_id) == (wrong.id, 9_000, None)
    assert wrong.credits == (
        CreditFact(CreditKind.GOODWILL, 2_000, 2_000),
        CreditFact(CreditKind.GOODWILL, 500),
        CreditFact(CreditKind.CORRECTION, 9_000),
    )


def test_a_waived_fee_and_a_second_payment(boss: User) -> None:
    bill = a_bill(paid=False)
    ask(bill, WaiveFee(2), by=boss)
    pay(bill, amount_minor=10_000)
    pay(bill, amount_minor=10_000)

    assert found(bill) == [("charged_twice", 10_000)]


def test_a_waived_fee_that_is_paid_all_the_same(boss: User) -> None:
    bill = a_bill(paid=False)
    ask(bill, WaiveFee(2), by=boss)
    pay(bill, amount_minor=11_500)

    assert ("overpaid", 1_500) in found(bill)


def test_a_part_that_was_carried_on(boss: User) -> None:
    bill = a_bill(paid=False)
    pay(bill, amount_minor=4_000)
    ask(bill, LOWER, by=boss)
    assert found(bill) == []

    for _ in range(2):
        pay(replaced(bill), amount_minor=5_000)
    assert found(bill) == [("charged_twice", 5_000)]


@pytest.mark.parametrize("deed", [LOWER, Goodwill(5_000)], ids=["corrected", "goodwill"])
def test_what_stays_on_the_balance_is_not_too_much(deed: Correct | Goodwill, boss: User) -> None:
    bill = a_bill()
    ask(bill, deed, by=boss)
    assert found(bill) == []

    pay(bill, amount_minor=11_500)
    assert found(bill) == [("charged_twice", 11_500)]


@pytest.mark.parametrize("kind", [LineKind.DISCOUNT, LineKind.CREDIT])
@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize(
    "deed", [Goodwill(500), Correct(((1, 10_000), (2, 1_500)), NewLine(LineKind.DISCOUNT, "SPRING", -500))],
    ids=["credited", "reissued"],
)  # fmt: skip
def test_a_promise_is_not_missed_again(deed: Goodwill | Correct, paid: bool, kind: LineKind, boss: User) -> None:
    if kind is LineKind.CREDIT and isinstance(deed, Correct):
        deed = Correct(deed.amounts, NewLine(kind, "SPRING", -500))
    bill = a_bill(paid=paid)
    with seeing_as_system():
        Promise.objects.create(customer=bill.customer, agreement=bill.agreement, reference="SPRING", kind=kind,
                               currency="USD", amount_minor=500, starts_on=date(2026, 10, 1))  # fmt: skip
    missing = "promotion_missing" if kind is LineKind.DISCOUNT else "credit_missing"
    assert missing in dict(found(bill))

    ask(bill, deed, by=boss)

    assert missing not in dict(found(bill))
