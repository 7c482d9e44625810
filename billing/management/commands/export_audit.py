"""Writes a period of the audit trail to a file, with its proof: docs/operations.md says how to check it elsewhere.

manage.py export_audit trail.jsonl --by auditor@desk.example --since 2026-10-01 --until 2026-11-01
manage.py export_audit reads.jsonl --by auditor@desk.example --since 2026-10-01 --only billing_paymentread

A day begins at midnight UTC. The file holds payment data of customers; who exports is written into the log of reads.
"""

import os
from argparse import ArgumentParser
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.access.reads import record_export
from billing.audit.check_export import check
from billing.audit.export import NothingSealed, export_trail, tables
from billing.audit.verify import waiting

SHOWN = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="is made, and must not exist")
        parser.add_argument("--by", required=True, help="the address of who takes it, and may read the audit trail")
        parser.add_argument("--since", required=True, type=date.fromisoformat, help="the first day, as 2026-10-01")
        parser.add_argument("--until", type=date.fromisoformat, help="the day after the last; without it, up to now")
        parser.add_argument("--only", nargs="+", default=[], metavar="TABLE", help="tell rows of these tables alone")

    def handle(self, *, file: Path, by: str, since: date, until: date | None, only: list[str], **options: Any) -> None:
        if unknown := sorted(set(only) - set(tables())):
            raise CommandError(f"{unknown[0]} is not sealed. These are: {', '.join(tables())}.")
        actor = _may_read(by)
        upto = _midnight(until) if until else timezone.now()
        what = f"{since} to {upto:%Y-%m-%d}" + (f", {len(only)} tables" if only else "")
        try:
            written = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
        except FileExistsError as error:
            raise CommandError(f"{file} is there already.") from error
        except OSError as error:
            raise CommandError(f"{file} cannot be made: {error.strerror}.") from error
        try:
            with written:
                record_export(actor, view="export_audit", object_kind="audit trail", field=what)
                done = export_trail(written, since=_midnight(since), until=upto, only=only)
        except BaseException as error:
            file.unlink()  # half of it would be taken for the whole
            if isinstance(error, (NothingSealed, OSError)):
                raise CommandError(str(error)) from error
            raise
        self._check(file)
        self.stdout.write(
            f"{file}: seals {done.first:,} to {done.last:,}, {done.rows:,} rows, {done.anchors:,} anchors. It hangs"
            f" together. {waiting():,} rows wait for their seal and are in no export yet."
        )

    def _check(self, file: Path) -> None:
        with file.open(encoding="utf-8") as written:
            problems = check(written).problems
        for problem in problems[:SHOWN]:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{file} is written, and the trail in it is not as it was sealed.")


def _may_read(address: str) -> AbstractBaseUser:
    actor: AbstractBaseUser | None = get_user_model().objects.filter(email=address, is_active=True).first()
    if actor is None or not actor.has_perm("billing.read_audit"):  # type: ignore[attr-defined]  # of every user model
        raise CommandError(f"{address} may not read the audit trail.")
    return actor


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
