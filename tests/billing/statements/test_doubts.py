"""What cannot be right, and what nobody's list knows: left out or taken, and told of in either case."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from billing.diagnosis.codes import ACH_CHANGES, ACH_RETURNS
from billing.models import StatementRemark
from billing.statements.bai2_codes import KINDS, MOVEMENTS
from billing.statements.days import days_at
from billing.statements.records import ParsedLine, StatementRefused
from billing.statements.unknown_codes import UnknownCodes
from billing.states import BankLineKind
from tests.billing.statements.files import BAI2, MT940, camt, camt_entry
from tests.billing.statements.reading import reading_of, reading_of_csv
from tests.billing.statements.test_importing import counts, imported, lines

DAYS = days_at(datetime(2026, 11, 22, 9, tzinfo=UTC))
TAKEN = "days from 1970-01-01 to 2027-11-23 are taken."


def _line(booked_on: date, value_on: date | None = None) -> ParsedLine:
    return ParsedLine(0, "A", 7, booked_on, 100, "EUR", value_on=value_on)


@pytest.mark.parametrize(
    ("booked_on", "value_on", "told"),
    [
        (date(1, 1, 1), None, "booking date 0001-01-01"),
        (date(1969, 12, 31), None, "booking date 1969-12-31"),
        (date(2027, 11, 24), None, "booking date 2027-11-24"),
        (date(2026, 11, 20), date(9999, 12, 31), "value date 9999-12-31"),
        (date(2026, 11, 20), date(1, 1, 1), "value date 0001-01-01"),
    ],
)
def test_a_day_that_cannot_be_right(booked_on: date, value_on: date | None, told: str) -> None:
    remark = DAYS.wrong_with(_line(booked_on, value_on))
    assert remark is not None
    assert (remark.reason, remark.line_number, remark.rejected) == (f"The {told} cannot be right: {TAKEN}", 7, True)


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2026, 11, 22), date(2027, 11, 23)])
def test_the_first_and_the_last_day_that_can(day: date) -> None:
    assert DAYS.wrong_with(_line(day, day)) is None


@pytest.mark.django_db
def test_lines_and_periods_of_impossible_days_are_left_out_and_named() -> None:
    period = "<FrToDt><FrDtTm>0001-01-01T00:00:00</FrDtTm><ToDtTm>2026-11-20T00:00:00</ToDtTm></FrToDt>"
    whole = camt(camt_entry() + camt_entry("8.00", day="9999-12-31")).replace(b"<Acct>", period.encode() + b"<Acct>")

    file = imported(whole)

    assert (counts(file), lines()) == (("imported", 2, 1, 0, 1), [(date(2026, 11, 20), 1250)])
    assert list(StatementRemark.objects.order_by("id").values_list("line_number", "reason", "rejected")) == [
        (5, f"The booking date 9999-12-31 cannot be right: {TAKEN}", True),
        (3, f"The statement's period (0001-01-01 to 2026-11-20) was left out: {TAKEN}", False),
    ]


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut in a tag": (lambda whole: whole[:-41], "line 4: a tag breaks off or is not"),
    "cut behind a tag": (lambda whole: whole[:-12], "line 5: the file breaks off there"),
    "crossed": (lambda whole: whole.replace(b"</NtryDtls>", b""), "line 4: an element is closed that was not the last"),
    "control": (
        lambda whole: whole.replace(b"BOOK", b"B\x07OK"),
        "line 4: there is a character that XML does not have",
    ),
    "latin": (lambda whole: whole.replace(b"BOOK", b"B\xd6OK"), "line 4: there are bytes that its encoding does not"),
    "entity": (lambda whole: whole.replace(b"BOOK", b"&nbsp;"), "line 1: it ends too soon, or uses an entity, which"),
    "deep": (lambda whole: whole.replace(b"<Sts>", b"<Sts>" + b"<x>" * 300), "line 4: an element is too deep or too"),
    "unquoted": (lambda whole: whole.replace(b'"EUR"', b"EUR"), "line 4: a tag breaks off or is not written as XML"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_xml_is_told_in_our_words(what: str) -> None:
    broken, reason = BROKEN[what]
    with pytest.raises(StatementRefused) as refused:
        reading_of(broken(camt(camt_entry())))
    assert str(refused.value).startswith(f"The file is not well-formed XML at {reason}")
    assert str(refused.value).endswith("; ask the bank for it again.")


def test_reasons_of_returns_and_changes_that_nobody_knows_are_told_once() -> None:
    unknown = UnknownCodes()
    told = [remark for code in ("R01", "C01", "R99", "C99", "R99", "") for remark in unknown.of_ach(code, 4)]
    assert [remark.reason for remark in told] == [
        "R99 is no reason of a return that we know; the line was taken without its meaning.",
        "C99 is no reason of a notice of change that we know; the line was taken without its meaning.",
    ]
    assert {(remark.line_number, remark.rejected) for remark in told} == {(4, False)}
    assert {"R99", "C99"}.isdisjoint(ACH_RETURNS.keys() | ACH_CHANGES.keys())


@pytest.mark.parametrize("code", ["140", "199", "230"])
def test_a_bai2_code_that_names_no_movement_is_taken_with_a_warning(code: str) -> None:
    read = reading_of(BAI2.replace(b"16,142,", f"16,{code},".encode()))
    assert read.amounts == [1250, -50]
    assert read.told == [(4, f"Type code {code} names no single movement; by its number the money came in.", False)]


def test_the_kinds_of_bai2_are_of_movements() -> None:
    assert set(KINDS) <= MOVEMENTS
    assert set(KINDS.values()) <= set(BankLineKind.values)


def test_a_transaction_type_that_swift_does_not_know_is_taken_with_a_warning() -> None:
    read = reading_of(MT940.replace(b"NTRFNONREF", b"NXYZNONREF"))
    assert (read.amounts, [line.kind for line in read.lines]) == ([1250, -250], ["other", "fee"])
    assert read.told == [(5, "Transaction type XYZ is none of SWIFT's; it was taken as other.", False)]


def test_less_than_the_smallest_unit_is_left_out_and_named() -> None:
    """Rounding would make money, or lose it; zeros behind the smallest unit say nothing."""
    read = reading_of_csv(
        b"Date,Text,Amount,Currency\n2026-11-20,a,1.005,USD\n2026-11-20,b,1.500,USD\n2026-11-20,c,7.5,JPY\n"
    )
    assert read.amounts == [150]
    assert read.told == [
        (2, "“1.005” has more decimals than USD has.", True),
        (4, "“7.5” has more decimals than JPY has.", True),
    ]
