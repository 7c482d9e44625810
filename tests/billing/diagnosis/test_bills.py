"""Why a bill changed: line by line, and always the whole difference."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.diagnosis.bills import Cause, compare_bills, sentence
from billing.diagnosis.records import InvoiceFact, LineFact
from billing.states import LineKind
from tests.billing.diagnosis.scenes import AT, bill, codes, only, paid, plain, told

TODAY = date(2026, 11, 21)
PREMIUM = LineFact(LineKind.PREMIUM, "Premium October 2026", 10_000)


def made_of(number: int, *lines: LineFact, total: int | None = None) -> InvoiceFact:
    summed = sum(line.amount_minor for line in lines)
    return bill(number, lines=lines, total_minor=summed if total is None else total,
                issued_on=date(2026, 9 + number, 5))  # fmt: skip


def said(before: InvoiceFact, after: InvoiceFact) -> list[str]:
    changes = compare_bills(before, after).changes
    return [plain(sentence(each, currency="USD", at=TODAY)) for each in changes]


def line(kind: LineKind, description: str, minor: int, since: date | None = None) -> LineFact:
    return LineFact(kind, description, minor, since)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [line(LineKind.RIDER, "Glass", 1_000, date(2026, 10, 12))],
         ["+$10.00: extra cover “Glass” was added, since Mon 12 October"]),
        ([line(LineKind.DISCOUNT, "Welcome", -500)], [], ["+$5.00: the discount “Welcome” ended"]),
        ([line(LineKind.DISCOUNT, "Welcome", -500)], [line(LineKind.DISCOUNT, "Welcome", -200)],
         ["+$3.00: the discount “Welcome” changed from −$5.00 to −$2.00"]),
        ([line(LineKind.CREDIT, "Sorry", -900)], [], ["+$9.00: the last bill had a one-off credit: Sorry"]),
        ([], [line(LineKind.FEE, "Late fee", 1_500)], ["+$15.00: a fee was added: Late fee"]),
        ([], [line(LineKind.PRORATION, "12 days of Glass", 400)],
         ["+$4.00: a one-off part for days before this bill: 12 days of Glass"]),
        ([line(LineKind.TAX, "Tax 19%", 1_900)], [line(LineKind.TAX, "Tax 19%", 2_090)],
         ["+$1.90: tax follows the other changes: Tax 19% from $19.00 to $20.90"]),
        ([line(LineKind.OTHER, "Postage", 100)], [], ["−$1.00: no longer on the bill: Postage"]),
        ([], [], []),
    ],
)  # fmt: skip
def test_causes(before: list[LineFact], after: list[LineFact], expected: list[str]) -> None:
    assert said(made_of(1, PREMIUM, *before), made_of(2, PREMIUM, *after)) == expected


def test_a_month_in_the_text_is_no_change() -> None:
    november = LineFact(LineKind.PREMIUM, "Premium November 2026", 10_000)
    assert said(made_of(1, PREMIUM), made_of(2, november)) == []


def test_words_that_only_begin_like_months_are_kept_apart() -> None:
    marine, market = line(LineKind.RIDER, "Marine cover", 300), line(LineKind.RIDER, "Market cover", 700)
    assert said(made_of(1, marine, market), made_of(2, market, marine)) == []


def test_a_renamed_line_is_one_change() -> None:
    renamed = LineFact(LineKind.PREMIUM, "Base price", 11_000)
    assert said(made_of(1, PREMIUM), made_of(2, renamed)) == [
        "+$10.00: the price of “Base price” changed from $100.00 to $110.00"
    ]


def test_what_no_line_shows_is_said() -> None:
    assert said(made_of(1, PREMIUM), made_of(2, PREMIUM, total=10_700)) == ["+$7.00: not shown by any line"]


def test_the_largest_change_comes_first() -> None:
    after = made_of(2, PREMIUM, line(LineKind.FEE, "Fee", 100), line(LineKind.RIDER, "Glass", 900))
    assert [each.kind for each in compare_bills(made_of(1, PREMIUM), after).changes] == [LineKind.RIDER, LineKind.FEE]


some_lines = st.lists(
    st.builds(
        LineFact,
        st.sampled_from(LineKind),
        st.sampled_from(("A", "B 1", "B 2", "C of May")),
        st.integers(-5_000, 5_000),
    ),
    max_size=6,
).map(tuple)


@given(some_lines, some_lines, st.integers(-99, 99), st.integers(-99, 99))
def test_changes_always_add_up_to_the_difference(
    before: tuple[LineFact, ...], after: tuple[LineFact, ...], gap_before: int, gap_after: int
) -> None:
    earlier = made_of(1, *before, total=sum(each.amount_minor for each in before) + gap_before)
    later = made_of(2, *after, total=sum(each.amount_minor for each in after) + gap_after)
    compared = compare_bills(earlier, later)

    assert sum(each.delta_minor for each in compared.changes) == later.total_minor - earlier.total_minor
    assert all(each.delta_minor for each in compared.changes)
    gap = [each.delta_minor for each in compared.changes if each.cause is Cause.UNEXPLAINED]
    assert gap == ([gap_after - gap_before] if gap_after != gap_before else [])


def test_an_unexplained_part_makes_the_agent_look() -> None:
    before, after = made_of(1, PREMIUM), made_of(2, PREMIUM, total=10_700)
    diagnosis = told(before, after, paid(1, amount_minor=10_000), paid(2, invoice_id=2, amount_minor=10_700))
    assert codes(diagnosis) == ["bill_does_not_add_up"]


def test_imported_bills_without_lines_are_compared_by_their_totals() -> None:
    before, after = made_of(1, total=10_000), made_of(2, total=12_000)
    finding = only(told(before, after, paid(1, amount_minor=10_000), paid(2, invoice_id=2, amount_minor=12_000)))
    assert (finding.code, finding.severity, finding.at_stake_minor) == ("bill_higher", "due", 2_000)
    assert "We are checking the part that no line shows." in finding.answer


def test_a_lower_bill_is_no_trouble() -> None:
    before, after = made_of(1, total=10_000), made_of(2, total=9_000)
    diagnosis = told(before, after, paid(1, amount_minor=10_000), paid(2, invoice_id=2, amount_minor=9_000), at=AT)
    assert codes(diagnosis) == ["nothing_wrong"]


def test_an_old_change_is_no_news() -> None:
    months = [
        bill(n, issued_on=date(2026, n, 5), total_minor=10_000 if n < 3 else 12_000, lines=()) for n in (1, 2, 3, 11)
    ]
    payments = [
        paid(each.id, datetime(2026, each.id, 9, tzinfo=UTC), invoice_id=each.id, amount_minor=each.total_minor)
        for each in months
    ]
    assert codes(told(*months, *payments)) == ["nothing_wrong"]
    assert codes(told(*months[:3], *payments[:3], at=datetime(2026, 3, 20, tzinfo=UTC))) == ["bill_higher"]
