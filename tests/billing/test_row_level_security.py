"""The second line: what the database shows when the first line is gone."""

import contextlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, connections, models, transaction

from billing.access.locked import Locked, what_is_locked
from billing.access.scopes import seeing_as_agent, seeing_as_customer, seeing_as_system
from billing.models import Agreement, Customer, Invoice, InvoiceLine, LedgerAccount, Payment, PaymentMethod
from tests.billing.records import Records, a_customer, records_of

pytestmark = [pytest.mark.django_db, pytest.mark.production]

# Tables of billing and disputes that hold nothing about anybody's money.
NOT_PAYMENT_DATA = {
    "billing_bankaccount",  # our own
    "billing_csvmapping",
    "billing_customer",
    "billing_customerhistory",
    "billing_goodwillbudget",
    "billing_cardincident",
    "billing_heartbeat",
    "billing_importrun",
    "billing_outboxmessage",
    "billing_paymentread",
    "billing_promotion",  # what is offered to everybody; who was promised it is behind it
    "billing_promotionhistory",
    "billing_reconciliationlimit",
    "billing_reconciliationlimithistory",
    "billing_refundlimit",
    "billing_refundlimithistory",
    "billing_seal",
    "billing_sealepoch",
    "billing_simulatedobject",  # stands for another company's computer
    "billing_statementfile",  # names and counts of files; what they said is behind it
    "billing_statementfilehistory",
    "billing_statementremark",
    "billing_streamevent",
    "billing_webhookrejection",
}


def forced_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        return {row[0] for row in cursor.fetchall()}


def payment_models() -> Iterator[type[models.Model]]:
    for label in ("billing", "disputes"):
        for model in apps.get_app_config(label).get_models():
            if model._meta.managed and model._meta.db_table not in NOT_PAYMENT_DATA:
                yield model


def visible() -> dict[str, int]:
    return {model._meta.db_table: model._base_manager.count() for model in payment_models()}


def answer_to(query: str) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        pid, scope = cursor.fetchone()
        return pid, scope


@pytest.fixture
def lena() -> Records:
    return records_of(a_customer())


@pytest.fixture
def sam() -> Records:
    return records_of(a_customer("Sam Okafor"))


def test_every_table_of_billing_and_disputes_is_behind_it_or_named_here() -> None:
    every = {
        model._meta.db_table
        for label in ("billing", "disputes")
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed
    }
    assert every - forced_tables() == NOT_PAYMENT_DATA & every


def test_tests_run_as_the_role_of_production() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("redress_app", False, False)


def test_no_scope_no_rows(lena: Records) -> None:
    with seeing_as_system():
        there = visible()

    assert {table for table, rows in there.items() if rows} >= {
        "billing_agreement",
        "billing_invoice",
        "billing_invoiceline",
        "billing_moneyevent",
        "billing_payment",
        "billing_paymentattempt",
        "billing_paymenthistory",
        "billing_paymentmethod",
        "billing_refund",
    }
    assert set(visible().values()) == {0}


def test_an_agent_sees_every_customer(lena: Records, sam: Records) -> None:
    with seeing_as_agent():
        assert set(Payment.objects.all()) == {lena.payment, sam.payment}


def test_a_customer_sees_their_own_rows_and_no_others(lena: Records, sam: Records) -> None:
    with seeing_as_customer(lena.customer.pk):
        seen = {
            model._meta.db_table: set(model._base_manager.values_list("pk", flat=True))
            for model in payment_models()
            if model._base_manager.exists()
        }

    assert seen == {
        "billing_agreement": {lena.agreement.pk},
        "billing_invoice": {lena.invoice.pk},
        "billing_invoiceline": {lena.line.pk},
        "billing_moneyevent": {lena.event.pk},
        "billing_payment": {lena.payment.pk},
        "billing_paymentattempt": {lena.attempt.pk},
        "billing_paymentmethod": {lena.method.pk},
        "billing_refund": {lena.refund.pk},
    }


def test_a_customer_scope_writes_nothing(lena: Records) -> None:
    with seeing_as_customer(lena.customer.pk):
        assert Payment.objects.update(captured_minor=0) == 0
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            PaymentMethod.objects.filter(pk=lena.method.pk)._raw_delete("default")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            PaymentMethod.objects.create(customer=lena.customer, last4="1111")

    with seeing_as_system():
        assert Payment.objects.get().captured_minor == lena.payment.captured_minor
        assert list(PaymentMethod.objects.all()) == [lena.method]


def test_no_scope_writes_nothing(lena: Records) -> None:
    assert Payment.objects.update(captured_minor=0) == 0
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        LedgerAccount.objects.create(code="cash", kind="asset", currency="EUR")


def test_a_foreign_key_can_still_not_point_at_nothing() -> None:
    with seeing_as_system():
        InvoiceLine.objects.create(invoice_id=987654321, position=1, description="", amount_minor=1)
        with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
            connection.check_constraints()
        InvoiceLine.objects.all().delete()


def test_scopes_nest_and_give_back_what_was(lena: Records, sam: Records) -> None:
    with seeing_as_customer(lena.customer.pk):
        with seeing_as_system():
            assert Payment.objects.count() == 2
        assert list(Payment.objects.all()) == [lena.payment]
        with pytest.raises(LookupError), seeing_as_agent():
            raise LookupError
        assert list(Payment.objects.all()) == [lena.payment]
    assert Payment.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_scope_ends_with_its_transaction_and_never_reaches_the_next_user_of_the_connection() -> None:
    lena = records_of(a_customer())
    told = "SELECT pg_backend_pid(), coalesce(current_setting('redress.scope', true), '')"
    used = set()

    for ending in (None, LookupError):
        with contextlib.suppress(LookupError), seeing_as_customer(lena.customer.pk):
            used.add(answer_to(told))
            if ending:
                raise ending
        assert answer_to(told)[1] == ""
        assert Payment.objects.count() == 0
        connections["default"].close()  # back to the pool
    assert {scope for _, scope in used} == {"customer"}

    for _ in range(20):  # the pool hands its connections out in turn
        pid, scope = answer_to(told)
        assert scope == ""
        used.discard((pid, "customer"))
        connections["default"].close()
    assert used == set()


def test_what_is_locked_is_counted_and_nothing_opens(lena: Records, sam: Records) -> None:
    assert what_is_locked(lena.customer.pk) == Locked(payments=1, invoices=1, methods=1, refunds=1)
    assert what_is_locked(987654321) == Locked(payments=0, invoices=0, methods=0, refunds=0)
    assert Payment.objects.count() == 0


def test_the_counting_function_cannot_be_led_to_another_table(lena: Records) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE billing_payment (customer_id bigint)")
        cursor.execute("SET LOCAL search_path = pg_temp, public")

        assert what_is_locked(lena.customer.pk).payments == 1


@pytest.mark.parametrize("scope", ["customer", "agent"])
def test_indexes_are_still_used(scope: str) -> None:
    customers = [Customer(reference=f"X-{number}") for number in range(200)]
    Customer.objects.bulk_create(customers)
    with seeing_as_system():
        Invoice.objects.bulk_create(
            Invoice(
                customer=customer,
                number=f"X-{customer.pk}-{month}",
                currency="EUR",
                total_minor=1,
                issued_on="2026-01-01",
            )
            for customer in customers
            for month in range(10)
        )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the table is small; ask what is possible, not what is cheap
    with seeing_as_customer(customers[7].pk) if scope == "customer" else seeing_as_agent():
        query = Invoice.objects.filter(customer_id=customers[7].pk).order_by("-issued_on")
        plan = query.explain()
        assert query.count() == 10

    assert "invoice_of_customer" in plan
    assert "Index Cond: (customer_id" in plan


def test_text_is_found_by_its_index_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with seeing_as_agent():
        assert "Index Cond" in Invoice.objects.filter(number="INV-1").explain()
        assert "Index Cond" in Agreement.objects.filter(reference="44-1").explain()
