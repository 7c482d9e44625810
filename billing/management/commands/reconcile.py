"""Compares open statement lines with the money we expect, and books what is certain: docs/reconciliation.md.

manage.py reconcile
manage.py reconcile --account GB00TEST0000000001 --no-booking
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.bank_answers import take_bank_answers
from billing.actions.reconciliation.booking import book_found, park_unknown
from billing.actions.reconciliation.clock import look_for_missing_money
from billing.actions.reconciliation.run import reconcile
from billing.errors import MatchNotPossible
from billing.models import BankAccount
from billing.reconciliation.keys import key_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", default="", help="the number of one account; without it, all")
        parser.add_argument("--no-booking", action="store_true", help="leave the books to the worker's next batches")

    def handle(self, *, account: str, no_booking: bool, **options: Any) -> None:
        at = timezone.now()
        account_id = self._account(account) if account else None
        try:
            with seeing_as_system():
                outcome = reconcile(at=at, account_id=account_id)
                late, missing = look_for_missing_money(at=at)
        except MatchNotPossible as refused:
            raise CommandError(str(refused)) from refused
        answered = take_bank_answers(at=at)
        self.stdout.write(
            f"{outcome.expected:,} newly expected; {outcome.matched:,} matched, {outcome.proposed:,} proposed, "
            f"{outcome.discrepancies:,} discrepancies; {late:,} late, {missing:,} missing; "
            f"{answered:,} payments sent back or to be corrected."
        )
        if not no_booking:
            booked = book_found(at=at)
            with seeing_as_system():
                park_unknown(at=at)
            self.stdout.write(f"{booked:,} booked.")

    def _account(self, number: str) -> int:
        found = BankAccount.objects.filter(number=key_of(number)).values_list("pk", flat=True).first()
        if found is None:
            raise CommandError(f"There is no account {number}.")
        return found
