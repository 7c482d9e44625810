"""Imports bank statements from files, as the upload page does, and waits for them.

manage.py import_statement november.xml
manage.py import_statement --account DE89370400440532013000 lines.sta
manage.py import_statement --add-accounts first.xml

A file of an account that is not among ours waits until somebody answers on its page, or until it is imported with
--add-accounts, which adds the account.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.actions.statement_answers import add_accounts_of
from billing.actions.statements import import_statement_file, receive_statement_file
from billing.models import BankAccount, StatementFile
from billing.statements.records import StatementRefused
from billing.states import StatementFileStatus


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--account", default="", help="number of the account, for files that do not say it")
        parser.add_argument("--add-accounts", action="store_true", help="add accounts that are not among ours yet")

    def handle(self, *, files: list[Path], account: str, add_accounts: bool, **options: Any) -> None:
        known = self._account(account)
        refused = [path.name for path in files if not self._imported(path, known, add_accounts)]
        if refused:
            raise CommandError(f"{len(refused)} of {len(files)} not imported: {', '.join(refused)}")

    def _account(self, number: str) -> BankAccount | None:
        if not number:
            return None
        found = list(BankAccount.objects.filter(number=number)[:2])
        if len(found) != 1:
            raise CommandError(f"{len(found) or 'No'} accounts have the number {number}.")
        return found[0]

    def _imported(self, path: Path, account: BankAccount | None, add_accounts: bool) -> bool:
        try:
            received = receive_statement_file(_chunks(path), filename=path.name, account=account, by=None)
        except (OSError, StatementRefused) as refused:
            self.stderr.write(f"{path.name}: {refused}")
            return False
        file = self._read(received.file.pk)
        while add_accounts and file.status == StatementFileStatus.NEEDS_ACCOUNT:
            for asked in file.unknown_accounts or []:
                self.stdout.write(f"{path.name}: adds the account {asked['number']} in {asked['currency']}.")
            add_accounts_of(file.pk)
            file = self._read(file.pk)
        for remark in file.remarks.order_by("line_number", "id"):
            self.stderr.write(f"{path.name}, line {remark.line_number or '-'}: {remark.reason}")
        self.stdout.write(
            f"{path.name}: {file.get_status_display()}. {file.lines_imported:,} new, {file.lines_known:,} known, "
            f"{file.lines_rejected:,} left out. {file.status_reason}".rstrip()
        )
        if file.status == StatementFileStatus.NEEDS_ACCOUNT:
            self.stdout.write("Answer on its page, or run this again with --add-accounts.")
        return file.status == StatementFileStatus.IMPORTED

    def _read(self, file_id: int) -> StatementFile:
        import_statement_file(file_id, at=timezone.now())
        return StatementFile.objects.get(pk=file_id)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block
