"""Credits within a limit and a budget are given at once; above, a second person decides."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from billing.access.scopes import seeing_as_system
from billing.actions.credits import approve_credit, reject_credit, withdraw_credit
from billing.credits.plans import Goodwill, WaiveFee
from billing.errors import (
    CreditNotPossible,
    SecondPersonNeeded,
    StepNotAllowed,
)
from billing.models import (
    CreditNote,
    GoodwillBudget,
)
from billing.states import CreditStatus, OwedBack, RefundStatus
from tests.billing.credits.bills import AT, a_bill, ask, decide, fresh, owed_by, told, with_budget
from tests.billing.refunds.people import somebody

pytestmark = pytest.mark.django_db
FEE = WaiveFee(line=2)


def test_above_the_limit_a_second_person_decides() -> None:
    agent, lead, bill = somebody("a@desk.example", limit_minor=1_499), somebody("l@desk.example"), a_bill()

    credit = ask(bill, FEE, by=agent, owed_back=OwedBack.SEND)

    assert (credit.status, credit.number, credit.approval_reason) == (
        CreditStatus.REQUESTED,
        "",
        "Above the requester's limit of $14.99.",
    )
    assert (owed_by(bill), fresh(bill).credited_minor, told(bill)) == (0, 0, ["credit_requested"])

    credit = decide(approve_credit, credit, by=lead, note="Right.")

    assert (credit.status, credit.decided_by, credit.decision_note) == (CreditStatus.ISSUED, lead, "Right.")
    assert credit.refund is not None
    assert (credit.refund.status, credit.refund.decided_by, credit.refund.requested_by) == (
        RefundStatus.APPROVED,
        lead,
        agent,
    )


def test_rejected_it_leaves_everything_as_it_was() -> None:
    agent, lead, bill = somebody("a@desk.example", limit_minor=0), somebody("l@desk.example"), a_bill()
    credit = ask(bill, FEE, by=agent)

    assert decide(reject_credit, credit, by=lead, note="The fee is right.").status == CreditStatus.REJECTED

    assert (owed_by(bill), fresh(bill).credited_minor) == (0, 0)
    assert told(bill) == ["credit_requested", "credit_rejected"]
    with pytest.raises(StepNotAllowed, match="credit note is “Rejected”"):
        decide(approve_credit, credit, by=lead)
    assert ask(bill, FEE, by=agent, key="key-2").status == CreditStatus.REQUESTED


def test_withdrawn_by_who_asked_it_leaves_everything_as_it_was() -> None:
    agent, lead, bill = somebody("a@desk.example", limit_minor=0), somebody("l@desk.example"), a_bill()
    credit = ask(bill, FEE, by=agent)

    def withdraw(by: Any) -> CreditNote:
        with seeing_as_system():
            return withdraw_credit(credit.pk, by=by, at=AT)

    with pytest.raises(CreditNotPossible, match="Only whoever asked"):
        withdraw(lead)
    assert [withdraw(agent).status, withdraw(agent).status] == [CreditStatus.WITHDRAWN] * 2

    assert (owed_by(bill), fresh(bill).credited_minor) == (0, 0)
    assert told(bill) == ["credit_requested", "credit_withdrawn"]
    with pytest.raises(StepNotAllowed, match="credit note is “Withdrawn”"):
        decide(approve_credit, credit, by=lead)
    assert ask(bill, FEE, by=agent, key="key-2").status == CreditStatus.REQUESTED


def test_what_is_decided_is_withdrawn_no_more() -> None:
    agent, lead, bill = somebody("a@desk.example", limit_minor=0), somebody("l@desk.example"), a_bill()
    credit = ask(bill, FEE, by=agent)
    decide(approve_credit, credit, by=lead)

    with pytest.raises(StepNotAllowed, match="credit note is “Issued”"), seeing_as_system():
        withdraw_credit(credit.pk, by=agent, at=AT)


def test_nobody_decides_about_their_own() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=0), a_bill()
    credit = ask(bill, FEE, by=agent)

    for action in (approve_credit, reject_credit):
        with pytest.raises(SecondPersonNeeded):
            decide(action, credit, by=agent, note="Mine.")

    with pytest.raises(DatabaseError, match="credit_note_second_person"), transaction.atomic(), seeing_as_system():
        CreditNote.objects.filter(pk=credit.pk).update(decided_by=agent, decided_at=AT)
    assert (owed_by(bill), told(bill)) == (0, ["credit_requested"])


def test_goodwill_within_grant_and_month_is_given_at_once() -> None:
    agent, bill = with_budget("a@desk.example", grant=2_000, monthly=3_000), a_bill()

    given = [ask(bill, Goodwill(size), by=agent, key=f"k{size}") for size in (2_000, 1_000)]
    more = ask(bill, Goodwill(1), by=agent, key="k1")
    next_month = ask(bill, Goodwill(2), by=agent, key="k2", at=AT + timedelta(days=11))

    assert [credit.status for credit in given] == ["issued", "issued"]
    assert (more.status, more.approval_reason) == ("requested", "Of this month's goodwill budget $0.00 is left.")
    assert next_month.status == "issued"


def test_goodwill_above_the_grant_waits_and_counts_once_it_is_given() -> None:
    agent, lead = with_budget("a@desk.example", grant=2_000, monthly=3_000), somebody("l@desk.example")
    bill = a_bill()

    credit = ask(bill, Goodwill(2_001), by=agent)
    assert credit.approval_reason == "Above the requester's limit of $20.00 for one grant of goodwill."
    decide(approve_credit, credit, by=lead)

    after = ask(bill, Goodwill(1_000), by=agent, key="key-2")
    assert (after.status, after.approval_reason) == (
        "requested",
        "Of this month's goodwill budget $9.99 is left.",
    )


def test_without_a_budget_all_goodwill_waits() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=50_000), a_bill()

    credit = ask(bill, Goodwill(1), by=agent)

    assert credit.approval_reason == "The requester's role has no goodwill budget in USD."


def test_a_day_has_a_count_of_credits_and_refunds_together() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000, daily_count=1), a_bill()
    ask(bill, FEE, by=agent, owed_back=OwedBack.SEND)

    second = ask(a_bill(), FEE, by=agent, key="key-2")

    assert second.approval_reason == "The requester's role may send 1 refund in 24 hours; this one is more."


def test_a_budget_that_allows_more_at_once_than_in_a_month_cannot_be_made() -> None:
    with_budget("a@desk.example", grant=1, monthly=1)

    with pytest.raises(DatabaseError, match="goodwill_budget_fits"), transaction.atomic():
        GoodwillBudget.objects.update(grant_limit_minor=2)
