"""CSV and JSON Lines, record by record. However long the file, one record is in memory."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import IO, Any, Final

from billing.bulk.columns import Column, Kind

LONGEST_RECORD: Final = 1_000_000  # characters; an unclosed quotation mark would swallow the rest of the file
MOST_PARTS: Final = 1_000


class UnreadableFile(ValueError):
    """Nothing of it can be taken: the sentence says why."""


@dataclass(slots=True)
class Record:
    """What stands in the file, unchecked. ``line`` is its first one, ``last_line`` where it ends."""

    line: int
    last_line: int
    values: dict[str, Any] = field(default_factory=dict)
    parts: list[dict[str, Any]] | None = None  # None: the file does not say
    fault: str = ""


def read_records(file: IO[str], kind: Kind, *, json_lines: bool) -> Iterator[Record]:
    return _json_records(file, kind) if json_lines else _csv_records(file, kind)


def _csv_records(file: IO[str], kind: Kind) -> Iterator[Record]:
    """Rows that follow each other with one external_id are one record with several parts."""
    reader = csv.reader(_bounded(file), strict=True)
    header = _header(reader, kind)
    has_parts = any(name.startswith(kind.prefix) for name in header) if kind.prefix else False
    waiting: Record | None = None
    for record in _csv_rows(reader, header, kind, has_parts=has_parts):
        if waiting is None:
            waiting = record
        elif has_parts and _continues(waiting, record):
            _join(waiting, record)
        else:
            yield waiting
            waiting = record
    if waiting is not None:
        yield waiting


def _bounded(file: IO[str]) -> Iterator[str]:
    while line := file.readline(LONGEST_RECORD + 1):
        if len(line) > LONGEST_RECORD:
            raise UnreadableFile(f"A line is longer than {LONGEST_RECORD:,} characters: is this the right file?")
        yield line


def _header(reader: Any, kind: Kind) -> list[str]:
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as error:
        raise UnreadableFile(f"The first line is no CSV: {error}.") from error
    if not any(header):
        raise UnreadableFile("The file is empty: its first line must name the columns.")
    known = [column.name for column in kind.columns]
    known += [f"{kind.prefix}{column.name}" for column in kind.part_columns]
    for name in header:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f" Did you mean {near[0]}?" if near else f" Known are: {', '.join(known)}."
            raise UnreadableFile(f"There is no column {name or '(empty)'} in {kind.name}.{hint}")
    if len(set(header)) < len(header):
        raise UnreadableFile("A column is named twice.")
    if missing := [name for name in kind.needed if name not in header]:
        raise UnreadableFile(f"Columns are missing: {', '.join(missing)}.")
    return header


def _csv_rows(reader: Any, header: Sequence[str], kind: Kind, *, has_parts: bool) -> Iterator[Record]:
    own = {column.name for column in kind.columns}
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Record(line, reader.line_num, fault=f"This is no CSV: {error}.")
            continue
        if cells is None:
            return
        if not any(cells):
            continue
        record = Record(line, reader.line_num)
        if len(cells) != len(header):
            record.fault = f"It has {len(cells)} columns, the first line names {len(header)}."
        elif reader.line_num - line > MOST_PARTS:
            record.fault = "One row runs over a thousand lines: a quotation mark is not closed."
        told = dict(zip(header, cells, strict=False))
        record.values = {name: value for name, value in told.items() if name in own}
        if has_parts:
            part = {name.removeprefix(kind.prefix): value for name, value in told.items() if name not in own}
            record.parts = [part] if any(part.values()) else []
        yield record


def _continues(record: Record, following: Record) -> bool:
    ids = [str(each.values.get("external_id", "")).strip() for each in (record, following)]
    return ids[0] == ids[1] != ""


def _join(record: Record, following: Record) -> None:
    record.last_line = following.last_line
    record.fault = record.fault or following.fault
    for name, value in following.values.items():
        if value.strip() and value != record.values.get(name):
            record.fault = record.fault or f"{name} differs on line {following.line}, for the same external_id."
    if record.parts is not None and following.parts:
        if len(record.parts) >= MOST_PARTS:
            record.fault = record.fault or f"It has more than {MOST_PARTS} parts."
        else:
            record.parts += following.parts


def _json_records(file: IO[str], kind: Kind) -> Iterator[Record]:
    number = 0
    while text := file.readline(LONGEST_RECORD + 1):
        number += 1
        record = Record(number, number)
        if len(text) > LONGEST_RECORD:
            record.fault = f"The line is longer than {LONGEST_RECORD:,} characters."
            while text and not text.endswith("\n"):
                text = file.readline(LONGEST_RECORD)
            yield record
        elif text.strip():
            _fill(record, text.strip(), kind)
            yield record


def _fill(record: Record, text: str, kind: Kind) -> None:
    try:
        # Amounts are never floats, not even on the way in.
        told = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        record.fault = f"This is no JSON: {error}."
        return
    if not isinstance(told, dict):
        record.fault = "This is no JSON object."
        return
    parts = told.pop(kind.part, None) if kind.part else None
    record.values = told
    record.fault = _unknown_keys(told, kind.columns, kind.name)
    if parts is None or record.fault:
        return
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        record.fault = f"{kind.part} is not a list of objects."
        return
    if len(parts) > MOST_PARTS:
        record.fault = f"It has more than {MOST_PARTS} {kind.part}."
        return
    record.parts = parts
    record.fault = next(filter(None, (_unknown_keys(part, kind.part_columns, kind.part) for part in parts)), "")


def _unknown_keys(told: Mapping[str, Any], columns: Sequence[Column], where: str) -> str:
    known = {column.name for column in columns}
    unknown = next((name for name in told if name not in known), None)
    return "" if unknown is None else f"There is no {unknown[:40]!r} in {where}."


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
