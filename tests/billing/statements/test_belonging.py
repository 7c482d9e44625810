"""A line belongs to a statement of its account, whoever writes it, though no foreign key of the table says so."""

from collections.abc import Callable
from datetime import date

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from billing.access.scopes import seeing_as_system
from billing.models import BankAccount, Statement, StatementFile, StatementLine

pytestmark = [pytest.mark.django_db, pytest.mark.production]


def a_statement(number: str) -> Statement:
    account = BankAccount.objects.create(number=number, currency="EUR", name=number)
    file = StatementFile.objects.create(sha256=number, filename=number, size_bytes=1)
    return Statement.objects.create(file=file, account=account, currency="EUR")


def a_line(statement_id: int, account_id: int) -> StatementLine:
    return StatementLine.objects.create(
        statement_id=statement_id,
        account_id=account_id,
        line_number=1,
        booked_on=date(2026, 11, 20),
        amount_minor=100,
        currency="EUR",
        fingerprint="one",
    )


def refused(write: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        cause = error.__cause__
        return isinstance(cause, psycopg.Error) and cause.diag.constraint_name == "statement_line_of_statement"
    return False


def test_a_line_of_no_statement_or_of_another_account_is_refused() -> None:
    with seeing_as_system():
        ours, other = a_statement("OURS"), a_statement("OTHER")

        assert refused(lambda: a_line(ours.pk + other.pk, ours.account_id))
        assert refused(lambda: a_line(ours.pk, other.account_id))
        assert refused(lambda: a_line(ours.pk, other.account_id + ours.account_id))
        assert not refused(lambda: a_line(ours.pk, ours.account_id))


def test_a_line_stays_with_its_statement_and_the_statement_with_its_account() -> None:
    with seeing_as_system():
        ours, other = a_statement("OURS"), a_statement("OTHER")
        line = a_line(ours.pk, ours.account_id)
        lines = StatementLine.objects.filter(pk=line.pk)

        assert refused(lambda: lines.update(statement=other))
        assert refused(lambda: lines.update(account=other.account_id))
        assert refused(lambda: Statement.objects.filter(pk=ours.pk).update(account=other.account_id))
        assert not refused(lambda: Statement.objects.filter(pk=other.pk).update(account=ours.account_id))


def test_a_statement_with_lines_is_not_deleted_past_the_actions() -> None:
    """By the owner of the tables: whoever serves may delete none at all."""
    with seeing_as_system():
        ours, empty = a_statement("OURS"), a_statement("EMPTY")
        a_line(ours.pk, ours.account_id)

        def delete(statement: Statement) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE redress_owner")
                cursor.execute("DELETE FROM billing_statement WHERE id = %s", [statement.pk])

        assert refused(lambda: delete(ours))
        assert not refused(lambda: delete(empty))
        assert Statement.objects.filter(pk=ours.pk).exists()
