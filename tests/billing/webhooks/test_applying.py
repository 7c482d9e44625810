"""What events become: rows, postings, events of ours; and what is held because it does not fit."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from billing.access.scopes import seeing_as_system
from billing.actions.inbox import GIVE_UP_AFTER, apply_event, apply_held, discard_held, note_failure
from billing.actions.reconciliation.making import move_payment
from billing.errors import EventNotHeld
from billing.models import (
    Agreement,
    Customer,
    Invoice,
    MoneyEvent,
    OutboxMessage,
    Payment,
    PaymentMethod,
    ProviderEvent,
    Refund,
)
from billing.states import InboxStatus, InvoiceStatus, MethodStatus, PaymentStatus
from supportdesk.people import roles
from tests.billing.reconciliation.records import limit
from tests.billing.refunds.people import somebody
from tests.billing.webhooks.inbox import NOW, deliver, final_state, statuses
from tests.fakes.stripe_objects import (
    T0,
    charge,
    customer,
    event,
    failed_charge,
    intent,
    invoice,
    refund,
    subscription,
)
from tests.personas import make_staff

pytestmark = pytest.mark.django_db


def take(*events: dict[str, Any]) -> None:
    deliver(events)
    assert {status for status, _ in statuses().values()} == {"applied"}


@pytest.fixture(autouse=True)
def system(db: None) -> Any:
    with seeing_as_system():
        yield


def kinds() -> list[str]:
    return list(MoneyEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_a_charge_becomes_a_payment_with_its_method_and_customer() -> None:
    take(event("charge.succeeded", charge(calculated_statement_descriptor="HOME POLICY"), T0))

    payment = Payment.objects.get()
    assert (payment.status, payment.amount_minor, payment.captured_minor) == ("succeeded", 10_000, 10_000)
    assert (payment.currency, payment.descriptor, payment.external_id) == ("USD", "HOME POLICY", "ch_1")
    assert payment.captured_at == datetime.fromtimestamp(T0, tz=UTC)
    method = PaymentMethod.objects.get(payments=payment)
    assert (method.brand, method.last4, method.exp_year) == ("visa", "4242", 2030)
    assert payment.customer == method.customer == Customer.objects.get()
    assert [(row.outcome, row.network) for row in payment.attempts.all()] == [("succeeded", "visa")]
    assert kinds() == ["payment_succeeded"]
    heard = OutboxMessage.objects.filter(task="supportdesk.tickets.tasks.hear_money_event")
    assert list(heard.values_list("payload", flat=True)) == [{"event_id": MoneyEvent.objects.get().pk}]


def test_a_decline_keeps_the_bank_s_words() -> None:
    item = failed_charge(payment_intent="pi_1")
    item["outcome"]["advice_code"] = "try_again_later"
    take(event("charge.failed", item, T0))

    payment = Payment.objects.get()
    assert (payment.status, payment.captured_minor, payment.external_id) == ("failed", 0, "pi_1")
    row = payment.attempts.get()
    assert (row.outcome, row.decline_code, row.network_code) == ("declined", "insufficient_funds", "51")
    assert (row.advice_code, row.external_id, kinds()) == ("try_again_later", "ch_1", ["payment_failed"])


def test_a_bank_that_was_not_reached_is_no_decline() -> None:
    take(event("charge.failed", failed_charge(reason="processing_error"), T0))

    assert Payment.objects.get().attempts.get().outcome == "error"


def test_attempts_of_one_intent_are_one_payment() -> None:
    take(
        event("charge.failed", failed_charge("ch_a", payment_intent="pi_1"), T0),
        event("charge.failed", failed_charge("ch_b", payment_intent="pi_1", created=T0 + 60), T0 + 60),
        event("charge.succeeded", charge("ch_c", payment_intent="pi_1", created=T0 + 90), T0 + 90),
    )

    payment = Payment.objects.get()
    assert (payment.status, payment.captured_minor) == (PaymentStatus.SUCCEEDED, 10_000)
    assert [(row.number, row.external_id) for row in payment.attempts.all()] == [(1, "ch_a"), (2, "ch_b"), (3, "ch_c")]
    assert kinds() == ["payment_failed", "payment_failed", "payment_succeeded"]


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        ("requires_payment_method", {}, PaymentStatus.REQUIRES_ACTION),
        ("requires_payment_method", {"last_payment_error": {"code": "card_declined"}}, PaymentStatus.FAILED),
        ("requires_source", {}, PaymentStatus.REQUIRES_ACTION),
        ("requires_confirmation", {}, PaymentStatus.REQUIRES_ACTION),
        ("requires_action", {}, PaymentStatus.REQUIRES_ACTION),
        ("processing", {}, PaymentStatus.PROCESSING),
        ("requires_capture", {}, PaymentStatus.AUTHORISED),
        ("canceled", {}, PaymentStatus.CANCELED),
        ("succeeded", {"amount_received": 10_000}, PaymentStatus.SUCCEEDED),
    ],
)
def test_an_intent_alone(status: str, more: dict[str, Any], expected: PaymentStatus) -> None:
    take(event("payment_intent.updated", intent(status=status, **more), T0))

    assert Payment.objects.get().status == expected


def test_a_hold_falls_away_by_itself_after_a_week() -> None:
    take(event("charge.succeeded", charge(captured=False, amount_captured=0), T0))

    payment = Payment.objects.get()
    assert (payment.status, payment.captured_minor) == (PaymentStatus.AUTHORISED, 0)
    assert payment.hold_expires_at == datetime.fromtimestamp(T0 + 7 * 86_400, tz=UTC)


def test_a_guest_is_somebody() -> None:
    who = {"name": "Ana Sá", "email": "ana@example.org"}
    take(event("charge.succeeded", charge(customer=None, billing_details=who), T0))

    guest = Payment.objects.get().customer
    assert (guest.name, guest.email, guest.external_id) == ("Ana Sá", "ana@example.org", "guest_of_ch_1")
    assert PaymentMethod.objects.get().last4 == "4242"


def test_a_bill_with_its_lines() -> None:
    lines = [
        {"id": "il_1", "amount": 9_000, "description": "Home policy", "type": "subscription"},
        {"id": "il_2", "amount": -500, "description": "Promotion", "type": "invoiceitem"},
        {"id": "il_3", "amount": 800, "description": "Change on 3 May", "proration": True},
    ]
    take(event("invoice.finalized", invoice(lines={"data": lines}, total=10_000, tax=700, due_date=T0), T0))

    bill = Invoice.objects.get()
    assert (bill.number, bill.status, bill.total_minor, bill.issued_on) == ("A-0001", "open", 10_000, date(2026, 9, 21))
    assert [(line.kind, line.description, line.amount_minor) for line in bill.lines.all()] == [
        ("plan", "Home policy", 9_000),
        ("credit", "Promotion", -500),
        ("proration", "Change on 3 May", 800),
        ("tax", "Tax", 700),
    ]
    assert kinds() == ["invoice_issued"]


def test_lines_on_further_pages_are_summed_up() -> None:
    part = {"data": [{"id": "il_1", "amount": 100, "description": "First"}], "has_more": True}
    take(event("invoice.finalized", invoice(lines=part), T0))

    assert list(Invoice.objects.get().lines.values_list("description", "amount_minor")) == [
        ("First", 100),
        ("Further lines, listed at the provider", 9_900),
    ]


def test_a_bill_of_a_policy_that_was_told_of_later() -> None:
    take(event("invoice.finalized", invoice(subscription="sub_1"), T0))
    assert Invoice.objects.get().agreement is None

    item = subscription(metadata={"policy_number": "44-1", "title": "Home"}, status="past_due")
    take(event("customer.subscription.updated", item, T0 + 5))

    agreement = Agreement.objects.get()
    assert Invoice.objects.get().agreement == agreement
    assert (agreement.kind, agreement.title, agreement.status) == ("policy", "Home", "grace")
    assert agreement.grace_until == datetime.fromtimestamp(T0 - 1000 + 14 * 86_400, tz=UTC).date()


def test_a_voided_bill_leaves_the_books() -> None:
    take(event("invoice.finalized", invoice(), T0), event("invoice.voided", invoice(status="void"), T0 + 9))

    assert (Invoice.objects.get().status, final_state()["books"]) == (InvoiceStatus.VOID, {})
    assert kinds() == ["invoice_issued", "invoice_changed"]


def test_a_removed_card_and_a_deleted_customer_stay_known() -> None:
    card = {"id": "card_1", "object": "card", "customer": "cus_1", "last4": "4242", "brand": "Visa", "exp_month": 1}
    take(
        event("customer.created", customer(email="lena@example.org"), T0),
        event("customer.source.created", card, T0),
        event("customer.source.deleted", card, T0 + 1),
        event("customer.deleted", {"id": "cus_1", "object": "customer", "deleted": True}, T0 + 2),
    )

    assert (PaymentMethod.objects.get().status, PaymentMethod.objects.get().brand) == (MethodStatus.DETACHED, "visa")
    assert Customer.objects.get().email == "lena@example.org"


def test_another_address_is_remembered_for_refunds() -> None:
    changed = event("customer.updated", customer(email="new@example.org"), T0 + 9)
    changed["data"]["previous_attributes"] = {"email": "lena@example.org"}
    take(event("customer.created", customer(email="lena@example.org"), T0), changed)

    assert Customer.objects.get().contact_changed_at == datetime.fromtimestamp(T0 + 9, tz=UTC)


def test_a_postal_address_is_kept_for_the_bill_and_stays_with_a_customer_who_is_gone() -> None:
    address = {"line1": "9 Alder Street", "city": "Portland", "postal_code": "97205", "country": "US"}
    take(
        event("customer.created", customer(address=address), T0),
        event("customer.deleted", {"id": "cus_1", "object": "customer", "deleted": True}, T0 + 2),
    )

    assert Customer.objects.get().address_lines == ["9 Alder Street", "Portland 97205"]


def test_a_refund_waits_for_its_charge() -> None:
    take(event("refund.created", refund(), T0 + 100))
    assert Refund.objects.count() == 0

    take(event("charge.succeeded", charge(), T0))

    assert (Refund.objects.get().status, Payment.objects.get().refund_held_minor) == ("pending", 4_000)


HELD = {
    "It is about the account acct_other, not ours.": event("charge.succeeded", charge(), T0, account="acct_other"),
    "It is a live event and we run in test mode.": event("charge.succeeded", charge(), T0, livemode=True),
    "The payment has no amount.": event("charge.succeeded", charge(amount=0, amount_captured=0), T0),
    "amount is not a whole number of minor units.": event("charge.succeeded", charge(amount=10.5), T0),
    "amount is too large to be money.": event("charge.succeeded", charge(amount=10**16), T0),
    "currency is XXX, which we do not keep books in.": event("charge.succeeded", charge(currency="xxx"), T0),
    "currency is not three letters.": event("charge.succeeded", charge(currency="dollars"), T0),
    "currency is ISK, of which the provider counts hundredths that do not exist.": event(
        "charge.succeeded", charge(currency="isk"), T0
    ),
    "currency is MGA, of which the provider counts whole ones and we keep hundredths.": event(
        "charge.succeeded", charge(currency="mga"), T0
    ),
    "status is 'evaporated', which we do not know.": event("charge.succeeded", charge(status="evaporated"), T0),
    "The bill belongs to no customer.": event("invoice.finalized", invoice(customer=None), T0),
}


@pytest.mark.parametrize("reason", HELD)
def test_what_does_not_fit_is_held_with_its_reason(reason: str) -> None:
    deliver([HELD[reason]])

    assert list(statuses().values()) == [("held", reason)]
    assert (Payment.objects.count(), Invoice.objects.count(), kinds()) == (0, 0, ["event_held"])
    assert final_state()["books"] == {}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (refund(currency="eur"), "The refund is in EUR, its payment in USD."),
        (refund(amount=10_001), "The refund is larger than its payment."),
        (refund(amount=0), "The refund has no amount."),
    ],
)
@pytest.mark.parametrize("charge_first", [True, False])
def test_a_refund_that_does_not_fit_its_payment(item: dict[str, Any], reason: str, charge_first: bool) -> None:
    paid, back = event("charge.succeeded", charge(), T0), event("refund.created", item, T0 + 100)
    deliver([paid, back] if charge_first else [back, paid])

    assert (Refund.objects.count(), Payment.objects.get().refundable_minor) == (0, 10_000)
    assert reason in {because for status, because in statuses().values() if status == "held"}


def test_another_currency_than_our_record_is_held_and_nothing_of_it_kept() -> None:
    deliver([event("charge.succeeded", charge(), T0)])
    before = final_state()
    deliver([event("charge.updated", charge(currency="eur"), T0 + 5)])

    assert statuses()["evt_charge.updated_ch_1_1790000005"] == (
        "held",
        "The payment was in USD; the event says EUR.",
    )
    assert {**final_state(), "billing.ProviderObject": None} == {**before, "billing.ProviderObject": None}


def test_held_at_first_and_fitting_later() -> None:
    deliver([event("invoice.finalized", invoice("in_0"), T0), event("invoice.finalized", invoice("in_1"), T0)])
    assert statuses()[f"evt_invoice.finalized_in_1_{T0}"] == ("held", "Another bill already has the number A-0001.")

    deliver([event("invoice.updated", invoice("in_1", number="A-0002"), T0 + 5)])

    assert statuses()[f"evt_invoice.finalized_in_1_{T0}"] == ("applied", "Held at first; what came later made it fit.")
    assert set(Invoice.objects.values_list("number", flat=True)) == {"A-0001", "A-0002"}


def test_a_person_decides_about_a_held_event() -> None:
    lead = somebody("lead@desk.example")
    deliver([event("charge.succeeded", charge("ch_1"), T0, livemode=True)])
    deliver([event("charge.succeeded", charge("ch_2"), T0, livemode=True)])
    first, second = ProviderEvent.objects.order_by("pk")

    assert apply_held(first.pk, by=lead, at=NOW).status == InboxStatus.APPLIED
    assert discard_held(second.pk, by=lead, note="From the staging account.", at=NOW).status == InboxStatus.IGNORED

    assert list(Payment.objects.values_list("external_id", flat=True)) == ["ch_1"]
    assert statuses()[second.event_id] == ("ignored", "From the staging account.")
    assert set(ProviderEvent.objects.values_list("reviewed_by", "reviewed_at")) == {(lead.pk, NOW)}
    for row in (first, second):
        with pytest.raises(EventNotHeld):
            apply_held(row.pk, by=lead, at=NOW)


def test_a_poisoned_event_is_dead_after_its_tries_and_can_be_replayed() -> None:
    deliver([event("moon.rose", {"id": "moon_1", "object": "moon"}, T0)])
    row = ProviderEvent.objects.get()
    ProviderEvent.objects.update(status=InboxStatus.RECEIVED)

    dead = [note_failure(row.pk, error="ValueError: bad luck", at=NOW) for _ in range(GIVE_UP_AFTER)]

    assert dead == [False] * (GIVE_UP_AFTER - 1) + [True]
    assert (list(statuses().values()), kinds()) == ([("dead", "ValueError: bad luck")], ["event_held"])
    apply_event(row.pk, at=NOW)
    assert ProviderEvent.objects.get().status == InboxStatus.IGNORED


def test_an_event_of_no_known_kind_is_ignored_and_kept() -> None:
    deliver([event("moon.rose", {"id": "moon_1", "object": "moon"}, T0)])

    assert list(statuses().values()) == [("ignored", "A kind of event that nothing here is made from.")]


def test_a_preview_of_a_bill_to_come_bills_nothing() -> None:
    deliver([event("invoice.upcoming", invoice(), T0)])

    assert (Invoice.objects.count(), next(iter(statuses().values()))[0]) == (0, "ignored")


def test_a_payment_that_finance_moved_stays_on_its_bill() -> None:
    paid = charge(invoice="in_1")
    take(
        event("invoice.finalized", invoice(), T0 - 1),
        event("invoice.finalized", invoice("in_2", number="A-0002"), T0 - 1),
        event("charge.succeeded", paid, T0),
    )
    payment, other = Payment.objects.get(), Invoice.objects.get(external_id="in_2")
    fin = make_staff("fin@desk.example", roles.FINANCE)
    limit(10_000)
    moved = move_payment(payment.pk, invoice_id=other.pk, by=fin, key="m" * 32, at=NOW)
    assert moved.status == "posted"

    take(event("charge.updated", {**paid, "description": "Home policy"}, T0 + 50))
    assert Payment.objects.get().invoice == other

    first = Invoice.objects.get(external_id="in_1")
    move_payment(payment.pk, invoice_id=first.pk, by=fin, key="b" * 32, at=NOW)
    take(event("charge.updated", {**paid, "description": "Home"}, T0 + 60))
    assert Payment.objects.get().invoice == first


def test_a_bill_paid_here_stays_so_while_its_provider_calls_it_open_and_open_once_that_was_undone() -> None:
    take(event("invoice.finalized", invoice(), T0))
    Invoice.objects.update(status=InvoiceStatus.PAID, paid_here_at=NOW, transferred_minor=10_000)

    take(event("invoice.updated", invoice(attempt_count=1), T0 + 5))
    assert Invoice.objects.get().status == InvoiceStatus.PAID

    Invoice.objects.update(status=InvoiceStatus.OPEN, transferred_minor=0)
    take(event("invoice.paid", invoice(status="paid"), T0 + 9))
    assert Invoice.objects.get().status == InvoiceStatus.OPEN  # that was our own word, and finance took it back

    Invoice.objects.update(paid_here_at=None)
    take(event("invoice.updated", invoice(status="paid", attempt_count=2), T0 + 12))
    assert Invoice.objects.get().status == InvoiceStatus.PAID
