from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.actions.card_incidents import scan_for_cards


class Command(BaseCommand):
    help = "Look for card numbers in every text of the database, in sessions and in log files. Says where, never which."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--log", action="append", default=[], help="a log file or pattern, besides CARD_SCAN_FILES")

    def handle(self, **options: Any) -> None:
        found = scan_for_cards(files=[*settings.CARD_SCAN_FILES, *options["log"]], at=timezone.now())
        for each in found:
            self.stderr.write(f"{each.place}: {each.row_key}")
        if found:
            raise CommandError(
                f"Card numbers stand in {len(found)} places. Take them out; see Card incidents in the admin."
            )
        self.stdout.write("No card number stands anywhere.")
