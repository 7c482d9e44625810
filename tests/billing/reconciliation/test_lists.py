"""A line that names several expected amounts, judged as plain facts; and what becomes of a proposal once accepted."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.deciding import accept_proposal
from billing.actions.reconciliation.run import reconcile
from billing.models import Discrepancy, ExpectedMoney, Match, MatchPart, ReconciliationLimit, StatementLine
from billing.reconciliation.facts import DiscrepancyFound, ExpectedFacts, Finding, LineFacts, MatchFound
from billing.reconciliation.lists import judge_line_naming_several
from billing.reconciliation.rules import RETURNED
from supportdesk.people import roles
from tests.billing.reconciliation.records import DAY, a_line, an_expected
from tests.billing.records import a_customer, records_of
from tests.personas import make_staff

DUE = date(2026, 5, 4)


def listed(*amounts: int, held: int = 0, currency: str = "USD") -> list[ExpectedFacts]:
    """Each is due a day before the one in front of it; ``held`` is of the first."""
    return [
        ExpectedFacts(place, amount, currency, DUE - timedelta(days=place), held_minor=0 if place else held)
        for place, amount in enumerate(amounts)
    ]


def a_payment(amount_minor: int, *, fee: int = 0, returns: bool = False) -> LineFacts:
    return LineFacts(7, DUE, amount_minor, "USD", fee_minor=fee, returns=returns)


def told(findings: list[Finding]) -> set[tuple[str, int]]:
    """Rules with how much of the line they would take, discrepancies with what is off."""
    return {
        (each.rule.name, sum(part.line_minor for part in each.parts))
        if isinstance(each, MatchFound)
        else (each.kind.value, each.amount_minor)
        for each in findings
    }


@pytest.mark.parametrize(
    ("line", "named", "expected"),
    [
        (a_payment(1000), listed(700, 300), {("listed_together", 1000)}),
        (a_payment(970, fee=30), listed(700, 300), {("net_of_fee", 970)}),
        (a_payment(970), listed(700, 300), {("under", 30), ("likely_fee", 970)}),
        (a_payment(800), listed(700, 300), {("under", 200), ("part_of_it", 800)}),
        (a_payment(1200), listed(700, 300), {("over", 200), ("more_than_it", 1000)}),
        (a_payment(900), listed(700, 300, 200), {("some_of_a_list", 900)}),
        (
            a_payment(500),
            listed(500, 500),
            {("under", 500), ("part_of_it", 500)},
        ),  # either of two
        (a_payment(900), listed(600, 600, 300), {("under", 600), ("part_of_it", 900)}),
        (a_payment(300), listed(700, 300, held=700), {("instalments", 300)}),  # one is paid: what is left is the other
        (a_payment(1000), listed(700, 300, held=700), {("over", 700), ("more_than_it", 300)}),
        (a_payment(600), listed(600, held=600), {("duplicate", 600)}),
        (a_payment(200), listed(700, 300, held=500), {("some_of_a_list", 200)}),  # all that is left of one
        (a_payment(390), [*listed(700), *listed(-300)], {("under", 310), ("part_of_it", 390)}),  # a payment, a refund
        # What nobody brought cannot go back, nor can one say which of two did.
        (a_payment(-1000, returns=True), listed(700, 300), set()),
        (a_payment(-1000), listed(700, 300), set()),
        (a_payment(-700, returns=True), listed(700, 300, held=700), {("returned", -700)}),
        (a_payment(-1000), listed(-700, -300), {("listed_together", -1000)}),
        (a_payment(-800), listed(-700, -300), {("under", -200), ("part_of_it", -800)}),
        (a_payment(1000), listed(700, 300, currency="EUR"), {("wrong_currency", 1000)}),
        (a_payment(600), [*listed(700, currency="EUR"), *listed(500, held=500)], {("wrong_currency", 600)}),
        (a_payment(1000), [*listed(700, 300), *listed(400, currency="EUR")], {("listed_together", 1000)}),
    ],
)
def test_a_list_is_paid_proposed_or_told(
    line: LineFacts, named: list[ExpectedFacts], expected: set[tuple[str, int]]
) -> None:
    assert told(judge_line_naming_several(line, named)) == expected


def test_the_oldest_are_paid_first_and_what_is_short_is_of_the_last() -> None:
    named = listed(700, 300, 500)

    off, proposed = judge_line_naming_several(a_payment(600), named)

    assert isinstance(off, DiscrepancyFound)
    assert isinstance(proposed, MatchFound)
    assert off.expected_id == 0
    assert [(part.expected_id, part.expected_minor) for part in proposed.parts] == [(2, 500), (1, 100)]


@given(
    st.integers(-(10**6), 10**6).filter(bool),
    st.lists(st.tuples(st.integers(1, 10**5), st.integers(0, 10**5)), min_size=1, max_size=9),
    st.integers(0, 500),
    st.booleans(),
)
def test_no_more_is_taken_of_line_or_money_than_there_is(
    amount: int, money: list[tuple[int, int]], fee: int, comes_in: bool
) -> None:
    sign = 1 if comes_in else -1
    named = [
        ExpectedFacts(place, sign * owed, "USD", DUE, held_minor=sign * min(held, owed))
        for place, (owed, held) in enumerate(money)
    ]

    findings = judge_line_naming_several(a_payment(amount, fee=fee), named)

    for each in findings:
        if isinstance(each, MatchFound):
            assert 0 < sum(part.line_minor for part in each.parts) * (1 if amount > 0 else -1) <= abs(amount)
            assert all(part.line_minor and part.expected_minor for part in each.parts)
            for part in each.parts:
                about = named[part.expected_id]
                there_is = about.held_minor if each.rule is RETURNED else about.left_minor
                assert abs(part.expected_minor) <= abs(there_is)


@pytest.mark.django_db
@pytest.mark.production
def test_a_list_short_of_a_fee_is_proposed_and_once_accepted_settled() -> None:
    lena, omar = records_of(a_customer()), records_of(a_customer("Omar Haddad"), amount_minor=700)
    fin = make_staff("fin@desk.example", roles.FINANCE)
    finance = Group.objects.get(name=roles.FINANCE)
    ReconciliationLimit.objects.create(group=finance, currency="USD", match_minor=20000, write_off_minor=0)
    with seeing_as_system():
        an_expected(lena.payment, bill_key="INV2026041")
        an_expected(omar.payment, bill_key="INV2026042")
        line = a_line(amount_minor=13000, remittance="Bills INV-2026-041, INV-2026-042", on=DAY)
        reconcile(at=timezone.now())
        proposed = Match.objects.get(status="proposed")
        assert (proposed.rule, Discrepancy.objects.get().kind) == ("likely_fee", "under")
        assert not MatchPart.objects.exclude(status="proposed").exists()

        accept_proposal(proposed.pk, by=fin, key="a" * 32, at=timezone.now())

        assert StatementLine.objects.get(pk=line.pk).matching == "matched"
        assert set(ExpectedMoney.objects.values_list("status", flat=True)) == {"settled"}
        assert Discrepancy.objects.get().status == "resolved"
