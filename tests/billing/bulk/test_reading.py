"""Records out of files, and rows out of records: exact values, and each refusal in its own words."""

import io
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.bulk.checking import Refusal, Row, check
from billing.bulk.columns import KINDS
from billing.bulk.page import columns_page
from billing.bulk.reading import UnreadableFile, read_records
from billing.states import PaymentStatus

CUSTOMERS = "external_id,name,email,country\n"
PAYMENT = {
    "external_id": "p1",
    "customer": "c1",
    "status": "succeeded",
    "currency": "USD",
    "amount": "125.00",
    "created_at": "2026-09-12T09:14:02+02:00",
}


def rows(text: str, kind: str, *, json_lines: bool = False) -> list[Row | Refusal]:
    records = read_records(io.StringIO(text, newline=""), KINDS[kind], json_lines=json_lines)
    return [check(record, KINDS[kind]) for record in records]


def payment(**changes: Any) -> Row | Refusal:
    told = {**PAYMENT, **changes}
    names, cells = ",".join(told), ",".join(f'"{value}"' for value in told.values())
    (row,) = rows(f"{names}\n{cells}\n", "payments")
    return row


def reason(row: Row | Refusal) -> str:
    assert isinstance(row, Refusal)
    return row.reason


def test_a_customer_is_read() -> None:
    assert rows(CUSTOMERS + 'c1," Lena  Ortiz ",lena@example.org,us\n', "customers") == [
        Row(
            2,
            2,
            {
                "external_id": "c1",
                "name": "Lena Ortiz",
                "email": "lena@example.org",
                "phone": "",
                "address": "",
                "country": "US",
                "language": "en",
                "created_at": None,
            },
        )
    ]


def test_a_row_over_two_lines_is_named_by_its_first() -> None:
    found = rows(CUSTOMERS + '"c1","Lena\nOrtiz",,\nc2,Kim,nowhere,\n', "customers")

    assert [row.line for row in found] == [2, 4]
    assert isinstance(found[0], Row)
    assert (found[0].last_line, found[0].values["name"]) == (3, "Lena Ortiz")


def test_what_a_payment_leaves_empty_is_filled_by_sense() -> None:
    row = payment()
    moment = datetime(2026, 9, 12, 7, 14, 2, tzinfo=UTC)

    assert isinstance(row, Row)
    assert (row.values["captured"], row.values["captured_at"], row.parts) == (12500, moment, None)


def test_rows_of_one_bill_are_its_lines() -> None:
    head = "external_id,customer,number,status,currency,total,issued_on,line_kind,line_description,line_amount\n"
    (bill,) = rows(
        head + "i1,c1,N-1,open,JPY,1500,2026-09-01,premium,Premium,1000\ni1,,,,,,,,Glass,500.00\n", "invoices"
    )

    assert isinstance(bill, Row)
    assert (bill.line, bill.last_line, bill.values["total"], bill.values["issued_on"]) == (2, 3, 1500, date(2026, 9, 1))
    assert bill.parts == (
        {"kind": "premium", "description": "Premium", "amount": 1000, "since_on": None},
        {"kind": "", "description": "Glass", "amount": 500, "since_on": None},
    )


def test_json_amounts_are_exact() -> None:
    text = '{"external_id":"p1","customer":"c1","status":"failed","currency":"KWD","amount":0.105,'
    (row,) = rows(text + '"created_at":"2026-09-12T00:00:00Z","attempts":[]}', "payments", json_lines=True)

    assert isinstance(row, Row)
    assert (row.values["amount"], row.parts) == (105, ())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"external_id": ""}, "external_id is missing."),
        ({"external_id": "4242424242424242"}, "external_id holds a card number. Take card numbers out of the file."),
        ({"descriptor": "4242 4242 4242 4242"}, "descriptor holds a card number. Take card numbers out of the file."),
        ({"amount": "1,250.00"}, "amount is '1,250.00'; write it as 1234.50, with a point and no separators."),
        ({"amount": "12.505"}, "amount is 12.505; USD has 2 decimals."),
        ({"amount": "0"}, "amount is not above zero."),
        ({"amount": "9999999999999999"}, "amount is too large to be money."),
        ({"currency": "XXX"}, "currency is 'XXX', which is not in ISO 4217."),
        ({"status": "paid"}, f"status is 'paid'; use one of {', '.join(PaymentStatus.values)}."),
        ({"status": "failed", "captured": "1.00"},
         "captured and status failed do not fit: only what succeeded was taken."),
        ({"created_at": "2026-09-12T09:14:02"},
         "created_at is '2026-09-12T09:14:02'; write a moment as 2026-09-12T09:14:02+02:00."),
        ({"created_at": "yesterday"}, "created_at is 'yesterday'; write a moment as 2026-09-12T09:14:02+02:00."),
        ({"attempt_at": "2026-09-12T09:14:02Z", "attempt_outcome": "declined"},
         "status is succeeded, and the last attempt is not."),
        ({"attempt_outcome": "declined"}, "attempts 1: at is missing."),
        ({"attempt_at": "2026-09-12T09:14:02Z", "attempt_outcome": "declined", "attempt_decline_code": "no money!"},
         "attempts 1: decline_code is not a code of at most 60 letters and digits."),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_refused(changes: dict[str, str], said: str) -> None:
    assert reason(payment(**changes)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty: its first line must name the columns."),
        ("external_id,nmae\n", "There is no column nmae in customers. Did you mean name?"),
        ("external_id,external_id\n", "A column is named twice."),
        ("name\n", "Columns are missing: external_id."),
        (CUSTOMERS + '"' + "x" * 1_000_001, "A line is longer than 1,000,000 characters: is this the right file?"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_whole(text: str, said: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        rows(text, "customers")
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "This is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."),
        ('{"amount": NaN}', "This is no JSON: NaN is no number."),
        ("[1]", "This is no JSON object."),
        ('{"attempts": {}}', "attempts is not a list of objects."),
        ('{"pan": 1}', "There is no 'pan' in payments."),
        ('{"attempts": [{"cvv": 1}]}', "There is no 'cvv' in attempts."),
        ('{"external_id": ["p1"]}', "external_id cannot be read as id."),
        ('{"external_id": "\\ud800"}', "external_id is not UTF-8."),
    ],
)
def test_a_json_line_that_cannot_be_read_is_refused(text: str, said: str) -> None:
    (row,) = rows(text + "\n", "payments", json_lines=True)

    assert reason(row) == said


def test_a_card_number_in_the_wrong_column_is_not_repeated() -> None:
    (row,) = rows("external_id,customer,kind,last4\nm1,c1,card,4242424242424242\n", "methods")

    assert reason(row) == "last4 is not four digits."
    assert "4242424242424242" not in reason(payment(status="4242424242424242"))


def test_a_line_too_long_does_not_hide_the_next() -> None:
    long = '{"external_id": "' + "x" * 1_000_001 + '"}\n'
    first, second = rows(long + '{"external_id": "c2"}\n', "customers", json_lines=True)

    assert reason(first) == "The line is longer than 1,000,000 characters."
    assert isinstance(second, Row)
    assert (second.line, second.external_id) == (2, "c2")


@given(st.text(max_size=300), st.sampled_from(sorted(KINDS)), st.booleans())
def test_whatever_a_file_holds_it_is_read_or_refused(text: str, kind: str, json_lines: bool) -> None:
    head = "" if json_lines else ",".join(column.name for column in KINDS[kind].columns) + "\n"
    found: list[Row | Refusal] = []
    with suppress(UnreadableFile):
        found = rows(head + text, kind, json_lines=json_lines)
    assert all(isinstance(row, Row) or row.reason for row in found)
    assert [row.line for row in found] == sorted({row.line for row in found})


def test_the_page_of_columns_is_current() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")

    assert page.endswith(f"<!-- columns: manage.py import_billing columns -->\n{columns_page()}"), (
        "Run: manage.py import_billing columns, and put what it prints at the end of docs/importing.md."
    )
