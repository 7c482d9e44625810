"""A customer's own bills, payments and refunds: theirs alone, in plain words, at a fixed cost."""

import pytest
from django.test import Client

from billing.access.scopes import seeing_as_system
from billing.models import Customer, Invoice, PaymentRead, Refund
from billing.states import InvoiceStatus, RefundStatus
from supportdesk.people.models import User
from tests.billing.records import Records, records_of

PAGES = ("/my/bills/", "/my/payments/")


@pytest.fixture
def records(customer: User) -> Records:
    record = Customer.objects.create(reference="C-own", name="Lena Ortiz", email=customer.email, user=customer)
    return records_of(record)


def test_a_bill_shows_its_lines_and_its_payments(records: Records, customer_client: Client) -> None:
    page = customer_client.get(f"/my/bills/{records.invoice.number}/").content.decode()

    assert "Monthly premium" in page
    assert page.count("$125.00") == 3  # the line, the total, the payment: a bill that is paid has no button to pay
    assert "Visa •••• 4242" in page


def test_a_look_is_recorded_once(records: Records, customer_client: Client) -> None:
    customer_client.get(f"/my/bills/{records.invoice.number}/")

    looks = list(PaymentRead.objects.values_list("outcome", "reading", "customer_id"))
    assert looks == [("seen", "own", records.customer.pk)]


def test_a_draft_is_not_a_bill_yet(records: Records, customer_client: Client) -> None:
    with seeing_as_system():
        Invoice.objects.filter(pk=records.invoice.pk).update(status=InvoiceStatus.DRAFT)

    assert customer_client.get(f"/my/bills/{records.invoice.number}/").status_code == 404
    assert records.invoice.number not in customer_client.get("/my/bills/").content.decode()


def test_a_refund_that_waits_for_a_second_person_is_not_told(records: Records, customer_client: Client) -> None:
    """It may be rejected; the customer was promised nothing."""
    assert records.refund.status == RefundStatus.REQUESTED

    assert customer_client.get(f"/my/refunds/{records.refund.reference}/").status_code == 404
    assert "Refund" not in customer_client.get(f"/my/payments/{records.payment.reference}/").content.decode()


def test_a_refund_on_its_way_has_a_page(records: Records, customer_client: Client) -> None:
    with seeing_as_system():
        Refund.objects.create(
            customer=records.customer,
            payment=records.payment,
            reference="R-sent",
            status=RefundStatus.PENDING,
            amount_minor=2500,
            currency="USD",
            reason="duplicate",
            idempotency_key="k",
            request_hash="0" * 64,
        )

    page = customer_client.get("/my/refunds/R-sent/").content.decode()

    assert "Refund of" in page
    assert "$25.00" in page
    assert "Your bank shows it" in page


def test_somebody_without_records_is_told_so(customer_client: Client) -> None:
    for address in PAGES:
        assert "We have no bills under this address" in customer_client.get(address).content.decode()


@pytest.mark.parametrize(
    "key", ["", "x_y", "_", "2026-01-01_", "2026-99-99_1", "9" * 300, "2026-01-01T00:00:00_1", "\0_1"]
)
def test_a_broken_page_key_starts_at_the_top(records: Records, customer_client: Client, key: str) -> None:
    for address in PAGES:
        response = customer_client.get(address, {"before": key})
        assert response.status_code == 200
        assert "$125.00" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize(("address", "queries"), [("/my/bills/", 9), ("/my/payments/", 17)])
def test_lists_cost_the_same_with_one_record_and_with_four(
    records: Records, customer_client: Client, django_assert_num_queries: object, address: str, queries: int, rows: int
) -> None:
    for _ in range(rows - 1):
        records_of(records.customer)

    with django_assert_num_queries(queries):  # type: ignore[operator]  # pytest-django types the fixture as object
        customer_client.get(address)
