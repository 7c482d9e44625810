"""Rules about money that hold even against SQL written by hand, each proved by breaking it."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import Error, connection, transaction

from billing.access.scopes import seeing_as_system
from billing.actions.ledger import post_payment
from billing.currencies import EXPONENTS
from billing.models import LedgerAccount, LedgerEntry, Posting
from tests.billing.records import AT, Records, a_customer, records_of

pytestmark = [pytest.mark.django_db, pytest.mark.production]


@pytest.fixture
def lena() -> Iterator[Records]:
    records = records_of(a_customer())
    with seeing_as_system():
        post_payment(records.payment, at=AT)
        yield records


def run(statement: str, *parameters: int | str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(statement: str, *parameters: int | str) -> str:
    """Run it to the very end, deferred checks included, and return the name of what refused it."""
    with pytest.raises(Error) as caught:
        run(statement, *parameters)
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name or cause.diag.message_primary or ""


@pytest.mark.parametrize(
    ("statement", "by"),
    [
        ("UPDATE billing_payment SET amount_minor = 0", "payment_amount_positive"),
        ("UPDATE billing_payment SET amount_minor = -1", "payment_amount_positive"),
        ("UPDATE billing_refund SET amount_minor = 0", None),
        ("UPDATE billing_payment SET refunded_minor = captured_minor + 1", "payment_never_gives_back_more"),
        (
            "UPDATE billing_payment SET refunded_minor = captured_minor, disputed_lost_minor = 1",
            "payment_never_gives_back_more",
        ),
        ("UPDATE billing_payment SET disputed_lost_minor = -1", "payment_parts_not_negative"),
        ("UPDATE billing_payment SET currency = 'XXX'", "payment_currency_known"),
        ("UPDATE billing_payment SET currency = 'eur'", None),
        ("UPDATE billing_invoice SET currency = 'XAU'", "invoice_currency_known"),
        ("UPDATE billing_agreement SET currency = 'ABC'", "agreement_currency_known"),
        ("UPDATE billing_payment SET status = 'given'", "payment_status_known"),
        ("UPDATE billing_paymentmethod SET last4 = '4242424242424242'", None),
        ("UPDATE billing_paymentmethod SET last4 = '42x2'", "method_last4_only"),
    ],
)
def test_records(lena: Records, statement: str, by: str | None) -> None:
    found = refused(statement)

    assert found if by is None else found == by


def test_an_entry_has_the_currency_of_its_account(lena: Records) -> None:
    account, posting = LedgerAccount.objects.get(code="provider_clearing"), Posting.objects.get()
    values = f"(posting_id, account_id, amount_minor, currency) VALUES ({posting.pk}, {account.pk}, 5, 'EUR')"

    assert refused(f"INSERT INTO billing_ledgerentry {values}") in {
        "ledger_entry_in_currency_of_account",
        "posting_balances",
    }
    balanced = f"{values}, ({posting.pk}, {account.pk}, -5, 'EUR')"
    assert refused(f"INSERT INTO billing_ledgerentry {balanced}") == "ledger_entry_in_currency_of_account"


def test_an_entry_is_not_zero(lena: Records) -> None:
    entry = LedgerEntry.objects.first()
    assert entry is not None

    found = refused(
        "INSERT INTO billing_ledgerentry (posting_id, account_id, amount_minor, currency) VALUES (%s, %s, 0, %s)",
        entry.posting_id,
        entry.account_id,
        entry.currency,
    )

    assert found == "ledger_entry_not_zero"


def test_a_posting_balances(lena: Records) -> None:
    entry = LedgerEntry.objects.first()
    assert entry is not None

    found = refused(
        "INSERT INTO billing_ledgerentry (posting_id, account_id, amount_minor, currency) VALUES (%s, %s, 1, %s)",
        entry.posting_id,
        entry.account_id,
        entry.currency,
    )

    assert found == "posting_balances"


def test_a_posting_has_entries(lena: Records) -> None:
    assert refused(
        "INSERT INTO billing_posting (kind, at, memo, key, source_kind) VALUES ('refund', now(), '', 'x', '')"
    ) == ("posting_two_entries")


@pytest.mark.django_db(transaction=True)
def test_balance_is_checked_at_commit_where_no_scope_is_left() -> None:
    """The scope ends before the commit does; the deferred check must neither miss entries nor leave its own scope."""
    records = records_of(a_customer())
    with transaction.atomic():
        with seeing_as_system():
            post_payment(records.payment, at=AT)
        assert Posting.objects.count() == 0

    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('redress.scope', true), '')")
        assert cursor.fetchone() == ("",)
    with seeing_as_system():
        assert Posting.objects.count() == 1


@pytest.mark.parametrize("table", ["ledgeraccount", "posting", "ledgerentry", "moneyevent", "paymenthistory"])
def test_what_is_written_once_cannot_be_changed_by_the_runtime_role(lena: Records, table: str) -> None:
    for statement in (
        f"UPDATE billing_{table} SET {'pgh_id = pgh_id' if table.endswith('history') else 'id = id'}",
        f"DELETE FROM billing_{table}",
        f"TRUNCATE billing_{table} CASCADE",
    ):
        assert "permission denied" in refused(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "table", ["ledgeraccount", "posting", "ledgerentry", "moneyevent", "paymentread", "seal", "paymenthistory"]
)
def test_nor_by_the_owner(owner_connection: "psycopg.Connection[tuple[object, ...]]", table: str) -> None:
    records = records_of(a_customer())
    with seeing_as_system():
        post_payment(records.payment, at=AT)
    column = "pgh_id" if table.endswith("history") else "seq" if table == "seal" else "id"

    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        owner_connection.execute(f"TRUNCATE billing_{table} CASCADE")
    for statement in (f"UPDATE billing_{table} SET {column} = {column}", f"DELETE FROM billing_{table}"):
        if table in {"paymentread", "seal"}:
            continue  # row triggers need a row; tests/billing/test_seals.py has some
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            owner_connection.execute(statement)


def test_the_database_knows_the_same_currencies_as_the_code() -> None:
    with connection.cursor() as cursor:
        letters = [chr(65 + number) for number in range(26)]
        cursor.execute(
            "SELECT a || b || c FROM unnest(%s::text[]) AS a, unnest(%s::text[]) AS b, unnest(%s::text[]) AS c"
            " WHERE redress_currency_known(a || b || c)",
            [letters, letters, letters],
        )
        assert {row[0] for row in cursor.fetchall()} == set(EXPONENTS)
