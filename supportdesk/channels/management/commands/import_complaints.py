"""Turns a file of consumer complaints into tickets."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from supportdesk.channels.actions.complaints import Imported, import_complaints
from supportdesk.channels.gateways.cfpb import FileRefused, read_complaints
from supportdesk.tickets.models import Queue


class Command(BaseCommand):
    help = "Opens a ticket for every complaint of a CSV file in the CFPB's columns. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file with the Bureau's heading")

    def handle(self, *args: object, **options: object) -> None:
        if not Queue.objects.exists():
            raise CommandError("There is no queue that could take tickets. Make one in the admin first.")
        path, now = Path(str(options["file"])), timezone.now()
        try:
            with path.open("rb") as file:
                done = import_complaints(read_complaints(file, today=now.date()), at=now, progress=self._tell)
        except OSError as refused:
            raise CommandError(f"{path} cannot be read: {refused.strerror}.") from refused
        except FileRefused as refused:
            raise CommandError(f"{path}: {refused} Nothing was imported.") from refused
        for row in done.rejected:
            self.stderr.write(f"line {row.line}: {row.reason}")
        self.stdout.write(
            f"{done.opened:,} tickets opened, {done.known:,} were here already, {len(done.rejected):,} rows refused."
        )

    def _tell(self, done: Imported) -> None:
        if done.read % 1_000 < 200:
            self.stdout.write(f"{done.read:,} rows read, {done.opened:,} tickets opened …")
