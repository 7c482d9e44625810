from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from supportdesk.people.actions.demo import current_code
from supportdesk.people.errors import NotInDemo
from supportdesk.people.factors import STEP_SECONDS


class Command(BaseCommand):
    help = "Print the code that a demo user's app shows now (demo mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: Any) -> None:
        at = timezone.now()
        try:
            code = current_code(email, at=at)
        except NotInDemo as refused:
            raise CommandError(str(refused)) from None
        if code is None:
            raise CommandError(f"{email} has no authenticator app here.")
        self.stdout.write(code)
        left = STEP_SECONDS - int(at.timestamp()) % STEP_SECONDS
        self.stderr.write(f"for {left} s more; each code opens once")
