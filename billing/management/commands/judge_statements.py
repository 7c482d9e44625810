"""Reads every sample file below a directory and writes down how many were read, equal their golden result, or refused.

manage.py judge_statements samples/ --write docs/statements.md
"""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.core.management.base import BaseCommand

from billing.statements.goldens import differences, golden_beside
from billing.statements.mapping import CsvRules
from billing.statements.read import CSV, format_of, guess_rules, read
from billing.statements.records import Event, Fallback, Remark, StatementRefused
from billing.states import StatementFormat

BEGIN, END = "<!-- judged: begin -->", "<!-- judged: end -->"
_NO_STATEMENTS: Final = frozenset({".yml", ".yaml", ".xsd", ".md", ".rb", ".py"})
_PAPERS: Final = frozenset({"license", "license.txt", "readme.md"})
# What a refused file was meant to be, by the words in its path; what it is, nobody can say.
_MEANT: Final = {
    "camt": "camt",
    "pain": "camt",
    "940": "mt940",
    "ofx": "ofx",
    "bai": "bai2",
    "ach": "nacha",
    "csv": "csv",
}
# Pieces of statements, which name no account: read as if somebody had chosen one.
_CHOSEN: Final = Fallback("CHOSEN", "EUR")


@dataclass
class Row:
    files: int = 0
    read: int = 0
    partly: int = 0
    golden: int = 0
    equal: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    unequal: list[tuple[str, str]] = field(default_factory=list)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--write", type=Path, help="a page whose table is written anew")

    def handle(self, *, directory: Path, write: Path | None, **options: Any) -> None:
        rows: dict[str, Row] = {}
        for path in samples(directory):
            judge(path, str(path.relative_to(directory)), rows)
        page = "\n".join(table(rows))
        self.stdout.write(page)
        if write is not None:
            before, _, rest = write.read_text(encoding="utf-8").partition(BEGIN)
            write.write_text(f"{before}{BEGIN}\n{page}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def samples(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*")):
        fits = path.suffix.lower() not in _NO_STATEMENTS and path.name.lower() not in _PAPERS
        if path.is_file() and fits and not _is_golden(path):
            yield path


def _is_golden(path: Path) -> bool:
    """JSON is no bank's format: what the collections keep in it are results, and inputs of their own tools."""
    return path.suffix.lower() == ".json"


def judge(path: Path, name: str, rows: dict[str, Row]) -> None:
    with path.open("rb") as source:
        try:
            form = format_of(source)
            events = list(_events(source, form))
        except StatementRefused as refused:
            row = rows.setdefault(_meant(name), Row())
            row.files += 1
            row.refused.append((name, str(refused)))
            return
    row = rows.setdefault(form, Row())
    row.files += 1
    row.read += 1
    row.partly += any(isinstance(event, Remark) and event.rejected for event in events)
    golden = golden_beside(path)
    if golden is not None:
        row.golden += 1
        found = differences(golden, events)
        row.equal += not found
        if found:
            row.unequal.append((name, str(found[0])))


def _events(source: BinaryIO, form: str) -> Iterable[Event]:
    rules: CsvRules | None = guess_rules(source, "EUR").rules if form == CSV else None
    if rules is not None and rules.problems():
        raise StatementRefused(rules.problems()[0])
    return read(source, rules=rules, fallback=_CHOSEN)


def _meant(name: str) -> str:
    small = name.lower()
    return next((form for word, form in _MEANT.items() if word in small), CSV)


def table(rows: dict[str, Row]) -> Iterator[str]:
    yield "| format | files | read | of them with lines left out | with a golden result | equal to it | refused |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for form in StatementFormat:
        if (row := rows.get(form.value)) is not None:
            counts = (row.files, row.read, row.partly, row.golden, row.equal, len(row.refused))
            yield f"| {form.label} | " + " | ".join(map(str, counts)) + " |"
    for title, kept in (("Refused", "refused"), ("Not equal to the golden result", "unequal")):
        listed = [pair for form in StatementFormat if form.value in rows for pair in getattr(rows[form.value], kept)]
        if listed:
            yield f"\n{title}:\n"
            yield from (f"- `{name}`: {reason}" for name, reason in listed)
