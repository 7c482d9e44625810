from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from supportdesk.people.actions.invites import invite_staff
from supportdesk.people.errors import AlreadyHere
from supportdesk.people.roles import ADMINISTRATOR, ROLES


class Command(BaseCommand):
    help = "Invite somebody to the desk by mail: how the first administrator of a new installation gets in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", choices=ROLES, default=ADMINISTRATOR)

    def handle(self, *, email: str, role: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an email address.") from None
        try:
            invite = invite_staff(email=email, role=role, team=None, by=None, at=timezone.now())
        except AlreadyHere:
            raise CommandError(f"{email} already works here.") from None
        self.stdout.write(
            f"A link is on its way to {invite.email}; it works once, until {invite.expires_at:%d %b %H:%M} UTC."
        )
