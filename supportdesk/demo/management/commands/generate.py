"""manage.py generate --tickets 100000 --seed 1"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from supportdesk.demo.desk import prepare_desk
from supportdesk.demo.generating import generate


class Command(BaseCommand):
    help = "Load generated tickets with their conversations and billing records (deterministic from the seed)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tickets", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, tickets: int, seed: int, **options: Any) -> None:
        if not 0 < tickets <= 10_000_000:
            raise CommandError("--tickets takes 1 to 10000000.")
        started = time.monotonic()

        def show(done: int, total: int) -> None:
            seconds = time.monotonic() - started
            self.stdout.write(f"{done:>10,} of {total:,} tickets · {seconds:,.0f} s · {done / seconds:,.0f} a second")

        generate(tickets=tickets, seed=seed, desk=prepare_desk(), now=timezone.now(), progress=show)
