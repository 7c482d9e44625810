"""Cuts a CSV file into records, whatever is wrong with it, and knows the line each one began on.

Python's reader alone would swallow the rest of a file behind one unclosed quote. Here a record that does not close
within a page is given up, and reading goes on with the line after its first.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LONGEST_RECORD = 400_000  # characters; the longest real complaint has some 30,000
MOST_LINES = 2_000


class Record(NamedTuple):
    line: int
    fields: list[str]


class BrokenRecord(NamedTuple):
    line: int
    reason: str


class _Line(NamedTuple):
    number: int
    text: str


def records_in(file: BinaryIO) -> Iterator[Record | BrokenRecord]:
    csv.field_size_limit(2 * LONGEST_RECORD)
    lines = _Lines(file)
    while (first := lines.next()) is not None:
        if first.text.strip():
            yield _record(first, lines)


class _Lines:
    """Physical lines with their numbers; lines may be put back to be read again."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._number = 0
        self._waiting: deque[_Line] = deque()

    def next(self) -> _Line | None:
        if self._waiting:
            return self._waiting.popleft()
        raw = self._file.readline(LONGEST_RECORD + 1)
        if not raw:
            return None
        self._number += 1
        while not raw.endswith(b"\n") and len(raw) > LONGEST_RECORD and (rest := self._file.readline(LONGEST_RECORD)):
            # The middle of an endless line is not kept; its length alone makes it be refused.
            raw = raw[: LONGEST_RECORD + 1] if not rest.endswith(b"\n") else raw[: LONGEST_RECORD + 1] + b"\n"
        return _Line(self._number, _decoded(raw, first=self._number == 1))

    def put_back(self, lines: list[_Line]) -> None:
        self._waiting.extendleft(reversed(lines))


def _decoded(raw: bytes, *, first: bool) -> str:
    """UTF-8; a line that is none is taken for Windows-1252, which every byte pattern of old exports fits."""
    try:
        text = raw.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return text.replace("\x00", "")


def _record(first: _Line, lines: _Lines) -> Record | BrokenRecord:
    taken, length = [first], len(first.text)
    quotes = first.text.count('"')
    while quotes % 2 and length <= LONGEST_RECORD and len(taken) <= MOST_LINES and (following := lines.next()):
        taken.append(following)
        quotes += following.text.count('"')
        length += len(following.text)
    if length <= LONGEST_RECORD and not quotes % 2 and (fields := _fields(taken)) is not None:
        return Record(first.number, fields)
    lines.put_back(taken[1:])
    if len(first.text) <= LONGEST_RECORD and (fields := _fields(taken[:1])) is not None:
        return Record(first.number, fields)  # a lone quotation mark inside a word, as in: a 19" screen
    if len(first.text) > LONGEST_RECORD:
        return BrokenRecord(first.number, f"this line is longer than {LONGEST_RECORD:,} characters")
    if length > LONGEST_RECORD:
        return BrokenRecord(first.number, f"this record is longer than {LONGEST_RECORD:,} characters")
    return BrokenRecord(first.number, "a quotation mark opens here and is never closed")


def _fields(taken: list[_Line]) -> list[str] | None:
    try:
        rows = list(csv.reader([line.text for line in taken], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
