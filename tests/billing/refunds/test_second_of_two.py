"""Two charges of one bill: one goes back as charged twice, the other does not, and everybody is told why."""

from datetime import timedelta

import pytest
from django.db import transaction

from billing.access.scopes import seeing_as_customer, seeing_as_system
from billing.actions.refunds import approve_refund, reject_refund, request_refund
from billing.errors import NotTwice
from billing.models import Customer, Invoice, Payment, PaymentMethod, Refund
from billing.queries import portal
from billing.queries.giving_back import giving_back
from billing.states import InvoiceStatus, PaymentStatus, RefundReason, RefundStatus
from supportdesk.people.models import User
from tests.billing.records import AT, Records, a_customer, records_of
from tests.billing.refunds.people import ask, somebody
from tests.personas import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def records() -> Records:
    """A bill of $125.00; the refund that comes with the records is out of the way."""
    records = records_of(a_customer())
    with seeing_as_system():
        Refund.objects.filter(pk=records.refund.pk).update(status=RefundStatus.WITHDRAWN)
        Invoice.objects.filter(pk=records.invoice.pk).update(status=InvoiceStatus.PAID)
    return records


def again(records: Records, *, billed: bool = True, card: PaymentMethod | None = None, minutes: int = 1) -> Payment:
    with seeing_as_system():
        return Payment.objects.create(
            customer=records.customer,
            reference=f"P-again-{minutes}",
            invoice=records.invoice if billed else None,
            method=card or records.method,
            status=PaymentStatus.SUCCEEDED,
            currency="USD",
            amount_minor=12_500,
            captured_minor=12_500,
            created_at=records.payment.created_at + timedelta(minutes=minutes),
        )


def rows() -> list[tuple[int, str]]:
    with seeing_as_system():
        return list(Refund.objects.exclude(status="withdrawn").order_by("pk").values_list("payment_id", "status"))


@pytest.mark.parametrize("billed", [True, False])
def test_the_second_of_two_charges_is_no_double_charge(records: Records, billed: bool) -> None:
    agent, twin = somebody("agent@desk.example"), again(records, billed=billed)
    ask(twin, by=agent, amount_minor=12_500, key="asked-1")

    with pytest.raises(NotTwice) as refused:
        ask(records.payment, by=agent, amount_minor=12_500, key="asked-2")

    assert str(refused.value) == (
        f"This is no longer a double charge: $125.00 of {twin.reference} has gone back or is on its way, and $125.00 "
        f"of bill {records.invoice.number} would be left unpaid. If the money should go back all the same, choose "
        "another reason."
    )
    assert rows() == [(twin.pk, "requested")]


def test_another_reason_may_still_give_it_back(records: Records) -> None:
    agent, twin = somebody("agent@desk.example"), again(records)
    ask(twin, by=agent, amount_minor=12_500, key="asked-1")

    with seeing_as_system():
        request_refund(
            records.payment.pk,
            amount_minor=12_500,
            reason=RefundReason.CANCELLED,
            by=agent,
            case_ref="T-7",
            idempotency_key="asked-2",
            at=AT,
        )

    assert rows() == [(twin.pk, "requested"), (records.payment.pk, "requested")]


def test_a_rejected_refund_makes_room_for_the_other(records: Records) -> None:
    agent, lead, twin = somebody("agent@desk.example"), somebody("lead@desk.example"), again(records)
    first = ask(twin, by=agent, amount_minor=12_500, key="asked-1")
    with seeing_as_system():
        reject_refund(first.pk, by=lead, note="Wrong one.", at=AT)

    ask(records.payment, by=agent, amount_minor=12_500, key="asked-2")

    assert rows() == [(twin.pk, "rejected"), (records.payment.pk, "requested")]


def test_the_third_of_three_may_go_back_too(records: Records) -> None:
    agent, twins = somebody("agent@desk.example"), [again(records), again(records, minutes=2)]

    for number, twin in enumerate(twins):
        ask(twin, by=agent, amount_minor=12_500, key=f"asked-{number}")
    with pytest.raises(NotTwice):
        ask(records.payment, by=agent, amount_minor=1, key="asked-9")

    assert rows() == [(twin.pk, "requested") for twin in twins]


def test_the_second_person_cannot_approve_it_once_the_other_is_gone(records: Records) -> None:
    agent, lead, twin = somebody("agent@desk.example"), somebody("lead@desk.example"), again(records)
    first = ask(twin, by=agent, amount_minor=12_500, key="asked-1")
    with seeing_as_system():
        request_refund(
            records.payment.pk,
            amount_minor=12_500,
            reason=RefundReason.GOODWILL,
            by=agent,
            case_ref="T-7",
            idempotency_key="asked-2",
            at=AT,
        )

        with pytest.raises(NotTwice), transaction.atomic():
            approve_refund(first.pk, by=lead, note="", at=AT)

    assert rows() == [(twin.pk, "requested"), (records.payment.pk, "requested")]


def test_another_card_or_another_day_is_no_pair(records: Records) -> None:
    with seeing_as_system():
        other = PaymentMethod.objects.create(customer=records.customer, brand="Visa", last4="1111")
    again(records, billed=False, card=other)
    again(records, billed=False, minutes=60 * 25)

    with seeing_as_system():
        told = giving_back(records.payment)

    assert (told.alike, told.over.minor) == ((), 0)
    assert told.warning == (
        f"No more than $125.00 is with us for bill {records.invoice.number}: what goes back leaves it unpaid."
    )


def test_agent_and_second_person_read_what_has_gone_back(records: Records, lead: User) -> None:
    agent, twin = somebody("agent@desk.example"), again(records)
    ask(twin, by=agent, amount_minor=12_500, key="asked-1")
    with seeing_as_system():
        waiting = request_refund(
            records.payment.pk,
            amount_minor=12_500,
            reason=RefundReason.GOODWILL,
            by=agent,
            case_ref="T-7",
            idempotency_key="asked-2",
            at=AT,
        )

    page = sign_in(lead).get(f"/admin/billing/refund/{waiting.pk}/change/").content.decode()

    assert f'<span class="ref">{twin.reference}</span>' in page
    assert '<strong><span class="money">$125.00</span> of it sent back or on its way</strong>' in page
    assert (
        f'This refund would leave <span class="money">$125.00</span> of bill {records.invoice.number} unpaid.' in page
    )


@pytest.mark.parametrize(("both", "chip"), [(False, "Paid"), (True, "Paid, then sent back")])
def test_the_customers_bill_shows_what_went_back(records: Records, both: bool, chip: str) -> None:
    twin = again(records)
    with seeing_as_system():
        user = make_user("lena@home.test")
        Customer.objects.filter(pk=records.customer.pk).update(user=user)
        for number, payment in enumerate([twin, records.payment] if both else [twin]):
            Payment.objects.filter(pk=payment.pk).update(refunded_minor=12_500)
            Refund.objects.create(
                customer=records.customer,
                payment=payment,
                reference=f"R-gone-{number}",
                status=RefundStatus.SUCCEEDED,
                amount_minor=12_500,
                currency="USD",
                reason=RefundReason.GOODWILL,
                idempotency_key=f"gone-{number}",
                request_hash="0" * 64,
            )

    page = sign_in(user).get(f"/my/bills/{records.invoice.number}/").content.decode()

    shown = [number for number in (0, 1) if f'href="/my/refunds/R-gone-{number}/"' in page]
    assert (shown, f">{chip}</span>" in page[page.index("<main") : page.index("record-state")]) == (
        [0, 1] if both else [0],
        True,
    )
    with seeing_as_customer(records.customer.pk):
        bills = portal.bills_page(records.customer, before="").rows
    assert [bill.sent_back for bill in bills] == [both]  # type: ignore[attr-defined]  # annotated by the query
