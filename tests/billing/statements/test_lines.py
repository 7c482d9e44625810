"""A file into numbered lines: it is read a piece at a time, and no line is lost or broken where two pieces meet."""

import io
from datetime import date

import pytest

from billing.statements.decoding import LONGEST_LINE, lines_of
from billing.statements.fingerprints import said_by
from billing.statements.records import ParsedLine, StatementRefused


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("length", [1, 63, 64, 4095, 8190, 8191, 8192, 8193, 20_000])
def test_lines_of_any_length_come_whole_and_in_order(length: int, end: str) -> None:
    written = [f"{number:02}{'ä' * length}" for number in range(40)]

    lines = list(lines_of(io.BytesIO(end.join(written).encode()), "utf-8"))

    assert lines == list(enumerate(written, start=1))


@pytest.mark.parametrize(("text", "lines"), [("", []), ("\n", [(1, "")]), ("a\n\nb\n", [(1, "a"), (2, ""), (3, "b")])])
def test_the_end_of_a_line_begins_no_other(text: str, lines: list[tuple[int, str]]) -> None:
    assert list(lines_of(io.BytesIO(text.encode()), "utf-8")) == lines


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_without_end_is_refused_by_its_number(end: str) -> None:
    longest = "x" * LONGEST_LINE

    assert list(lines_of(io.BytesIO(f"a\n{longest}{end}".encode()), "utf-8")) == [(1, "a"), (2, longest)]
    with pytest.raises(StatementRefused, match=r"^Line 2 is longer than 100,000 characters"):
        list(lines_of(io.BytesIO(f"a\n{longest}x{end}".encode()), "utf-8"))


def test_what_a_bank_says_of_a_movement_stays_as_it_was() -> None:
    """Lines are known again by it: one field more or less, and every line of an old file would come in once more."""
    line = ParsedLine(
        statement=0,
        account="GB00TEST",
        line_number=1,
        booked_on=date(2026, 1, 2),
        amount_minor=100,
        currency="EUR",
        bank_reference="bank",
        end_to_end_id="end to end",
        structured_reference="structured",
        remittance="text",
        counterparty="name",
        counterparty_last4="1234",
        return_code="R01",
        returned_reference="returned",
        original_minor=5,
        entry_reference="entry",
    )

    assert said_by(line) == "bank\tend to end\tstructured\ttext\tname\t1234\tR01\treturned"
