"""Each rule with what it finds, and with what comes near and is not it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.run import reconcile
from billing.models import Discrepancy, ExpectedMoney, Match, MatchPart, StatementLine
from billing.reconciliation.states import HOLDS
from billing.states import BankLineKind
from tests.billing.reconciliation.records import DAY, a_line, an_expected
from tests.billing.records import Records, a_customer, records_of

pytestmark = [pytest.mark.django_db, pytest.mark.production]

Found = set[tuple[str, int, int]]


def run() -> tuple[Found, set[tuple[str, str]]]:
    """What is matched by itself (rule, line amount, expected amount), and what is off (kind, amount in words)."""
    with seeing_as_system():
        reconcile(at=timezone.now())
        held = MatchPart.objects.filter(status__in=HOLDS)
        found = set(held.values_list("rule", "line_minor", "expected_minor"))
        return found, set(Discrepancy.objects.values_list("kind", "status"))


def expect(records: Records, **changed: Any) -> ExpectedMoney:
    with seeing_as_system():
        return an_expected(records.payment, **changed)


def line(amount_minor: int, **said: Any) -> StatementLine:
    with seeing_as_system():
        return a_line(amount_minor=amount_minor, **said)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("payment_reference", {"end_to_end_id": "{payment}"}),
        ("payment_reference", {"end_to_end_id": "{payment_without_marks}"}),
        ("external_id", {"bank_reference": "pi_12ab"}),
        ("creditor_reference", {"structured_reference": "{bill}"}),
        ("creditor_reference", {"structured_reference": "RF18 {bill}"}),
        ("reference_in_text", {"remittance": "Thank you for bill {bill}, May"}),
        ("reference_in_text", {"remittance": "/ROC/{bill_cut} 2026"}),
    ],
)
def test_a_name_and_the_amount_are_a_match(lena: Records, rule: str, said: dict[str, str]) -> None:
    bill = lena.invoice.number + "00"
    expect(lena, bill_key=bill.replace("-", ""), reference_key="P774411", external_key="PI12AB")
    names = {
        "payment": "P-7744-11",
        "payment_without_marks": "p774411",
        "bill": bill,
        "bill_cut": f"{bill[:4]} {bill[4:]}",
    }
    line(12500, **{name: text.format(**names) for name, text in said.items()})

    assert run() == ({(rule, 12500, 12500)}, set())


@pytest.mark.parametrize(
    ("amount", "currency", "kind"), [(12501, "USD", "over"), (12000, "USD", "under"), (12500, "EUR", "wrong_currency")]
)
def test_a_name_with_another_amount_is_a_discrepancy_and_no_match(
    lena: Records, amount: int, currency: str, kind: str
) -> None:
    expect(lena, reference_key="P774411")
    line(amount, currency=currency, end_to_end_id="P774411")

    assert run() == (set(), {(kind, "open")})


def test_a_stated_fee_makes_the_whole_and_a_likely_one_is_proposed(lena: Records) -> None:
    expect(lena, reference_key="P774411")
    line(12100, fee_minor=400, end_to_end_id="P774411")
    omar = records_of(a_customer("Omar Haddad"))
    expect(omar, reference_key="P885522")
    line(12150, end_to_end_id="P885522")

    found, off = run()

    assert found == {("net_of_fee", 12100, 12500)}
    assert off == {("under", "open")}
    with seeing_as_system():
        assert list(Match.objects.filter(status="proposed").values_list("rule", "score")) == [("likely_fee", 600)]


@pytest.mark.parametrize(("original", "found"), [(12500, True), (12625, True), (12626, False), (12374, False)])
def test_an_exchange_is_told_by_the_amount_before_it_within_one_percent(
    lena: Records, original: int, found: bool
) -> None:
    expect(lena, reference_key="P774411")
    line(11400, currency="EUR", original_minor=original, original_currency="USD", end_to_end_id="P774411")

    matched = {("currency_exchanged", 11400, 12500)} if found else set()
    assert run() == (matched, set() if found else {("wrong_currency", "open")})


def test_instalments_add_up_to_the_cent_or_not_at_all(lena: Records) -> None:
    expect(lena, reference_key="P774411")
    line(5000, end_to_end_id="P774411")
    line(7500, end_to_end_id="P774411", on=DAY + timedelta(days=1))
    omar = records_of(a_customer("Omar Haddad"))
    expect(omar, reference_key="P885522")
    line(5000, end_to_end_id="P885522")
    line(7000, end_to_end_id="P885522")

    found, off = run()

    assert found == {("instalments", 5000, 5000), ("instalments", 7500, 7500)}
    assert off == {("under", "open")}


def test_one_line_that_names_several_pays_them_all(lena: Records) -> None:
    omar = records_of(a_customer("Omar Haddad"), amount_minor=700)
    expect(lena, bill_key="INV2026041")
    expect(omar, bill_key="INV2026042")
    line(13200, remittance="Bills INV-2026-041, INV-2026-042")

    assert run() == ({("listed_together", 12500, 12500), ("listed_together", 700, 700)}, set())


def test_several_bills_that_are_paid_twice_are_paid_once(lena: Records) -> None:
    omar = records_of(a_customer("Omar Haddad"), amount_minor=700)
    expect(lena, bill_key="INV2026041")
    expect(omar, bill_key="INV2026042")
    for days in (0, 1):
        line(13200, remittance="Bills INV-2026-041, INV-2026-042", on=DAY + timedelta(days=days))

    assert run() == (
        {("listed_together", 12500, 12500), ("listed_together", 700, 700)},
        {("duplicate", "open")},
    )


def test_one_line_that_names_several_pays_those_that_are_open(lena: Records) -> None:
    omar, mei = records_of(a_customer("Omar Haddad"), amount_minor=700), records_of(a_customer("Mei"), amount_minor=300)
    expect(lena, bill_key="INV2026041")
    expect(omar, bill_key="INV2026042")
    expect(mei, bill_key="INV2026043")
    line(12500, structured_reference="INV-2026-041")
    line(1000, remittance="Bills INV-2026-041, INV-2026-042, INV-2026-043", on=DAY + timedelta(days=1))

    assert run() == (
        {("creditor_reference", 12500, 12500), ("listed_together", 700, 700), ("listed_together", 300, 300)},
        set(),
    )


@pytest.mark.parametrize(("list_pays", "left"), [(300, 0), (600, 1)])
def test_what_a_list_brought_counts_for_the_line_that_names_one_of_it(lena: Records, list_pays: int, left: int) -> None:
    """One amount is partly held before, and both lines of a run could pay its rest."""
    omar = records_of(a_customer("Omar Haddad"), amount_minor=300)
    expect(lena, bill_key="INV2026041", reference_key="P774411", amount_minor=700)
    expect(omar, bill_key="INV2026042", status="expected" if left else "settled")
    with seeing_as_system():
        MatchPart.objects.create(
            line=line(400), expected=ExpectedMoney.objects.get(reference_key="P774411"), line_minor=400,
            expected_minor=400, rule="instalments", score=950, status="posted",
        )  # fmt: skip
    line(list_pays, remittance="Bills INV-2026-041, INV-2026-042")
    line(300, end_to_end_id="P774411", on=DAY + timedelta(days=1))

    _, off = run()

    assert off == {("duplicate", "open")}
    with seeing_as_system():
        held = MatchPart.objects.filter(status__in=HOLDS).values_list("expected_minor", flat=True)
        assert sum(held) == 700 + 300 * left


def test_what_a_list_sends_back_twice_goes_back_once(lena: Records) -> None:
    """The line names a bill that nobody paid as well."""
    omar = records_of(a_customer("Omar Haddad"), amount_minor=300)
    expect(lena, bill_key="INV2026041", reference_key="P774411")
    expect(omar, bill_key="INV2026042")
    line(12500, end_to_end_id="P774411")
    run()
    for days in (1, 2):
        line(
            -12500,
            remittance="Returned: INV-2026-041, INV-2026-042",
            kind=BankLineKind.RETURN,
            on=DAY + timedelta(days=days),
        )

    found, off = run()

    assert found == {("payment_reference", 12500, 12500), ("returned", -12500, -12500)}
    assert off == {("returned", "open")}
    with seeing_as_system():
        assert MatchPart.objects.filter(rule="returned").count() == 1


def test_the_same_money_twice_is_matched_once(lena: Records) -> None:
    expect(lena, reference_key="P774411")
    first = line(12500, end_to_end_id="P774411")
    second = line(12500, end_to_end_id="P774411", on=DAY + timedelta(days=1))

    assert run() == ({("payment_reference", 12500, 12500)}, {("duplicate", "open")})
    with seeing_as_system():
        assert MatchPart.objects.get(status="found").line_id == first.pk
        assert Discrepancy.objects.get().line_id == second.pk


def test_a_return_reverses_what_came_and_is_told(lena: Records) -> None:
    expect(lena, reference_key="P774411")
    line(12500, end_to_end_id="P774411")
    line(-12500, kind=BankLineKind.RETURN, return_code="R01", returned_reference="P774411", on=DAY + timedelta(days=2))

    assert run() == ({("payment_reference", 12500, 12500), ("returned", -12500, -12500)}, {("returned", "open")})


def test_a_return_of_what_never_came_reverses_nothing(lena: Records) -> None:
    expect(lena, reference_key="P774411")
    line(-12500, kind=BankLineKind.RETURN, return_code="R01", returned_reference="P774411")

    assert run() == (set(), {("returned", "open")})


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("customer_and_amount", {"remittance": "customer C-100077"}),
        ("name_amount_date", {"counterparty": "LENA ORTIZ"}),
        ("amount_and_date", {}),
    ],
)
def test_without_a_reference_only_what_is_alone_is_matched(lena: Records, rule: str, said: dict[str, str]) -> None:
    expect(lena, customer_key="C100077")
    line(12500, **said)

    assert run()[0] == {(rule, 12500, 12500)}


def test_two_of_one_amount_are_proposed_with_reasons(lena: Records) -> None:
    omar = records_of(a_customer("Omar Haddad"))
    expect(lena)
    expect(omar, due=DAY + timedelta(days=3))
    line(12500)

    assert run() == (set(), set())
    with seeing_as_system():
        best, second = Match.objects.filter(status="proposed").order_by("-score")
        assert (best.score, second.score) == (450, 405)
        assert best.reasons == [
            "The amount is the same.",
            "It was expected on that day.",
            "There are others of the same amount.",
        ]


def test_another_name_is_not_matched_by_its_amount(lena: Records) -> None:
    expect(lena)
    line(12500, counterparty="Somebody Else")

    found, off = run()

    assert (found, off) == (set(), set())  # proposed, so a person looks at it


def test_beyond_the_window_an_amount_says_nothing(lena: Records) -> None:
    expect(lena)
    line(12500, on=DAY + timedelta(days=11))

    assert run() == (set(), {("unknown", "open")})


def test_several_open_amounts_of_one_payer_that_make_the_sum_are_proposed(lena: Records) -> None:
    expect(lena)
    expect(records_of(lena.customer, amount_minor=700))
    line(13200, counterparty="Lena Ortiz")

    assert run() == (set(), set())
    with seeing_as_system():
        assert list(Match.objects.values_list("rule", "status")) == [("all_of_a_customer", "proposed")]


def test_odd_days_and_other_bills_are_told_beside_the_match(lena: Records) -> None:
    expect(lena, reference_key="P774411", arose_on=DAY)
    line(12500, end_to_end_id="P774411", on=DAY - timedelta(days=2))
    omar = records_of(a_customer("Omar Haddad"), amount_minor=700)
    expect(omar, reference_key="P885522", bill_key="INV2026042")
    mia = records_of(a_customer("Mia Berg"), amount_minor=900)
    expect(mia, reference_key="P996633", bill_key="INV2026043")
    line(700, end_to_end_id="P885522", structured_reference="INV-2026-043")

    found, off = run()

    assert found == {("payment_reference", 12500, 12500), ("payment_reference", 700, 700)}
    assert off == {("wrong_date", "open"), ("misapplied", "open")}


@pytest.mark.parametrize(
    ("booked_on", "late"),
    [
        (date(2026, 9, 17), False),  # the third working day after a Monday
        (date(2026, 9, 18), True),
    ],
)
def test_what_comes_after_its_third_working_day_is_late(lena: Records, booked_on: date, late: bool) -> None:
    expect(lena, reference_key="P774411")
    line(12500, end_to_end_id="P774411", on=booked_on)

    found, off = run()

    assert found == {("payment_reference", 12500, 12500)}
    assert off == ({("late", "resolved")} if late else set())


def test_a_second_run_changes_nothing(lena: Records) -> None:
    omar = records_of(a_customer("Omar Haddad"))
    expect(lena)
    expect(omar)
    line(12500)
    line(900, remittance="nothing known")

    first = run()
    with seeing_as_system():
        counts = (MatchPart.objects.count(), Match.objects.count(), Discrepancy.objects.count())
    second = run()

    assert second == first
    with seeing_as_system():
        assert (MatchPart.objects.count(), Match.objects.count(), Discrepancy.objects.count()) == counts
