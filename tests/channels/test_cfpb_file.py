import io
from datetime import date
from pathlib import Path

import pytest

from supportdesk.channels.gateways import records
from supportdesk.channels.gateways.cfpb import Complaint, FileRefused, RowRejected, read_complaints

TODAY = date(2026, 11, 22)
HEADING = "Date received,Product,Issue,Consumer complaint narrative,Complaint ID"
NO_FILE = "This is no complaints file: it has no column"
SAMPLE = Path(__file__).resolve().parents[3] / "shared/data/cfpb/complaints.csv"
GOOD = "2026-03-07,Loan,Charged fees,My words,1"


def read(text: str | bytes) -> list[Complaint | RowRejected]:
    raw = text.encode() if isinstance(text, str) else text
    return list(read_complaints(io.BytesIO(raw), today=TODAY))


def rejected(*rows: str) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in read("\n".join([HEADING, *rows])) if isinstance(row, RowRejected)]


def accepted(text: str | bytes) -> list[tuple[int, str, str]]:
    return [(row.line, row.number, row.narrative) for row in read(text) if isinstance(row, Complaint)]


def test_a_row_with_all_columns() -> None:
    heading = HEADING + ",Sub-product,Sub-issue,Company,State,ZIP code,Tags,Unknown column"
    (row,) = read(
        f"\ufeff{heading}\r\n03/07/2026,Loan,Charged fees, My words ,1,Payday,Late,ACME,FL,335XX,Older American,x\r\n"
    )

    assert row == Complaint(
        line=2, number="1", received_on=date(2026, 3, 7), product="Loan", sub_product="Payday", issue="Charged fees",
        sub_issue="Late", narrative="My words", company="ACME", state="FL", zip_code="335XX", tags="Older American",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2026-03-07,Loan,Fees,x,", "it has no complaint number"),
        ("2026-03-07,Loan,Fees,x,4111111111111111", "“****1111” is no complaint number"),
        ("2026-03-07,Loan,Fees,x,12a", "“12a” is no complaint number"),
        ("2026-03-07,Loan,Fees,x,١٢", "“١٢” is no complaint number"),
        ("2026-02-30,Loan,Fees,x,1", "“2026-02-30” is no date received"),
        (",Loan,Fees,x,1", "it has no date received"),
        ("2027-01-01,Loan,Fees,x,1", "the date received, 2027-01-01, cannot be"),
        ("1926-01-01,Loan,Fees,x,1", "the date received, 1926-01-01, cannot be"),
        ("2026-03-07,Loan,,x,1", "it has no issue"),
        ("2026-03-07,Loan,Fees,x", "it has 4 columns, and the heading has 5"),
        ("2026-03-07,Loan,Fees,x,1,y,z", "it has 7 columns, and the heading has 5"),
        (f"2026-03-07,Loan,Fees,{'x' * 100_001},1", "the narrative is longer than 100,000 characters"),
        (f"2026-03-07,Loan,Fees,{'x' * 400_001},1", "this line is longer than 400,000 characters"),
        ('2026-03-07,Loan,Fees,"never closed,1', "a quotation mark opens here and is never closed"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_next_is_read(row: str, reason: str) -> None:
    text = "\n".join([HEADING, "2026-03-07,Loan,Fees,x,7", row, "2026-03-07,Loan,Fees,after,8", ""])

    assert rejected("2026-03-07,Loan,Fees,x,7", row, "2026-03-07,Loan,Fees,after,8") == [(3, reason)]
    assert accepted(text) == [(2, "7", "x"), (4, "8", "after")]


def test_lines_are_counted_as_an_editor_does() -> None:
    text = f'{HEADING}\n2026-03-07,Loan,Fees,"one\ntwo\r\n\n""four""",1\n\n2026-03-07,Loan,Fees,x,bad\n{GOOD}'

    assert [row.line for row in read(text)] == [2, 7, 8]
    assert rejected('2026-03-07,Loan,Fees,"a\nb",2', "2026-03-07,Loan,Fees,x,bad") == [
        (4, "“bad” is no complaint number")
    ]


def test_the_same_number_twice() -> None:
    assert rejected(GOOD, GOOD) == [(3, "complaint 1 was already on line 2")]


def test_a_refused_row_does_not_take_its_number() -> None:
    assert rejected("2026-02-30,Loan,Fees,x,1", GOOD) == [(2, "“2026-02-30” is no date received")]


def test_windows_text_and_nul_bytes() -> None:
    raw = (
        HEADING.encode()
        + b"\n2026-03-07,Loan,Fees,caf\xe9 \x80 \x93quoted\x94,1\n2026-03-07,Loan,Fees,a\x00b \xc3\xa9,2\n"
    )

    assert accepted(raw) == [(2, "1", "café € “quoted”"), (3, "2", "ab é")]


def test_an_unclosed_quote_swallows_nothing_but_its_own_line() -> None:
    rows = [f"2026-03-07,Loan,Fees,text {number},{number}" for number in range(5_000)]
    text = "\n".join([HEADING, '2026-03-07,Loan,Fees,"open,99999', *rows])

    assert len(accepted(text)) == 5_000
    assert [row.line for row in read(text) if isinstance(row, RowRejected)] == [2]


def test_a_quote_in_the_middle_of_a_word_is_text() -> None:
    assert accepted(f'{HEADING}\n2026-03-07,Loan,Fees,a 19" screen,1\n{GOOD[:-1]}2') == [
        (2, "1", 'a 19" screen'),
        (3, "2", "My words"),
    ]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b"Product,Issue,Date received\n", f"{NO_FILE} 'Consumer complaint narrative', 'Complaint ID'."),
        (HEADING.replace("Issue", "Topic").encode(), f"{NO_FILE} 'Issue'."),
        (b'"Date received', "The heading on line 1 cannot be read: a quotation mark opens here and is never closed."),
        (HEADING.encode("utf-16"), "The file is in UTF-16. Save it as UTF-8 and try again."),
        (b"\x00" * 100, "The file is empty."),
    ],
)
def test_another_file_is_refused_whole(raw: bytes, message: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(raw)

    assert str(refused.value) == message


def test_headings_are_matched_without_regard_to_case_and_spaces() -> None:
    assert accepted(f"{HEADING.upper().replace(' ', '  ')}\n{GOOD}") == [(2, "1", "My words")]


def test_only_one_record_is_in_memory() -> None:
    class Endless(io.RawIOBase):
        rows = 0

        def readline(self, limit: int | None = -1, /) -> bytes:
            self.rows += 1
            return (HEADING if self.rows == 1 else f"2026-03-07,Loan,Fees,x,{self.rows}").encode() + b"\n"

    file = Endless()
    answers = read_complaints(file, today=TODAY)  # type: ignore[arg-type]  # only readline is asked of it
    taken = [next(answers) for _ in range(100)]

    assert len(taken) == 100
    assert file.rows == 101


def test_a_line_without_an_end_is_not_kept_in_memory() -> None:
    pieces: list[int] = []

    class Wide(io.RawIOBase):
        left = 50

        def readline(self, limit: int | None = -1, /) -> bytes:
            self.left -= 1
            pieces.append(limit or 0)
            return b"x" * (limit or 0) if self.left > 0 else b""

    found = list(records.records_in(Wide()))  # type: ignore[arg-type]  # only readline is asked of it

    assert found == [records.BrokenRecord(1, "this line is longer than 400,000 characters")]
    assert max(pieces) == 400_001


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample of real complaints is not on this machine")
def test_the_real_sample() -> None:
    with SAMPLE.open("rb") as file:
        rows = list(read_complaints(file, today=TODAY))

    assert [row for row in rows if isinstance(row, RowRejected)] == []
    assert len(rows) == 6_334
    assert sum(1 for row in rows if isinstance(row, Complaint) and row.narrative) == 2_550
