from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from supportdesk.people.access_table import put_into


class Command(BaseCommand):
    help = "Write who may call what into docs/security.md; with --check, only say whether it is up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check: bool, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "security.md"
        written = page.read_text(encoding="utf-8") if page.exists() else "# Security\n"
        wanted = put_into(written)
        if check and wanted != written:
            raise CommandError("docs/security.md is not what the views declare. Run: manage.py render_access_table")
        if not check:
            page.parent.mkdir(exist_ok=True)
            page.write_text(wanted, encoding="utf-8")
            self.stdout.write(f"wrote {page.relative_to(settings.BASE_DIR)}")
