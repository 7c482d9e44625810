"""What was paid on the provider's page is told late, in any order: meanwhile nobody is asked to pay again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.checkouts import LIVES, start_bill_payment
from billing.errors import BillNotPayable
from billing.gateways.base import GatewayRefused, GatewayTimeout
from billing.gateways.simulated import hosted
from billing.gateways.simulated.gateway import SimulatedGateway
from billing.models import Checkout, Invoice
from billing.states import InvoiceStatus
from tests.billing.checkout.visiting import answer, events_happen, happened, rows
from tests.billing.webhooks.inbox import deliver
from tests.fakes.gateways import FakeGateway
from tests.fakes.stripe_objects import T0, event, intent

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_finished_page_is_waited_for_until_its_payment_is_told(bill: Invoice, lena: Client) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]
    answer(lena, page, "approved")
    happened("checkout.session.completed")

    refused = lena.post(f"/my/bills/{bill.number}/pay/")

    assert (refused.status_code, "on its way" in refused.content.decode()) == (409, True)
    assert rows(bill) == (InvoiceStatus.OPEN, 1, [])
    events_happen()
    assert rows(bill) == (InvoiceStatus.PAID, 1, [("succeeded", 11_500)])


def test_an_earlier_decline_on_the_page_is_not_its_end(bill: Invoice, lena: Client) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]
    answer(lena, page, "insufficient_funds")
    answer(lena, page, "approved")
    happened("payment_intent.payment_failed", "checkout.session.completed")
    assert rows(bill)[2] == [("failed", 0)]

    assert lena.post(f"/my/bills/{bill.number}/pay/").status_code == 409
    assert rows(bill)[1] == 1


def test_a_payment_that_fails_after_the_page_was_left_can_be_tried_again(bill: Invoice) -> None:
    """A direct debit: the page is finished, and the bank says no days later."""
    start_bill_payment(bill.pk, gateway=SimulatedGateway(), at=timezone.now())
    with seeing_as_system():
        visit = Checkout.objects.get()
    session = {
        "id": visit.external_id,
        "object": "checkout.session",
        "status": "complete",
        "payment_intent": "pi_1",
        "metadata": {"redress_checkout": visit.reference},
    }
    ours = intent(metadata={"redress_bill": f"redress:{bill.number}"}, amount=11_500)
    told = [
        event("checkout.session.completed", session, T0 + 9),
        event("payment_intent.processing", {**ours, "status": "processing"}, T0 + 9),
        event("payment_intent.payment_failed", {**ours, "status": "requires_payment_method"}, T0 + 9_000),
        event("checkout.session.async_payment_failed", session, T0 + 9_000),
    ]
    failed = {"last_payment_error": {"code": "debit_not_authorized"}}
    told[2]["data"]["object"] |= failed
    for known in (told[:1], told[:2]):
        with seeing_as_system():
            deliver(known, provider="simulated")
        with pytest.raises(BillNotPayable, match="on its way"):
            start_bill_payment(bill.pk, gateway=SimulatedGateway(), at=timezone.now())
    with seeing_as_system():
        deliver(told, provider="simulated")

    assert start_bill_payment(bill.pk, gateway=SimulatedGateway(), at=timezone.now())
    assert rows(bill) == (InvoiceStatus.OPEN, 2, [("failed", 0)])


@pytest.mark.parametrize(("paid", "pages"), [(True, 1), (False, 2)])
def test_a_page_that_ran_out_may_have_been_paid_at_its_last_moment(
    bill: Invoice, lena: Client, paid: bool, pages: int
) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]
    if paid:
        answer(lena, page, "approved")
    with seeing_as_system():
        Checkout.objects.update(expires_at=timezone.now() - timedelta(seconds=5))
        if not paid:
            hosted.close_session(page.split("/")[-2], at=timezone.now())

    again = lena.post(f"/my/bills/{bill.number}/pay/")

    assert (again.status_code, rows(bill)[1]) == (409 if paid else 303, pages)
    events_happen()
    assert rows(bill)[2] == ([("succeeded", 11_500)] if paid else [])


@pytest.mark.parametrize(("minutes", "opened"), [(59, False), (61, True)])
def test_a_page_that_the_provider_does_not_know_holds_the_bill_for_an_hour(
    bill: Invoice, minutes: int, opened: bool
) -> None:
    start_bill_payment(bill.pk, gateway=SimulatedGateway(), at=timezone.now())
    at = timezone.now() + LIVES + timedelta(minutes=minutes)
    with seeing_as_system():
        Checkout.objects.update(external_id="cs_of_another_account")

    if opened:
        start_bill_payment(bill.pk, gateway=SimulatedGateway(), at=at)
    else:
        with pytest.raises(BillNotPayable, match="another window"):
            start_bill_payment(bill.pk, gateway=SimulatedGateway(), at=at)
    assert rows(bill)[1] == (2 if opened else 1)


def test_nobody_is_sent_to_a_new_page_while_the_provider_is_away(bill: Invoice, stripe_settings: None) -> None:
    start_bill_payment(bill.pk, gateway=FakeGateway(), at=timezone.now())
    gateway = FakeGateway(answers=[GatewayRefused("used"), GatewayTimeout("slow")])

    with pytest.raises(BillNotPayable, match="cannot be reached"):
        start_bill_payment(bill.pk, gateway=gateway, at=timezone.now() + LIVES)

    assert (rows(bill)[1], [call.split()[0] for call in gateway.calls]) == (1, ["close", "read"])
