"""Lines as banks of several countries print them: exact days, amounts, names; what cannot be read is said to be so."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.comparing import read_lines
from billing.comparing.amounts import Way

TODAY = date(2026, 9, 20)


@pytest.mark.parametrize(
    ("text", "currency", "on", "minor", "way", "name"),
    [
        ("2026-09-12 ACME MOTOR POLICY -125.00", "USD", date(2026, 9, 12), 12500, Way.OUT, "ACME MOTOR POLICY"),
        ("09/12/2026  ACME* MOTOR   $125.00  $1,042.77", "USD", date(2026, 9, 12), 12500, Way.UNSAID, "ACME* MOTOR"),
        ("12.09.2026;13.09.2026;ACME Kfz-Versicherung;-1.125,00;EUR", "EUR", date(2026, 9, 12), 112500, Way.OUT,
         "ACME Kfz-Versicherung"),
        ("12.09. ACME KFZ 125,00 S", "EUR", date(2026, 9, 12), 12500, Way.OUT, "ACME KFZ"),
        ("12 sept. PRLV ACME ASSURANCE 1 125,00 €", "EUR", date(2026, 9, 12), 112500, Way.UNSAID,
         "PRLV ACME ASSURANCE"),
        ("Sep 12, 2026 ACME REFUND +25.00", "USD", date(2026, 9, 12), 2500, Way.IN, "ACME REFUND"),
        ("12 Sep ACME (125.00)", "GBP", date(2026, 9, 12), 12500, Way.OUT, "ACME"),
        ("12 Sep ACME 25.00 CR", "GBP", date(2026, 9, 12), 2500, Way.IN, "ACME"),
        ("2026-09-12 ACME 1,480", "JPY", date(2026, 9, 12), 1480, Way.UNSAID, "ACME"),
        ("2026-09-12 ACME ¥1480", "JPY", date(2026, 9, 12), 1480, Way.UNSAID, "ACME"),
        ("2026-09-12 ACME 1.250", "KWD", date(2026, 9, 12), 1250, Way.UNSAID, "ACME"),
        ("2026-09-12 HOTEL CHF 99.50", "USD", date(2026, 9, 12), 9950, Way.UNSAID, "HOTEL"),
        ("28 Dec ACME 5.00-", "USD", date(2025, 12, 28), 500, Way.OUT, "ACME"),
        ("2026-09-12 7-ELEVEN 40512 12.99", "USD", date(2026, 9, 12), 1299, Way.UNSAID, "7-ELEVEN 40512"),
    ],
)  # fmt: skip
def test_a_line_is_read(text: str, currency: str, on: date, minor: int, way: Way, name: str) -> None:
    (line,) = read_lines(text, currency=currency, today=TODAY).lines

    assert (line.on, line.amount_minor, line.way, line.name) == (on, minor, way, name)


def test_one_clear_day_tells_how_the_others_are_written() -> None:
    read = read_lines("03/04/2026 ACME 5.00\n25/04/2026 ACME 6.00", currency="USD", today=TODAY)

    assert [line.on for line in read.lines] == [date(2026, 4, 3), date(2026, 4, 25)]


def test_a_line_without_a_day_has_that_of_the_line_above() -> None:
    read = read_lines("12 Sep 2026\nACME 5.00\nSHOP 6.00", currency="USD", today=TODAY)

    assert [(line.number, line.on) for line in read.lines] == [(2, date(2026, 9, 12)), (3, date(2026, 9, 12))]
    assert read.unread == ((1, "12 Sep 2026"),)


def test_what_is_not_a_movement_is_named() -> None:
    read = read_lines("Your statement\n\n2026-09-12 ACME 5.00\nPage 1 of 2", currency="USD", today=TODAY)

    assert [number for number, _ in read.unread] == [1, 4]
    assert len(read.lines) == 1


def test_only_so_much_is_compared_at_once() -> None:
    read = read_lines("2026-09-12 ACME 5.00\n" * 300, currency="USD", today=TODAY)

    assert (len(read.lines), read.cut) == (200, True)


@given(st.text(max_size=400))
def test_whatever_is_pasted_nothing_breaks(text: str) -> None:
    read = read_lines(text, currency="EUR", today=TODAY)

    assert all(line.amount_minor > 0 for line in read.lines)
    numbers = [line.number for line in read.lines] + [number for number, _ in read.unread]
    assert len(set(numbers)) == len(numbers)


@given(st.dates(date(2025, 10, 1), TODAY), st.integers(1, 10**9))
def test_a_written_movement_is_read_back(on: date, minor: int) -> None:
    text = f"{on:%d.%m.%Y} ACME GMBH {minor // 100:,}".replace(",", ".") + f",{minor % 100:02}"
    (line,) = read_lines(text, currency="EUR", today=TODAY).lines

    assert (line.on, line.amount_minor, line.name) == (on, minor, "ACME GMBH")


@pytest.mark.parametrize("text", ["9.99 " * 4_000, "9.99, " * 3_000, "1.1" * 6_000, "9" * 20_000, "12. " * 5_000])
def test_one_endless_line_is_read_in_no_time(text: str) -> None:
    began = process_time()
    read = read_lines(f"12.09.2026 {text}", currency="USD", today=TODAY)

    assert process_time() - began < 1
    assert read.cut


def test_a_line_is_never_cut_within_an_amount() -> None:
    for length in range(440, 500):
        text = f"2026-09-12 {'A' * length} 1 125 000,00 EUR"
        read = read_lines(text, currency="EUR", today=TODAY)

        assert [line.amount_minor for line in read.lines] == ([112_500_000] if len(text) <= 500 else [])
        assert read.cut is (len(text) > 500)


def test_every_amount_but_the_first_is_left_out_of_the_name() -> None:
    (line,) = read_lines("2026-09-12 ACME 5.00 SHOP 6.00 7.00 END 8.00", currency="USD", today=TODAY).lines

    assert (line.amount_minor, line.name) == (500, "ACME SHOP END")
