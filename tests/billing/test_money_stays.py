"""The runtime role takes no money record away, whatever the code above it asks: the database refuses (S-84)."""

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from billing.access.grants import NEVER_CHANGED, NEVER_DELETED
from billing.access.scopes import seeing_as_system
from billing.actions.attempts import write_attempts
from billing.audit.history import history_of
from billing.gateways.deriving import Attempt
from billing.models import Payment, PaymentAttempt
from billing.states import AttemptOutcome
from tests.billing.records import a_customer, records_of
from tests.billing.test_row_level_security import NOT_PAYMENT_DATA

pytestmark = pytest.mark.django_db
# Written anew when the provider tells them anew; history keeps what they were.
WRITTEN_ANEW = {"billing_invoiceline", "billing_paymentattempt"}


def may(privilege: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(current_user, oid, %s)",
            [privilege],
        )
        return {row[0] for row in cursor.fetchall()}


def test_no_payment_data_can_be_deleted_but_what_is_written_anew() -> None:
    tables = {
        model._meta.db_table for label in ("billing", "disputes") for model in apps.get_app_config(label).get_models()
    }

    assert tables & may("DELETE") - NOT_PAYMENT_DATA == WRITTEN_ANEW
    assert set(NEVER_DELETED) - tables == set()
    assert may("TRUNCATE") & tables == set()
    assert may("UPDATE") & set(NEVER_CHANGED) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM billing_payment",
        "DELETE FROM billing_refund",
        "UPDATE billing_paymentattempt SET outcome = 'error'",
        "TRUNCATE billing_paymentattempt",
    ],
)
def test_the_runtime_role_is_refused(statement: str) -> None:
    records = records_of(a_customer())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (settings.RUNTIME_ROLE,)

    with (
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        seeing_as_system(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    with seeing_as_system():
        assert Payment.objects.filter(pk=records.payment.pk).exists()


def test_an_attempt_that_is_renumbered_stays_as_history() -> None:
    payment = records_of(a_customer()).payment
    with seeing_as_system():
        PaymentAttempt.objects.filter(payment=payment).delete()
        write_attempts(payment, [attempt(second=2_000, external_id="late")])
        told = payment.attempts.get()
        write_attempts(payment, [attempt(second=1_000, external_id="early"), attempt(second=2_000, external_id="late")])

        assert list(payment.attempts.values_list("number", "external_id")) == [(1, "early"), (2, "late")]
        assert list(history_of(told).values_list("pgh_label", "number", "external_id")) == [("delete", 1, "late")]


def attempt(*, second: int, external_id: str) -> Attempt:
    return Attempt(external_id, second, AttemptOutcome.DECLINED)
