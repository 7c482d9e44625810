"""Loads a file of customers, methods, agreements, invoices, payments, refunds or promises: docs/importing.md.

manage.py import_billing customers customers.csv --dry-run
manage.py import_billing payments payments.jsonl --provider ourbank --resume
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import dropwhile
from pathlib import Path
from re import fullmatch
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.actions.bulk.loading import NEWS, Order, begin_run, take
from billing.bulk.checking import Refusal, Row, check
from billing.bulk.columns import KINDS
from billing.bulk.page import columns_page
from billing.bulk.reading import UnreadableFile, read_records
from billing.errors import ImportInterrupted
from billing.models import ImportRun
from billing.providers import BY_EVENTS, BY_FILES


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[*KINDS, "columns"], help="what is in the file; columns prints them all")
        parser.add_argument("file", type=Path, nargs="?", help=".csv, or .jsonl with one JSON object a line")
        parser.add_argument("--provider", default=BY_FILES, help="whose ids these are; the same for every file")
        parser.add_argument("--dry-run", action="store_true", help="check every row against the database, keep none")
        parser.add_argument("--resume", action="store_true", help="go on after the last line that is safe")
        parser.add_argument("--news-days", type=int, default=NEWS.days, help="how old a fact may be to open a ticket")

    def handle(
        self,
        *,
        kind: str,
        file: Path | None,
        provider: str,
        dry_run: bool,
        resume: bool,
        news_days: int,
        **options: Any,
    ) -> None:
        if kind == "columns":
            self.stdout.write(columns_page(), ending="")
            return
        path = self._known(file, provider)
        at = timezone.now()
        order = Order(kind, provider, at=at, dry=dry_run, news=timedelta(days=max(0, news_days)))
        try:
            run = None if dry_run else begin_run(order=order, filename=path.name, sha256=_hash(path), resume=resume)
            self._load(path, order, run)
        except (ImportInterrupted, UnreadableFile) as refused:
            raise CommandError(str(refused)) from refused

    def _known(self, file: Path | None, provider: str) -> Path:
        if file is None or not file.is_file():
            raise CommandError(f"There is no file {file}." if file else "Name a file.")
        if file.suffix.lower() not in {".csv", ".jsonl"}:
            raise CommandError(f"{file.name} is neither .csv nor .jsonl.")
        if not fullmatch(r"[a-z][a-z0-9_-]{0,19}", provider):
            raise CommandError("--provider is a short word of small letters and digits.")
        if provider in BY_EVENTS:
            raise CommandError(f"What {provider} knows comes by its events, not by files.")
        return file

    def _load(self, path: Path, order: Order, run: ImportRun | None) -> None:
        count = None
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            rows = _rows(file, order.kind, json_lines=path.suffix.lower() == ".jsonl")
            if run is not None and (done := run.lines_done):
                self.stderr.write(f"Going on after line {done}.")
                rows = dropwhile(lambda row: row.line <= done, rows)
            for count in take(rows, order=order, run=run, refuse=self._refuse):
                self.stderr.write(f"{count.inserted + count.updated + count.unchanged + count.refused:,} rows")
        would = "would be " if order.dry else ""
        if count is None:
            self.stdout.write("There was nothing to take.")
            return
        self.stdout.write(
            f"{count.inserted:,} {would}new, {count.updated:,} {would}updated, {count.unchanged:,} unchanged, "
            f"{count.refused:,} refused."
        )
        if count.refused:
            raise CommandError(f"{count.refused:,} rows were refused; each is named above with its line and reason.")

    def _refuse(self, refusal: Refusal) -> None:
        self.stderr.write(f"line {refusal.line}: {refusal.reason}")


def _rows(file: IO[str], kind: str, *, json_lines: bool) -> Iterator[Row | Refusal]:
    return (check(record, KINDS[kind]) for record in read_records(file, KINDS[kind], json_lines=json_lines))


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
