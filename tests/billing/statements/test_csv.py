"""Any bank's CSV: what is guessed, what is asked, and what is read by the answer."""

import io
from datetime import date

import pytest

from billing.statements.csvs import amount_in, date_in
from billing.statements.mapping import CsvRules, MappingIncomplete, header_sha256
from billing.statements.read import guess_rules, header_hash_at, header_hashes, preview_of
from billing.statements.records import Fallback, LineRejected
from tests.billing.statements.reading import reading_of_csv

GERMAN = """Kontoauszug;;;;;
Konto;DE89370400440532013000;;;;

Buchungstag;Wertstellung;Begünstigter/Zahlungspflichtiger;Verwendungszweck;Betrag;Währung
20.11.2026;21.11.2026;Lena Vogel;Beitrag 4711;1.234,56;EUR
19.11.2026;19.11.2026;Müller & Söhne;Miete;-900,00;EUR
"""
ENGLISH = """Transaction Date,Details,Paid Out,Paid In,Balance
11/20/2026,Premium 4711,,12.50,112.50
11/19/2026,Rent,"1,000.00",,100.00
"""
DUTCH = """"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mededelingen"
"20261120","L. Vogel","NL18INGB0001234567","NL86INGB0002445588","GT","Bij","12,50","Polis 4711"
"20261119","Huur BV","NL18INGB0001234567","NL11INGB0001234567","IC","Af","900,00","Huur november"
"""
FRENCH = "Date opération\tLibellé\tDébit\tCrédit\n20/11/2026\tPrime 4711\t\t12,50\n19/11/2026\tLoyer\t-900,00\t\n"
SPANISH = "Fecha;Concepto;Importe;Moneda\n20/11/2026;Prima;12,50;EUR\n"
POLISH = "Data operacji|Tytuł|Nadawca|Kwota|Waluta\n2026-11-20|Składka|Lena|12,50|PLN\n"


def test_german() -> None:
    read = reading_of_csv(GERMAN.encode("cp1252"), currency="")
    first, second = read.lines
    assert (first.booked_on, first.value_on, first.amount_minor, first.currency) == (
        date(2026, 11, 20),
        date(2026, 11, 21),
        123456,
        "EUR",
    )
    assert (first.counterparty, first.remittance, first.line_number) == ("Lena Vogel", "Beitrag 4711", 5)
    assert (second.amount_minor, second.counterparty) == (-90000, "Müller & Söhne")


@pytest.mark.parametrize(
    ("content", "amounts", "first_on"),
    [
        (ENGLISH, [1250, -100000], date(2026, 11, 20)),
        (DUTCH, [1250, -90000], date(2026, 11, 20)),
        (FRENCH, [1250, -90000], date(2026, 11, 20)),
        (SPANISH, [1250], date(2026, 11, 20)),
        (POLISH, [1250], date(2026, 11, 20)),
        ("2026-11-20;Premium;12,50\n2026-11-21;Rent;-900,00\n", [1250, -90000], date(2026, 11, 20)),
        ("Date,Text,Amount\n20 Nov 2026,Premium,(12.50)\n", [-1250], date(2026, 11, 20)),
    ],
    ids=["English", "Dutch", "French", "Spanish", "Polish", "no header", "named months"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_many_banks_are_guessed(content: str, amounts: list[int], first_on: date, encoding: str) -> None:
    read = reading_of_csv(content.encode(encoding))
    assert (read.amounts, read.lines[0].booked_on, read.remarks) == (amounts, first_on, [])


def test_running_balances_tell_the_opening_and_the_closing() -> None:
    (statement,) = reading_of_csv(ENGLISH.encode()).statements
    assert (statement.opening_minor, statement.closing_minor) == (110000, 11250)


def test_an_account_column_makes_a_statement_for_each_account() -> None:
    (statement,) = reading_of_csv(DUTCH.encode()).statements
    assert (statement.account, statement.from_on, statement.to_on) == (
        "NL18INGB0001234567",
        date(2026, 11, 19),
        date(2026, 11, 20),
    )


def test_doubts_are_said() -> None:
    doubtful = b"Date,Text,Amount\n03/04/2026,A,12.50\n04/05/2026,B,1.00\n"
    certain = doubtful.replace(b"04/05", b"25/05")
    assert [bool(guess_rules(io.BytesIO(each)).doubts) for each in (doubtful, certain)] == [True, False]
    assert guess_rules(io.BytesIO(certain)).rules.date_order == "dmy"


@pytest.mark.parametrize(
    ("text", "decimal", "minor"),
    [
        ("1,234.56", ".", 123456),
        ("1.234,56", ",", 123456),
        ("1'234.56", ".", 123456),
        ("1 234,56", ",", 123456),
        ("-5", ".", -500),
        ("5-", ".", -500),
        ("(5.00)", ".", -500),
        ("−5,5", ",", -550),
        ("€ 5.00", ".", 500),
        ("5.00 EUR", ".", 500),
        ("12.50 DR", ".", -1250),
        ("12,50 H", ",", 1250),
        (".5", ".", 50),
        ("5.000", ".", 500),
    ],
)
def test_amounts(text: str, decimal: str, minor: int) -> None:
    assert amount_in(text, decimal, "EUR") == minor


@pytest.mark.parametrize("text", ["", "12..34", "1,23.45", "1.2.3", "abc", "5.001", "1e3", "٣", "--5", "0x1F"])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    with pytest.raises(LineRejected):
        amount_in(text, ".", "EUR")


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/2026", "dmy", date(2026, 4, 3)),
        ("03/04/2026", "mdy", date(2026, 3, 4)),
        ("3.4.26", "dmy", date(2026, 4, 3)),
        ("2026-04-03T10:00:00Z", "ymd", date(2026, 4, 3)),
        ("2026-04-03", "dmy", date(2026, 4, 3)),
        ("03042026", "dmy", date(2026, 4, 3)),
        ("3 März 2026", "dmy", date(2026, 3, 3)),
        ("Apr 3, 2026", "mdy", date(2026, 4, 3)),
    ],
)
def test_dates(text: str, order: str, day: date) -> None:
    assert date_in(text, order) == day


def test_a_garbled_row_is_named_and_its_neighbours_are_read() -> None:
    read = reading_of_csv(b"Date,Description,Amount\n2026-04-02,Valid,100.00\n2026-04-03,Garbled,12..34\n\n")
    assert (read.amounts, read.told) == ([10000], [(3, "“12..34” is not an amount.", True)])


def test_a_cell_over_two_lines_is_one_row() -> None:
    read = reading_of_csv(b'Date,Description,Amount\n2026-04-02,"two\nlines",1.00\n2026-04-03,x,bad\n')
    assert [(line.line_number, line.remittance) for line in read.lines] == [(2, "two lines")]
    assert read.told == [(4, "“bad” is not an amount.", True)]


def test_a_mapping_is_found_again_by_the_header_wherever_it_stands() -> None:
    rules = guess_rules(io.BytesIO(GERMAN.encode())).rules
    later = GERMAN.replace("Kontoauszug;;;;;\n", "").replace("1.234,56", "7,00").upper().encode("utf-8-sig")
    assert header_hash_at(io.BytesIO(GERMAN.encode()), rules) in header_hashes(io.BytesIO(later))
    assert header_sha256(["A", "B"]) != header_sha256(["A", "C"])


def test_rules_survive_being_kept() -> None:
    rules = guess_rules(io.BytesIO(GERMAN.encode())).rules
    assert CsvRules.from_json(rules.as_json()) == rules


@pytest.mark.parametrize(
    ("columns", "currency", "reason"),
    [
        ({"amount": (1,)}, "EUR", "Say which column holds the booking date."),
        ({"booked_on": (0,)}, "EUR", "Say which column holds the amount, or which two hold debits and credits."),
        (
            {"booked_on": (0,), "amount": (1,), "debit": (2,)},
            "EUR",
            "Choose either one amount or a pair of debit and credit, not both.",
        ),
        (
            {"booked_on": (0,), "amount": (1,)},
            "",
            "Say which column holds the currency, or which currency the file is in.",
        ),
    ],
)
def test_incomplete_rules_say_what_is_missing(columns: dict[str, tuple[int, ...]], currency: str, reason: str) -> None:
    with pytest.raises(MappingIncomplete) as refused:
        CsvRules(columns=columns, currency=currency).checked()
    assert str(refused.value) == reason


def test_the_preview_shows_what_would_be_read_and_why_not() -> None:
    content = "Date,Text,Amount\n" + "".join(f"2026-11-{day:02},T{day},{day}.00\n" for day in range(1, 13))
    source = io.BytesIO(content.replace("3.00", "x").encode())
    shown = preview_of(source, guess_rules(source, "EUR").rules, Fallback())
    assert (shown.header, len(shown.rows), shown.problem) == (("Date", "Text", "Amount"), 10, "")
    assert shown.rows[2].reason == "“x” is not an amount."
    assert [row.line.amount_minor for row in shown.rows if row.line] == [100, 200, *range(400, 1001, 100)]
