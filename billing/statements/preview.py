"""The first rows of a CSV beside what the rules make of them, so that a person sees before anything is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from billing.currencies import EXPONENTS
from billing.statements.csvs import LineReader, rows_of
from billing.statements.mapping import CsvRules
from billing.statements.records import Fallback, LineRejected, ParsedLine

ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class PreviewRow:
    number: int
    cells: tuple[str, ...]
    line: ParsedLine | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    header: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    problem: str = ""  # why nothing can be read by these rules yet

    @property
    def only_currency(self) -> str:
        """Of a file that names currencies in a column, where its first rows have the same; else empty."""
        named = {row.line.currency for row in self.rows if row.line}
        return named.pop() if len(named) == 1 else ""


def preview(lines: Iterable[tuple[int, str]], rules: CsvRules, fallback: Fallback) -> Preview:
    header: tuple[str, ...] = ()
    rows: list[PreviewRow] = []
    problems = rules.problems()
    reader = None if problems else LineReader(rules, fallback)
    for number, cells in rows_of(lines, rules.delimiter):
        if number == rules.header_row:
            header = tuple(cell.strip() for cell in cells)
        elif number > rules.header_row and any(cell.strip() for cell in cells):
            rows.append(_row(number, tuple(cells), reader))
        if len(rows) == ROWS:
            break
    width = max([len(header), *(len(row.cells) for row in rows)], default=0)
    named = header + tuple(f"Column {place}" for place in range(len(header) + 1, width + 1))
    filled = tuple(_filled(row, width) for row in rows)
    return Preview(named, filled, problems[0] if problems else "")


def _row(number: int, cells: tuple[str, ...], reader: LineReader | None) -> PreviewRow:
    if reader is None:
        return PreviewRow(number, cells, None)
    try:
        line = reader.line(number, cells)
    except LineRejected as rejected:
        return PreviewRow(number, cells, None, rejected.reason)
    if line.currency not in EXPONENTS:
        return PreviewRow(number, cells, None, f"{line.currency} is not a currency in use today.")
    return PreviewRow(number, cells, line)


def _filled(row: PreviewRow, width: int) -> PreviewRow:
    missing = ("",) * (width - len(row.cells))
    return PreviewRow(row.number, row.cells + missing, row.line, row.reason)
