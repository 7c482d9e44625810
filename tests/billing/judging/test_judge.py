"""The judge judged: it counts right, tells the same people for the same seed, leaves nothing behind, and its histories
come in by both doors and end in the same diagnosis."""

from collections import Counter
from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from billing.access.scopes import seeing_as_system
from billing.actions.judging import judge
from billing.diagnosis.rules import RULES
from billing.judging.calendars import months_after, working_days_after
from billing.judging.events import as_events
from billing.judging.faults import FAULTS
from billing.judging.files import as_files
from billing.judging.population import faulted, moment_of, population
from billing.judging.scoring import Case, Said, Tally, score, table
from billing.judging.world import Label
from billing.models import Customer, ImportRun, MoneyEvent, Payment, ProviderEvent, ProviderObject


def test_every_kind_that_a_diagnosis_can_name_is_made() -> None:
    assert set(FAULTS) == {code for rule in RULES for code in rule.codes}


def test_the_same_seed_makes_the_same_people() -> None:
    assert [repr(world) for world in population(5, 60, noise=0.5)] == [
        repr(world) for world in population(5, 60, noise=0.5)
    ]


def test_another_seed_makes_others() -> None:
    one, other = ([repr(world) for world in population(seed, 20, noise=0.5)] for seed in (5, 6))

    assert not set(one) & set(other)


def test_each_fault_is_labelled_with_a_record_that_is_there() -> None:
    for world in population(8, 3 * len(FAULTS), noise=0.5):
        there = {each.id for each in world.agreements} | {each.id for each in world.bills}
        there |= {each.id for each in world.payments} | {each.id for each in world.refunds}
        there |= {each.id for each in world.disputes} | {each.id for each in world.asked}
        assert {label.record for label in world.labels} <= there


def test_clean_people_have_nothing_but_what_takes_its_course() -> None:
    labels = Counter(label.code for world in population(8, 300, noise=0.5, faulty=False) for label in world.labels)

    assert set(labels) <= {"payment_on_its_way"}


def test_every_fault_is_found(db: None) -> None:
    """The heart of it, small: one customer of each kind, by files where files can tell it."""
    assert score(judge(population(21, len(FAULTS), noise=0.2), seed=21, noise=0.2, by_events=0.0)).misses == []


@pytest.mark.parametrize("name", ["7x3", "20261122x1079"])
def test_a_returned_debit_is_found_however_long_its_name(name: str, db: None) -> None:
    """An entry of the bank's file has fifteen places for it."""
    world = faulted(name, ["debit_returned"], at=moment_of(4), noise=0.0, random=Random(name))
    world.doors = frozenset({"files"})

    assert score(judge([world], seed=1, noise=0.0, by_events=0.0)).misses == []


@pytest.mark.parametrize(
    "kind", ["charged_twice", "debit_returned", "hold_expired", "autopay_missed", "billed_after_end"]
)
def test_a_fault_told_by_events_in_any_order_is_found(kind: str, db: None) -> None:
    world = faulted("t", [kind], at=moment_of(4), noise=0.0, random=Random(kind))
    world.doors = frozenset({"events"})

    assert score(judge([world], seed=1, noise=1.0, by_events=1.0)).misses == []


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_stays() -> None:
    assert len(list(judge(population(9, 12, noise=0.5), seed=9, noise=0.5, by_events=0.1))) == 12

    with seeing_as_system():
        left = [model.objects.count() for model in (Customer, Payment, ProviderEvent, ProviderObject, MoneyEvent)]
    assert left == [0, 0, 0, 0, 0]
    assert ImportRun.objects.count() == 0


def test_counting() -> None:
    label = Label("overdue", "in_1")
    result = score(
        [
            Case("right", "files", (label,), (Said("overdue", frozenset({"in_1", "sub_1"})),)),
            Case("other record", "files", (label,), (Said("overdue", frozenset({"in_2"})),)),
            Case("missed", "events", (label,), ()),
            Case("false", "events", (), (Said("charged_twice", frozenset({"pi_1"})),)),
        ]
    )

    assert result.tallies == {
        "overdue": Tally(right=1, missed=2, false=1),
        "charged_twice": Tally(right=0, missed=0, false=1),
    }
    assert [(miss.customer, miss.code, miss.expected) for miss in result.misses] == [
        ("other record", "overdue", True),
        ("other record", "overdue", False),
        ("missed", "overdue", True),
        ("false", "charged_twice", False),
    ]
    assert result.below() == ["charged_twice", "overdue"]
    assert table(result)[1].split() == ["charged_twice", "0", "0", "0", "1", "0.0000", "–"]


def test_one_finding_answers_one_label() -> None:
    twice = (Label("overdue", "in_1"), Label("overdue", "in_1"))
    result = score([Case("two", "files", twice, (Said("overdue", frozenset({"in_1"})),))])

    assert result.tallies["overdue"] == Tally(right=1, missed=1, false=0)


def test_documents_are_the_same_for_the_same_seed() -> None:
    (world,) = population(5, 1, noise=0.5)

    assert as_events(world, Random(1), noise=1.0, live=False) == as_events(world, Random(1), noise=1.0, live=False)
    assert as_files([world], Random(1)) == as_files([world], Random(1))


def test_days_are_counted_as_contracts_and_banks_do() -> None:
    assert months_after(date(2026, 1, 31), 1, on=31) == date(2026, 2, 28)
    assert months_after(date(2026, 2, 28), 1, on=31) == date(2026, 3, 31)
    assert working_days_after(date(2026, 9, 18), 2) == date(2026, 9, 22)  # a Friday


@override_settings(PRODUCTION=True)
def test_no_made_up_customers_in_production() -> None:
    with pytest.raises(CommandError, match="does not run in production"):
        call_command("judge_diagnosis", seed=1, stdout=StringIO())


def test_the_command_says_how_good_it_is(db: None) -> None:
    out = StringIO()
    call_command("judge_diagnosis", seed=12, customers=20, events=0.0, stdout=out, stderr=StringIO())

    assert "20 customers; differences by door: none" in out.getvalue()
