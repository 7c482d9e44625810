from typing import Any

from django.core.management.base import BaseCommand

from supportdesk.people.actions.roles import sync_roles


class Command(BaseCommand):
    help = "Make the roles' permissions in the database equal to the table in code (migrate does it too)."

    def handle(self, **options: Any) -> None:
        changed = sync_roles()
        self.stdout.write(f"{changed} roles changed." if changed else "Nothing to change.")
