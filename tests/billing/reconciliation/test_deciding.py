"""People decide: within their limit it is posted, above it somebody else says yes, and whatever was done is undone."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions import events
from billing.actions.reconciliation.booking import park_unknown
from billing.actions.reconciliation.deciding import (
    accept_proposal,
    approve_match,
    refuse_match,
    reject_proposal,
)
from billing.actions.reconciliation.discrepancies import ask_customer, note_case
from billing.actions.reconciliation.making import (
    Share,
    split_line,
    write_off_expected,
    write_off_line,
)
from billing.actions.reconciliation.run import reconcile
from billing.errors import IdempotencyConflict, MatchNotPossible, SecondPersonNeeded
from billing.ledger.balances import trial_balance
from billing.models import (
    Discrepancy,
    ExpectedMoney,
    LedgerEntry,
    Match,
    MatchPart,
    MoneyEvent,
    StatementLine,
)
from billing.states import EventKind
from supportdesk.people.models import User
from tests.billing.reconciliation.records import a_line, a_proposal, an_expected, limit, state, system
from tests.billing.records import Records, a_customer, records_of
from tests.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.production]
KEY, OTHER_KEY = "a" * 32, "b" * 32


def test_within_the_limit_an_accepted_proposal_is_in_the_books(lena: Records, fin: User) -> None:
    limit(12000)
    line, match = a_proposal(lena)

    accepted = system(accept_proposal, match.pk, by=fin, key=KEY, at=timezone.now())

    assert (accepted.status, accepted.asked_by, accepted.approval_needed) == ("posted", fin, False)
    with seeing_as_system():
        assert trial_balance() == {("bank", "USD"): 12000, ("provider_clearing", "USD"): -12000}
        assert StatementLine.objects.get(pk=line.pk).matching == "matched"
        assert ExpectedMoney.objects.get().status == "expected"  # 500 of it are still open

        assert list(Discrepancy.objects.values_list("kind", "status")) == [("under", "open")]


def test_what_came_short_is_off_until_the_rest_is_written_off(lena: Records, fin: User) -> None:
    limit(12000, write_off_minor=500)
    _, match = a_proposal(lena)
    system(accept_proposal, match.pk, by=fin, key=KEY, at=timezone.now())
    with seeing_as_system():
        expected = ExpectedMoney.objects.get()

    system(write_off_expected, expected.pk, by=fin, note="Rounded by the bank", key=OTHER_KEY, at=timezone.now())

    with seeing_as_system():
        assert list(Discrepancy.objects.values_list("kind", "status")) == [("under", "written_off")]


def test_above_the_limit_it_waits_and_holds_what_it_needs(lena: Records, fin: User, second: User) -> None:
    limit(11999)
    _, match = a_proposal(lena)

    waits = system(accept_proposal, match.pk, by=fin, key=KEY, at=timezone.now())

    assert (waits.status, waits.approval_reason) == ("waiting", "Above the limit of $119.99 for matches.")
    with pytest.raises(SecondPersonNeeded):
        system(approve_match, match.pk, by=fin, at=timezone.now())
    with seeing_as_system():
        assert LedgerEntry.objects.count() == 0
    approved = system(approve_match, match.pk, by=second, at=timezone.now())
    assert (approved.status, approved.decided_by) == ("posted", second)
    with seeing_as_system():
        assert trial_balance() == {("bank", "USD"): 12000, ("provider_clearing", "USD"): -12000}


def test_the_database_knows_the_second_person_too(lena: Records, fin: User) -> None:
    _, match = a_proposal(lena)
    system(accept_proposal, match.pk, by=fin, key=KEY, at=timezone.now())
    waiting = Match.objects.filter(pk=match.pk)

    with seeing_as_system():
        with pytest.raises(IntegrityError, match="match_second_person"), transaction.atomic():
            waiting.update(decided_by=fin, decided_at=timezone.now())
        with pytest.raises(IntegrityError, match="match_not_posted_unapproved"), transaction.atomic():
            waiting.update(status="posted")


def test_what_is_refused_frees_what_it_held(lena: Records, fin: User, second: User) -> None:
    line, match = a_proposal(lena)
    system(accept_proposal, match.pk, by=fin, key=KEY, at=timezone.now())

    system(refuse_match, match.pk, by=second, at=timezone.now())

    with seeing_as_system():
        assert StatementLine.objects.get(pk=line.pk).matching == "open"
        assert MatchPart.objects.get().status == "rejected"
        assert LedgerEntry.objects.count() == 0


def test_the_same_key_is_the_same_deed(lena: Records, fin: User) -> None:
    limit(12000)
    line, match = a_proposal(lena)
    first = system(accept_proposal, match.pk, by=fin, key=KEY, at=timezone.now())

    assert system(accept_proposal, match.pk, by=fin, key=KEY, at=timezone.now()) == first
    with pytest.raises(MatchNotPossible):
        system(accept_proposal, match.pk, by=fin, key=OTHER_KEY, at=timezone.now())
    with pytest.raises(IdempotencyConflict):
        system(write_off_line, line.pk, by=fin, note="", key=KEY, at=timezone.now())


def test_a_rejected_pair_is_not_proposed_again(lena: Records, fin: User) -> None:
    line, match = a_proposal(lena)

    system(reject_proposal, match.pk, by=fin, at=timezone.now())
    with seeing_as_system():
        reconcile(at=timezone.now())

        assert list(Match.objects.values_list("pk", "status")) == [(match.pk, "rejected")]
        assert StatementLine.objects.get(pk=line.pk).matching == "open"


def test_a_line_is_split_and_never_over_what_is_left(lena: Records, fin: User) -> None:
    limit(20000)
    with seeing_as_system():
        whole = an_expected(lena.payment)
        other = an_expected(records_of(lena.customer, amount_minor=700).payment)
        line = a_line(amount_minor=13000)

    with pytest.raises(MatchNotPossible, match=r"Of this expected amount \$7\.00 is still open"):
        system(split_line, line.pk, shares=[Share(other.pk, 701)], by=fin, note="", key=KEY, at=timezone.now())
    system(
        split_line,
        line.pk,
        shares=[Share(whole.pk, 12500), Share(other.pk, 500)],
        by=fin,
        note="",
        key=KEY,
        at=timezone.now(),
    )

    with seeing_as_system():
        assert StatementLine.objects.get().matching == "matched"
        assert dict(ExpectedMoney.objects.values_list("pk", "status")) == {whole.pk: "settled", other.pk: "expected"}


def test_no_parts_are_more_than_their_line_whoever_writes(lena: Records) -> None:
    with seeing_as_system():
        expected, line = an_expected(lena.payment), a_line(amount_minor=1000)

        pieces = [
            MatchPart(
                line=line,
                expected=expected,
                line_minor=amount,
                expected_minor=amount,
                rule="by_hand",
                score=1,
                status="found",
            )
            for amount in (600, 401)
        ]
        with pytest.raises(IntegrityError, match=r"the parts of line \d+ would be more than it"), transaction.atomic():
            MatchPart.objects.bulk_create(pieces)
        with pytest.raises(IntegrityError, match="does not fit its line"), transaction.atomic():
            MatchPart.objects.create(line_id=line.pk + 1, line_minor=1, rule="by_hand", score=1, status="proposed")


def test_money_is_written_off_within_the_role_s_limit(lena: Records, fin: User, second: User) -> None:
    limit(0, write_off_minor=300)
    with seeing_as_system():
        line, expected = a_line(amount_minor=300), an_expected(lena.payment)

    small = system(write_off_line, line.pk, by=fin, note="Rounding", key=KEY, at=timezone.now())
    large = system(write_off_expected, expected.pk, by=fin, note="Insolvent", key=OTHER_KEY, at=timezone.now())

    assert (small.status, large.status) == ("posted", "waiting")
    assert large.approval_reason == "Above the limit of $3.00 for write-offs."
    system(approve_match, large.pk, by=second, at=timezone.now())
    with seeing_as_system():
        assert trial_balance() == {
            ("bank", "USD"): 300,
            ("write_offs", "USD"): 12200,
            ("provider_clearing", "USD"): -12500,
        }
        assert StatementLine.objects.get().matching == "written_off"
        assert ExpectedMoney.objects.get().status == "written_off"


def test_nothing_is_given_to_money_that_is_no_longer_expected(lena: Records, fin: User, second: User) -> None:
    limit(20000, 20000)
    line, match = a_proposal(lena)
    with seeing_as_system():
        ExpectedMoney.objects.update(status="void")
        expected = ExpectedMoney.objects.get()
    shares, before = [Share(expected.pk, 100)], state()

    with pytest.raises(MatchNotPossible, match="no longer expected"):
        system(accept_proposal, match.pk, by=fin, key=KEY, at=timezone.now())
    with pytest.raises(MatchNotPossible, match="no longer expected"):
        system(split_line, line.pk, shares=shares, by=fin, note="", key=KEY, at=timezone.now())
    with pytest.raises(MatchNotPossible, match="no longer expected"):
        system(write_off_expected, expected.pk, by=fin, note="", key=KEY, at=timezone.now())

    assert state() == before
    with seeing_as_system():
        assert list(Match.objects.values_list("pk", "status")) == [(match.pk, "proposed")]


def test_unknown_money_waits_in_suspense_until_it_is_known(lena: Records, fin: User) -> None:
    limit(20000)
    with seeing_as_system():
        line = a_line(amount_minor=12500, remittance="nobody knows")
        reconcile(at=timezone.now())
        assert (park_unknown(at=timezone.now()), park_unknown(at=timezone.now())) == (1, 0)
        assert trial_balance() == {("bank", "USD"): 12500, ("suspense", "USD"): -12500}
        expected = ExpectedMoney.objects.get(payment=lena.payment)

    system(split_line, line.pk, shares=[Share(expected.pk, 12500)], by=fin, note="", key=KEY, at=timezone.now())

    with seeing_as_system():
        assert {key: total for key, total in trial_balance().items() if total} == {
            ("bank", "USD"): 12500,
            ("provider_clearing", "USD"): -12500,
        }
        assert Discrepancy.objects.get().status == "resolved"


def test_the_customer_is_asked_once(lena: Records) -> None:
    a_proposal(lena)
    with seeing_as_system():
        before = MoneyEvent.objects.count()
        off = Discrepancy.objects.get()
        ask_customer(off.pk, at=timezone.now())
        ask_customer(off.pk, at=timezone.now())

        assert Discrepancy.objects.get().status == "asked"
        assert MoneyEvent.objects.count() == before + 1
        assert MoneyEvent.objects.latest("pk").kind == "money_questioned"


def test_a_case_about_nothing_in_particular_is_not_the_one_where_the_customer_is_asked(lena: Records) -> None:
    a_proposal(lena)
    with seeing_as_system():
        off = Discrepancy.objects.get()
        ask_customer(off.pk, at=timezone.now())
        asked = MoneyEvent.objects.latest("pk")
        other = events.record(kind=EventKind.MONEY_QUESTIONED, at=timezone.now(), customer=lena.customer)

        note_case(other, case_ref="8")
        assert Discrepancy.objects.get().case_ref == ""
        note_case(asked, case_ref="7")
        assert Discrepancy.objects.get().case_ref == "7"


@pytest.mark.django_db(transaction=True)
def test_two_people_accept_two_proposals_of_one_line(fin: User, second: User) -> None:
    limit(20000)
    with seeing_as_system():
        line = a_line(amount_minor=12500)
        for name in ("Lena Ortiz", "Omar Haddad"):
            an_expected(records_of(a_customer(name)).payment)
        reconcile(at=timezone.now())
        one, other = Match.objects.filter(status="proposed").values_list("pk", flat=True)

    outcomes = race(
        [
            lambda: system(accept_proposal, one, by=fin, key=KEY, at=timezone.now()),
            lambda: system(accept_proposal, other, by=second, key=OTHER_KEY, at=timezone.now()),
        ]
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Match", "MatchNotPossible"]
    with seeing_as_system():
        held = MatchPart.objects.filter(line=line, status="posted").aggregate(sum=Sum("line_minor"))
        assert held["sum"] == 12500


def test_without_a_scope_nothing_of_it_shows(lena: Records) -> None:
    a_proposal(lena)

    with connection.cursor() as cursor:
        for table in ("expectedmoney", "match", "matchpart", "discrepancy"):
            cursor.execute(f"SELECT count(*) FROM billing_{table}")
            assert cursor.fetchone() == (0,)
