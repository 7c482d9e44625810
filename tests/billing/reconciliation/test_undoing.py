"""What was posted is undone: alone within the limit, by two above it, and once."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.booking import book_found
from billing.actions.reconciliation.deciding import (
    accept_proposal,
    approve_match,
    refuse_match,
    undo_part,
)
from billing.actions.reconciliation.run import reconcile
from billing.errors import MatchNotPossible, SecondPersonNeeded
from billing.ledger.balances import trial_balance
from billing.models import (
    Match,
    MatchPart,
    ReconciliationLimit,
)
from supportdesk.people import roles
from supportdesk.people.models import User
from tests.billing.reconciliation.records import a_line, a_proposal, an_expected, limit, state, system
from tests.billing.records import Records
from tests.personas import make_staff
from tests.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.production]
KEY, OTHER_KEY = "a" * 32, "b" * 32


@pytest.mark.parametrize("said", [{"end_to_end_id": "P774411"}, {"end_to_end_id": "P774411", "fee_minor": 400}])
def test_undoing_brings_everything_back(lena: Records, fin: User, said: dict[str, Any]) -> None:
    limit(20000)
    with seeing_as_system():
        an_expected(lena.payment, reference_key="P774411")
        a_line(amount_minor=12500 - said.get("fee_minor", 0), **said)
    before = state()
    with seeing_as_system():
        reconcile(at=timezone.now())
    assert book_found(at=timezone.now()) == 1
    assert state() != before

    with seeing_as_system():
        part = MatchPart.objects.get()
    system(undo_part, part.pk, by=fin, key=KEY, at=timezone.now())

    assert state() == before
    with seeing_as_system():
        reconcile(at=timezone.now())  # and what a person undid is not found again
        assert not MatchPart.objects.filter(status="found").exists()


def test_undoing_above_the_limit_waits_for_a_second_person(lena: Records, fin: User, second: User) -> None:
    with seeing_as_system():
        an_expected(lena.payment, reference_key="P774411")
        a_line(amount_minor=12500, end_to_end_id="P774411")
        reconcile(at=timezone.now())
    book_found(at=timezone.now())
    with seeing_as_system():
        part = MatchPart.objects.get()

    asked = system(undo_part, part.pk, by=fin, key=KEY, at=timezone.now())
    assert (asked.deed, asked.status) == ("undo", "waiting")
    assert system(undo_part, part.pk, by=fin, key=OTHER_KEY, at=timezone.now()) == asked
    with pytest.raises(SecondPersonNeeded):
        system(approve_match, asked.pk, by=fin, at=timezone.now())
    system(approve_match, asked.pk, by=second, at=timezone.now())

    with seeing_as_system():
        assert MatchPart.objects.get().status == "undone"
        assert Match.objects.get(deed="rule").undone_by == second
        assert {key: total for key, total in trial_balance().items() if total} == {}


def a_wish_to_undo(lena: Records, by: User) -> tuple[MatchPart, Match]:
    """In the books, and above the limit of whoever would undo it; afterwards everybody's limit is wider."""
    limit(20000)
    _, match = a_proposal(lena)
    system(accept_proposal, match.pk, by=by, key=KEY, at=timezone.now())
    with seeing_as_system():
        part = MatchPart.objects.get()
    ReconciliationLimit.objects.update(match_minor=0)
    asked = system(undo_part, part.pk, by=by, key=OTHER_KEY, at=timezone.now())
    ReconciliationLimit.objects.update(match_minor=20000)
    return part, asked


@pytest.mark.parametrize("whose", ["fin", "second"])
def test_undone_directly_nobody_decides_about_it_any_more(lena: Records, fin: User, second: User, whose: str) -> None:
    part, asked = a_wish_to_undo(lena, fin)

    system(undo_part, part.pk, by={"fin": fin, "second": second}[whose], key="c" * 32, at=timezone.now())

    after = state()
    with seeing_as_system():
        asked.refresh_from_db()
        assert (asked.status, asked.note, asked.decided_by) == ("rejected", "Undone directly.", None)
    with pytest.raises(MatchNotPossible, match="already decided"):
        system(approve_match, asked.pk, by=second, at=timezone.now())
    assert state() == after


def test_what_is_undone_is_not_undone_again_by_a_wish_left_over(lena: Records, fin: User, second: User) -> None:
    part, asked = a_wish_to_undo(lena, fin)
    system(undo_part, part.pk, by=second, key="c" * 32, at=timezone.now())
    with seeing_as_system():
        Match.objects.filter(pk=asked.pk).update(status="waiting")  # as it was left before the direct one ended it
    after = state()

    with pytest.raises(MatchNotPossible, match="already undone"):
        system(approve_match, asked.pk, by=second, at=timezone.now())

    assert state() == after
    assert system(refuse_match, asked.pk, by=second, at=timezone.now()).status == "rejected"


@pytest.mark.django_db(transaction=True)
def test_one_approves_the_undoing_while_others_undo_it(lena: Records, fin: User, second: User) -> None:
    part, asked = a_wish_to_undo(lena, fin)
    others = [make_staff(f"other{number}@desk.example", roles.FINANCE) for number in range(3)]

    outcomes = race(
        [
            partial(system, approve_match, asked.pk, by=second, at=timezone.now()),
            *(partial(system, undo_part, part.pk, by=who, key=f"{who.pk:032}", at=timezone.now()) for who in others),
        ]
    )

    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"Match": 1, "MatchNotPossible": 3}
    with seeing_as_system():
        assert {key: total for key, total in trial_balance().items() if total} == {}
        assert not Match.objects.filter(status="waiting").exists()


@pytest.mark.django_db(transaction=True)
def test_several_undo_what_a_rule_found(lena: Records, fin: User) -> None:
    limit(20000)
    with seeing_as_system():
        an_expected(lena.payment, reference_key="P774411")
        a_line(amount_minor=12500, end_to_end_id="P774411")
        reconcile(at=timezone.now())
    book_found(at=timezone.now())
    with seeing_as_system():
        part = MatchPart.objects.get()
    people = [fin, *(make_staff(f"other{number}@desk.example", roles.FINANCE) for number in range(3))]

    outcomes = race(
        [partial(system, undo_part, part.pk, by=who, key=f"{who.pk:032}", at=timezone.now()) for who in people]
    )

    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"Match": 1, "MatchNotPossible": 3}
    with seeing_as_system():
        assert list(Match.objects.values_list("deed", "status")) == [("rule", "undone")]
