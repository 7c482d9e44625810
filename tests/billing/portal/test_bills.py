"""A bill as it was seen: frozen, printed, versioned; with what was taken off it. Each customer's own, and no more."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from billing.access.scopes import seeing_as_customer, seeing_as_system
from billing.actions.credits import approve_credit
from billing.actions.renderings import first_seen, freeze_bill
from billing.bill_documents import bill_document, hash_of
from billing.credits.plans import Correct, Goodwill, WaiveFee
from billing.diagnosis_facts import diagnosis_facts
from billing.models import (
    Agreement,
    CreditNote,
    CreditNoteLine,
    Customer,
    Invoice,
    InvoiceLine,
    InvoiceRendering,
    PaymentMethod,
)
from billing.queries.bills import RenderingBroken, seen_bill
from billing.queries.methods import ways_to_pay
from billing.states import LineKind, OwedBack
from tests.billing.credits.bills import AT, a_bill, ask, with_budget
from tests.billing.refunds.people import somebody
from tests.personas import make_user, sign_in

pytestmark = pytest.mark.django_db


def own(bill: Invoice, email: str = "lena@home.test") -> Client:
    user = make_user(email)
    with seeing_as_system():
        Customer.objects.filter(pk=bill.customer_id).update(user=user)
    return sign_in(user)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_seen_stays_when_the_bill_changes() -> None:
    bill = a_bill(paid=False)
    lena = own(bill)
    before = text_of(lena, f"/my/bills/{bill.number}/")
    assert before.count("$115.00") == 3  # what happened (it is overdue), the button to pay it, the total

    with seeing_as_system():
        InvoiceLine.objects.filter(invoice=bill, position=1).update(amount_minor=99_000)
        Invoice.objects.filter(pk=bill.pk).update(total_minor=100_500)
        Customer.objects.filter(pk=bill.customer_id).update(name="Somebody Else")
    after = text_of(lena, f"/my/bills/{bill.number}/")

    assert "$990.00" not in after
    assert "$115.00" in after
    assert "Somebody Else" not in after[after.index("<main") :]


def test_a_bill_that_the_provider_changed_is_shown_anew_and_as_it_was() -> None:
    bill = a_bill(paid=False)
    lena = own(bill)
    with seeing_as_system():
        freeze_bill(bill, at=AT)
        InvoiceLine.objects.filter(invoice=bill, position=1).update(amount_minor=12_000)
        Invoice.objects.filter(pk=bill.pk).update(total_minor=13_500)
        freeze_bill(Invoice.objects.get(pk=bill.pk), at=AT + timedelta(days=1))

    now = text_of(lena, f"/my/bills/{bill.number}/")
    assert ("$135.00" in now, "See it as it was before" in now) == (True, True)
    assert "$115.00" in text_of(lena, f"/my/bills/{bill.number}/print/1/")
    assert "$135.00" in text_of(lena, f"/my/bills/{bill.number}/print/2/")
    assert lena.get(f"/my/bills/{bill.number}/print/3/").status_code == 404


def test_the_same_bill_is_frozen_once_and_people_may_move() -> None:
    bill = a_bill()
    with seeing_as_system():
        first = freeze_bill(bill, at=AT)
        bill.customer.name = "Lena Ortiz-Brandt"
        bill.customer.save()

        assert freeze_bill(bill, at=AT + timedelta(days=1)) == first
        assert first_seen(bill, at=AT) == first
        assert (first.number, first.sha256) == (1, hash_of(first.document))
        assert first.document == {
            "version": 1,
            "number": bill.number,
            "issued_on": "2026-11-01",
            "due_on": "2026-11-10",
            "period_start": None,
            "period_end": None,
            "currency": "USD",
            "corrects": "",
            "issuer": ["Redress Insurance", "1 Paper Street", "London EC1A 1AA", "VAT GB 000 0000 00"],
            "customer": {
                "reference": bill.customer.reference,
                "name": "Lena Ortiz",
                "email": "lena@example.org",
                "address": [],
                "country": "",
            },
            "agreement": bill.agreement.reference if bill.agreement else "",
            "lines": [
                {"kind": "premium", "description": "Monthly premium", "amount_minor": 10_000, "since_on": None},
                {"kind": "fee", "description": "Administrative fee", "amount_minor": 1_500, "since_on": None},
            ],
            "tax_minor": 0,
            "total_minor": 11_500,
            "carried_minor": 0,
        }


def test_the_postal_address_is_printed_as_it_was_when_the_bill_was_made() -> None:
    bill = a_bill()
    lena = own(bill)
    with seeing_as_system():
        Customer.objects.filter(pk=bill.customer_id).update(address="9 Alder Street|| Portland, OR 97205 ")
        bill = Invoice.objects.get(pk=bill.pk)
        freeze_bill(bill, at=AT)
        Customer.objects.filter(pk=bill.customer_id).update(address="Somewhere else")

    page = text_of(lena, f"/my/bills/{bill.number}/print/1/")

    assert "<span>9 Alder Street</span><span>Portland, OR 97205</span>" in page
    assert "Somewhere else" not in page


def test_a_bill_frozen_before_addresses_were_kept_is_shown() -> None:
    bill = a_bill()
    with seeing_as_system():
        document = bill_document(bill, bill.lines.all(), issuer=["Redress Insurance"])
        del document["customer"]["address"]
        InvoiceRendering.objects.create(
            invoice=bill,
            customer=bill.customer,
            number=1,
            document=document,
            sha256=hash_of(document),
            made_at=AT,
        )

    assert "Lena Ortiz" in text_of(own(bill), f"/my/bills/{bill.number}/")


def test_a_rendering_is_never_changed_and_a_forged_one_never_shown() -> None:
    bill = a_bill()
    with seeing_as_system():
        rendering = freeze_bill(bill, at=AT)

    changes: list[dict[str, object]] = [{"document": {}}, {"sha256": "0" * 64}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
            InvoiceRendering.objects.filter(pk=rendering.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
        rendering.delete()
    rendering.document["total_minor"] = 1
    with pytest.raises(RenderingBroken):
        seen_bill(rendering)


def test_tax_is_told_on_the_sheet() -> None:
    bill = a_bill(lines=((LineKind.PREMIUM, "Monthly premium", 10_000), (LineKind.TAX, "Insurance tax", 1_900)))

    assert "$19.00</span> tax" in text_of(own(bill), f"/my/bills/{bill.number}/")


def test_the_print_page_is_the_sheet_alone() -> None:
    bill = a_bill()
    lena = own(bill)

    page = text_of(lena, f"/my/bills/{bill.number}/print/")

    assert "<nav" not in page
    assert "Save as PDF" in page
    assert "Administrative fee" in page
    assert f'href="/my/bills/{bill.number}/print/"' in text_of(lena, f"/my/bills/{bill.number}/")


def test_a_corrected_bill_names_the_wrong_one_and_the_other_way_round() -> None:
    bill, agent = a_bill(), somebody("agent@desk.example", limit_minor=50_000)
    lena = own(bill)
    credit = ask(bill, Correct(((1, 9_000), (2, 1_500))), by=agent)

    wrong = text_of(lena, f"/my/bills/{bill.number}/")
    right = text_of(lena, f"/my/bills/{bill.number}-C1/")
    note = text_of(lena, f"/my/credits/{credit.number}/")

    assert f'href="/my/bills/{bill.number}-C1/"' in wrong
    assert "Cancelled" in wrong
    assert f'href="/my/credits/{credit.number}/"' in wrong
    assert f'href="/my/bills/{bill.number}/"' in right
    assert "−$105.00" in right  # paid with the wrong bill
    assert "$10.00</span> of yours is with us" in note


def test_a_credit_that_was_sent_back_leads_to_its_refund() -> None:
    bill, agent = a_bill(), somebody("agent@desk.example", limit_minor=50_000)
    lena = own(bill)
    credit = ask(bill, WaiveFee(2), by=agent, owed_back=OwedBack.SEND)

    page = text_of(lena, f"/my/credits/{credit.number}/")

    assert credit.refund is not None
    assert f'href="/my/refunds/{credit.refund.reference}/"' in page
    assert text_of(lena, f"/my/refunds/{credit.refund.reference}/").count("$15.00") >= 1


def test_what_waits_for_a_second_person_is_not_told() -> None:
    bill, agent = a_bill(), somebody("agent@desk.example", limit_minor=0)
    lena = own(bill)
    credit = ask(bill, Goodwill(500), by=agent)

    page = text_of(lena, f"/my/bills/{bill.number}/")

    assert "Taken off this bill" not in page
    assert credit.reference not in page
    assert lena.get(f"/my/credits/{credit.reference}/").status_code == 404


def test_a_stranger_sees_nothing_of_it() -> None:
    bill, agent = a_bill(), somebody("agent@desk.example", limit_minor=50_000)
    credit = ask(bill, WaiveFee(2), by=agent)
    other = a_bill()
    stranger = own(other, "stranger@home.test")

    for page in (f"bills/{bill.number}/", f"bills/{bill.number}/print/", f"credits/{credit.number}/"):
        assert stranger.get(f"/my/{page}").status_code == 404
    for model in (CreditNote, CreditNoteLine, InvoiceRendering):
        with seeing_as_customer(bill.customer_id):
            assert model._default_manager.count() == 1
        with seeing_as_customer(other.customer_id):
            assert model._default_manager.count() == 0
        assert model._default_manager.count() == 0  # and without a scope there is no row at all


@pytest.mark.parametrize(
    ("month", "year", "words", "not_words"),
    [
        (10, 2026, "Expired", "Expires soon"),
        (12, 2026, "Expires soon", "Expired"),
        (6, 2028, "In use", "Expire"),
    ],
)
def test_a_card_tells_how_long_it_is_good(month: int, year: int, words: str, not_words: str) -> None:
    bill = a_bill()
    with seeing_as_system():
        card = PaymentMethod.objects.get(customer=bill.customer_id)
        PaymentMethod.objects.filter(pk=card.pk).update(exp_month=month, exp_year=year)
        Agreement.objects.filter(invoices=bill).update(payment_method=card, next_bill_on=date(2027, 1, 10))
        (row,) = ways_to_pay(bill.customer, today=date(2026, 11, 20)).methods

        said = "Expired" if row.expired else "Expires soon" if row.expires_soon else "In use"
    assert (said, not_words in said) == (words, False)
    assert row.fails_next_bill == (date(2027, 1, 10) if (month, year) != (6, 2028) else None)
    assert [agreement.pk for agreement in row.pays_for] == [bill.agreement_id]


@pytest.mark.parametrize("bills", [1, 4])
def test_a_bill_costs_the_same_with_one_credit_and_with_four(django_assert_num_queries: object, bills: int) -> None:
    bill, agent = a_bill(), somebody("agent@desk.example", limit_minor=50_000)
    lena = own(bill)
    with seeing_as_system():
        freeze_bill(bill, at=AT)
    for number in range(bills):
        credit = ask(bill, Goodwill(100), by=agent, key=f"k{number}")
        with seeing_as_system():
            approve_credit(credit.pk, by=somebody(f"lead{number}@desk.example"), note="", at=AT)

    with django_assert_num_queries(24):  # type: ignore[operator]  # pytest-django types the fixture as object
        lena.get(f"/my/bills/{bill.number}/")


def test_credit_with_us_is_told_beside_what_is_asked_and_is_not_taken_off() -> None:
    agent, bill = with_budget("agent@desk.example", grant=5_000, monthly=5_000), a_bill()
    lena = own(bill)
    later = a_bill(paid=False, customer=bill.customer)
    credit = ask(bill, Goodwill(1_000), by=agent)

    asked = text_of(lena, f"/my/bills/{later.number}/")
    note = text_of(lena, f"/my/credits/{credit.number}/")

    assert 'Pay <span class="money">$115.00</span>' in asked
    assert '<span class="money">$10.00</span> of yours is with us as credit from other bills.' in asked
    assert "It is not taken off later bills by itself" in note
    assert "as credit from other bills" not in text_of(lena, f"/my/bills/{bill.number}/")


def test_the_desk_says_that_is_owed_what_the_pay_button_asks_for() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill(paid=False)
    lena = own(bill)
    ask(bill, WaiveFee(2), by=agent)

    with seeing_as_system():
        facts = diagnosis_facts(bill.customer_id, at=AT)

    assert [facts.owed_minor(each) for each in facts.invoices] == [10_000]
    assert 'Pay <span class="money">$100.00</span>' in text_of(lena, f"/my/bills/{bill.number}/")
