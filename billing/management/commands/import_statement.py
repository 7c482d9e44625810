"""Imports bank statements from files, as the upload page does, and waits for them.

manage.py import_statement november.xml
manage.py import_statement --account DE89370400440532013000 lines.sta
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.actions.statements import import_statement_file, receive_statement_file
from billing.models import BankAccount, StatementFile
from billing.statements.records import StatementRefused
from billing.states import StatementFileStatus


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--account", default="", help="number of the account, for files that do not say it")

    def handle(self, *, files: list[Path], account: str, **options: Any) -> None:
        known = self._account(account)
        refused = [path.name for path in files if not self._imported(path, known)]
        if refused:
            raise CommandError(f"{len(refused)} of {len(files)} not imported: {', '.join(refused)}")

    def _account(self, number: str) -> BankAccount | None:
        if not number:
            return None
        found = list(BankAccount.objects.filter(number=number)[:2])
        if len(found) != 1:
            raise CommandError(f"{len(found) or 'No'} accounts have the number {number}.")
        return found[0]

    def _imported(self, path: Path, account: BankAccount | None) -> bool:
        try:
            received = receive_statement_file(_chunks(path), filename=path.name, account=account, by=None)
        except (OSError, StatementRefused) as refused:
            self.stderr.write(f"{path.name}: {refused}")
            return False
        import_statement_file(received.file.pk, at=timezone.now())
        file = StatementFile.objects.get(pk=received.file.pk)
        for remark in file.remarks.order_by("line_number", "id"):
            self.stderr.write(f"{path.name}, line {remark.line_number or '-'}: {remark.reason}")
        self.stdout.write(
            f"{path.name}: {file.get_status_display()}. {file.lines_imported:,} new, {file.lines_known:,} known, "
            f"{file.lines_rejected:,} left out. {file.status_reason}".rstrip()
        )
        return file.status == StatementFileStatus.IMPORTED


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block
