"""manage.py load_demo: a desk with people, queues, articles and one case of each trouble."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.models import Customer
from supportdesk.demo.bank import load_bank_account
from supportdesk.demo.cases import Cast, open_cases
from supportdesk.demo.desk import prepare_desk
from supportdesk.demo.generating import generate
from supportdesk.demo.sign_ins import AGENT, CUSTOMER, PASSWORD
from supportdesk.people.actions.demo import create_demo_customer
from supportdesk.people.models import User


class Command(BaseCommand):
    help = "Fill an empty desk with the demo. Run twice it adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tickets", type=int, default=400, help="generated tickets beside the told cases")

    def handle(self, *args: Any, tickets: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has known passwords; it is not loaded in production mode.")
        self.stdout.write("Articles, team, queues and people …")
        call_command("load_articles", stdout=self.stdout)
        desk = prepare_desk()
        customer_user = create_demo_customer(email=CUSTOMER.email, name=CUSTOMER.name, password=PASSWORD)
        now = timezone.now()
        if not Customer.objects.filter(provider="simulated").exists():
            agent = User.objects.get(email=AGENT.email)
            with seeing_as_system(), transaction.atomic():
                cases = open_cases(now=now, cast=Cast(customer_user=customer_user, agent=agent))
            self.stdout.write(f"{len(cases)} cases told.")
        if tickets and not Customer.objects.filter(provider="generated").exists():
            self.stdout.write(f"{tickets} tickets generated beside them …")
            generate(tickets=tickets, seed=1, desk=desk, now=now, progress=self._show)
        if lines := load_bank_account(now=now):
            self.stdout.write(f"A bank statement of {lines} lines, reconciled.")

    def _show(self, done: int, total: int) -> None:
        self.stdout.write(f"  {done:,} of {total:,} tickets")
