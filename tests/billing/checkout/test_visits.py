"""Paying a bill and changing the method on the provider's page: there, back, twice, and when it goes wrong."""

from functools import partial

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_customer, seeing_as_system
from billing.actions.checkouts import start_bill_payment, start_method_change
from billing.errors import BillNotPayable
from billing.gateways.base import GatewayRefused, GatewayTimeout
from billing.gateways.simulated.gateway import SimulatedGateway
from billing.models import (
    Agreement,
    Checkout,
    Customer,
    Invoice,
    LedgerEntry,
    OutboxMessage,
    Payment,
    PaymentAttempt,
)
from billing.states import CheckoutStatus, InvoiceStatus
from tests.billing.checkout.visiting import answer, events_happen, rows
from tests.billing.credits.bills import owed_by, pay
from tests.fakes.gateways import FakeGateway
from tests.personas import make_user, sign_in
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_bill_is_paid_there_and_found_paid_here(bill: Invoice, lena: Client) -> None:
    sent = lena.post(f"/my/bills/{bill.number}/pay/")
    assert sent.status_code == 303
    page = sent["Location"]
    assert page.startswith("/dev/pay/cs_sim_")
    assert "card number" not in lena.get(page).content.decode().lower()

    back = answer(lena, page, "approved")
    waiting = lena.get(back)
    assert (waiting["Refresh"], "We are waiting for your bank" in waiting.content.decode()) == ("3", True)
    events_happen()

    done = lena.get(back)
    assert "Thank you. The bill is paid" in done.content.decode()
    assert "Refresh" not in done
    assert rows(bill) == (InvoiceStatus.PAID, 1, [("succeeded", 11_500)])
    assert owed_by(bill) == 0
    with seeing_as_system():
        payment = Payment.objects.get(invoice=bill)
        assert (payment.customer_id, str(payment.method)) == (bill.customer_id, "Visa •••• 0077")
        assert Checkout.objects.get().status == CheckoutStatus.COMPLETE
    assert OutboxMessage.objects.filter(task="billing.tasks.tell_provider_of_payment").count() == 1


def test_a_decline_is_told_and_another_try_pays(bill: Invoice, lena: Client) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]

    assert answer(lena, page, "insufficient_funds") == page
    assert "There is not enough money on the account." in lena.get(page).content.decode()
    events_happen()
    assert rows(bill) == (InvoiceStatus.OPEN, 1, [("failed", 0)])

    assert answer(lena, page, "confirm") == page
    assert answer(lena, page, "not_confirmed") == page
    assert answer(lena, page, "confirm") == page
    assert answer(lena, page, "approved") == page  # another tab cannot say yes for the bank
    back = answer(lena, page, "confirmed")
    events_happen()

    assert rows(bill) == (InvoiceStatus.PAID, 1, [("succeeded", 11_500)])
    assert "Thank you" in lena.get(back).content.decode()
    with seeing_as_system():
        codes = list(PaymentAttempt.objects.order_by("number").values_list("decline_code", flat=True))
    assert codes == ["insufficient_funds", "authentication_required", ""]


def test_leaving_pays_nothing_and_the_same_page_waits(bill: Invoice, lena: Client) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]
    with seeing_as_system():
        reference = Checkout.objects.get().reference

    left = lena.get(f"/my/visits/{reference}/?left=yes").content.decode()

    assert "Nothing was paid" in left
    assert lena.post(f"/my/bills/{bill.number}/pay/")["Location"] == page
    assert rows(bill) == (InvoiceStatus.OPEN, 1, [])


def test_two_tabs_and_a_double_click_share_one_page(bill: Invoice) -> None:
    gateway = SimulatedGateway()

    urls = race([partial(start_bill_payment, bill.pk, gateway=gateway, at=timezone.now()) for _ in range(6)])

    assert len({str(url) for url in urls}) == 1
    assert rows(bill) == (InvoiceStatus.OPEN, 1, [])


def test_a_page_is_paid_once_whoever_presses(bill: Invoice, lena: Client) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]
    answer(lena, page, "approved")

    assert "This page was used already." in lena.get(page).content.decode()
    answer(lena, page, "approved")
    events_happen()
    events_happen()

    assert rows(bill) == (InvoiceStatus.PAID, 1, [("succeeded", 11_500)])


def test_a_paid_bill_is_not_paid_again(bill: Invoice, lena: Client) -> None:
    pay(bill, amount_minor=11_500)

    refused = lena.post(f"/my/bills/{bill.number}/pay/")

    assert refused.status_code == 409
    assert "This bill is paid. Thank you." in refused.content.decode()
    assert rows(bill)[1] == 0
    assert "Pay <span" not in lena.get(f"/my/bills/{bill.number}/").content.decode()


def test_a_payment_on_its_way_holds_the_next_one(bill: Invoice) -> None:
    payment = pay(bill, amount_minor=11_500)
    with seeing_as_system():
        Payment.objects.filter(pk=payment.pk).update(status="processing", captured_minor=0)

    with pytest.raises(BillNotPayable, match="on its way"):
        start_bill_payment(bill.pk, gateway=SimulatedGateway(), at=timezone.now())

    assert rows(bill)[1] == 0


def test_a_page_for_another_amount_is_closed_first(bill: Invoice) -> None:
    gateway = SimulatedGateway()
    first = start_bill_payment(bill.pk, gateway=gateway, at=timezone.now())
    with seeing_as_system():
        Invoice.objects.filter(pk=bill.pk).update(credited_minor=1_500)

    second = start_bill_payment(bill.pk, gateway=gateway, at=timezone.now())

    assert first != second
    with seeing_as_system():
        assert list(Checkout.objects.order_by("pk").values_list("status", "amount_minor")) == [
            ("expired", 11_500),
            ("open", 10_000),
        ]
    assert "ran out of time" in Client().get(first).content.decode()


def test_a_page_that_is_being_used_is_not_replaced(bill: Invoice, lena: Client) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]
    answer(lena, page, "approved")  # paid there; its events are not here yet
    with seeing_as_system():
        Invoice.objects.filter(pk=bill.pk).update(credited_minor=1_500)

    with pytest.raises(BillNotPayable, match="another window"):
        start_bill_payment(bill.pk, gateway=SimulatedGateway(), at=timezone.now())

    assert rows(bill)[1] == 1


@pytest.mark.parametrize("error", [GatewayTimeout("slow"), GatewayRefused("no")])
def test_a_provider_that_is_away_loses_nothing(bill: Invoice, stripe_settings: None, error: Exception) -> None:
    gateway = FakeGateway(answers=[error])  # type: ignore[list-item]  # of the kinds it takes

    with pytest.raises(BillNotPayable, match="cannot be reached"):
        start_bill_payment(bill.pk, gateway=gateway, at=timezone.now())
    url = start_bill_payment(bill.pk, gateway=gateway, at=timezone.now())

    assert gateway.calls[0] == gateway.calls[1]  # the same key: the same page, whatever became of the first call
    assert url.startswith("https://checkout.stripe.com/c/V-")
    assert rows(bill)[1] == 1


@pytest.mark.parametrize(
    ("currency", "total_minor", "pages"),
    [("KWD", 11_500, 1), ("KWD", 11_505, 0), ("MGA", 11_500, 0), ("ISK", 11_500, 0), ("JPY", 11_505, 1)],
)
def test_what_stripe_counts_otherwise_is_not_asked_of_it(
    bill: Invoice, stripe_settings: None, currency: str, total_minor: int, pages: int
) -> None:
    gateway = FakeGateway()
    with seeing_as_system():
        Invoice.objects.filter(pk=bill.pk).update(currency=currency, total_minor=total_minor)

    if pages:
        start_bill_payment(bill.pk, gateway=gateway, at=timezone.now())
    else:
        with pytest.raises(BillNotPayable, match="cannot take this amount"):
            start_bill_payment(bill.pk, gateway=gateway, at=timezone.now())

    assert (rows(bill)[1], len(gateway.calls)) == (pages, pages)


def test_nobody_is_sent_anywhere_else(bill: Invoice, settings: object) -> None:
    settings.PAYMENT_PROVIDER = "stripe"  # type: ignore[attr-defined]  # pytest-django's settings
    gateway = FakeGateway()
    settings.PAYMENT_PAGE_ORIGIN = "https://checkout.stripe.com.evil.example"  # type: ignore[attr-defined]  # as above
    page = gateway.start_payment
    honest = "https://checkout.stripe.com"

    def lies(order: object) -> object:
        made = page(order)  # type: ignore[arg-type]  # as the action gives it
        settings.PAYMENT_PAGE_ORIGIN = honest  # type: ignore[attr-defined]  # as above
        return made

    gateway.start_payment = lies  # type: ignore[method-assign, assignment]  # an answer that names another host
    with pytest.raises(BillNotPayable):
        start_bill_payment(bill.pk, gateway=gateway, at=timezone.now())

    with seeing_as_system():
        assert Checkout.objects.get().url == ""


def test_a_new_card_pays_the_agreement(bill: Invoice, lena: Client) -> None:
    with seeing_as_system():
        agreement = Agreement.objects.get(invoices=bill)
    page = lena.post(f"/my/methods/{agreement.reference}/change/")["Location"]

    back = answer(lena, page, "approved")
    assert "We are waiting for our payment provider" in lena.get(back).content.decode()
    events_happen()

    assert "is paid with Visa •••• 0077 from now on" in lena.get(back).content.decode()
    with seeing_as_system():
        agreement.refresh_from_db()
        assert str(agreement.payment_method) == "Visa •••• 0077"
        assert (agreement.payment_method.exp_month, agreement.payment_method.exp_year) == (11, 2030)  # type: ignore[union-attr]  # it has one now
        assert LedgerEntry.objects.filter(posting__kind="payment").count() == 0
    assert OutboxMessage.objects.filter(task="billing.tasks.tell_provider_of_method").count() == 1
    methods = lena.get("/my/methods/").content.decode()
    assert "11/2030" in methods
    assert "In use" in methods


def test_somebody_the_provider_does_not_know_asks_us(bill: Invoice) -> None:
    with seeing_as_system():
        Customer.objects.filter(pk=bill.customer_id).update(provider="file", external_id="17")

    with pytest.raises(BillNotPayable, match="Ask us"):
        start_method_change(bill.agreement_id or 0, gateway=SimulatedGateway(), at=timezone.now())

    assert rows(bill)[1] == 0


def test_a_stranger_pays_and_sees_nothing(bill: Invoice, lena: Client) -> None:
    lena.post(f"/my/bills/{bill.number}/pay/")
    with seeing_as_system():
        reference, other = Checkout.objects.get().reference, Customer.objects.create(reference="C-other")
        other.user = make_user("other@home.test")
        other.save()
    stranger = sign_in(other.user)

    assert stranger.post(f"/my/bills/{bill.number}/pay/").status_code == 404
    assert stranger.get(f"/my/visits/{reference}/").status_code == 404
    with seeing_as_customer(other.pk):
        assert Checkout.objects.count() == 0


def test_the_form_may_end_at_the_provider_and_nowhere_else(bill: Invoice, lena: Client) -> None:
    policy = lena.get(f"/my/bills/{bill.number}/")["Content-Security-Policy"]

    assert "form-action 'self' https://checkout.stripe.com;" in policy + ";"
    assert "checkout.stripe.com" not in lena.get("/my/payments/")["Content-Security-Policy"]


def test_a_finished_visit_stays_finished(bill: Invoice, lena: Client) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]
    answer(lena, page, "approved")
    events_happen()

    with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
        Checkout.objects.update(status="open")


def test_the_page_of_the_simulated_provider_is_the_demos_alone(bill: Invoice, lena: Client, settings: object) -> None:
    page = lena.post(f"/my/bills/{bill.number}/pay/")["Location"]
    assert lena.post(page, {"outcome": "free money"}).status_code == 422

    settings.PAYMENT_PROVIDER = "stripe"  # type: ignore[attr-defined]  # pytest-django's settings
    assert lena.get(page).status_code == 404
    settings.PAYMENT_PROVIDER, settings.PRODUCTION = "simulated", True  # type: ignore[attr-defined]  # as above
    assert lena.get(page).status_code == 404
