"""Asking for a credit: what it takes back, what it does to the books, what is refused, what a repeat gets."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from billing.access.scopes import seeing_as_system
from billing.actions.credits import approve_credit
from billing.credits.plans import ApplyPromotion, Correct, Deed, Goodwill, NewLine, WaiveFee
from billing.errors import (
    BillChanged,
    BillingRefusal,
    CardNumberRefused,
    CreditNotPossible,
    IdempotencyConflict,
    RefundBlocked,
)
from billing.models import (
    CreditNote,
    CreditNoteLine,
    Invoice,
    Payment,
    Promotion,
)
from billing.states import CreditStatus, InvoiceStatus, LineKind, OwedBack, RefundStatus
from tests.billing.credits.bills import (
    AT,
    a_bill,
    ask,
    booked,
    decide,
    fresh,
    nothing_happened,
    owed_by,
    pay,
    told,
    with_budget,
)
from tests.billing.refunds.people import money_of, somebody

pytestmark = pytest.mark.django_db
FEE = WaiveFee(line=2)


def test_a_waived_fee_of_a_paid_bill_stays_on_the_balance() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill()

    credit = ask(bill, FEE, by=agent)

    assert (credit.status, credit.amount_minor, credit.owed_minor, credit.refund_id) == (
        CreditStatus.ISSUED,
        1_500,
        1_500,
        None,
    )
    assert (credit.number, credit.issued_at, credit.approval_needed) == ("CN-2026-000001", AT, False)
    with seeing_as_system():
        assert list(credit.lines.values_list("bill_line", "kind", "description", "amount_minor")) == [
            (2, "fee", "Administrative fee", 1_500)
        ]
    assert (fresh(bill).credited_minor, fresh(bill).status) == (1_500, InvoiceStatus.PAID)
    assert (owed_by(bill), booked(bill)) == (-1_500, ["invoice", "payment", "credit_note"])
    assert told(bill) == ["credit_requested", "credit_issued"]


def test_sent_back_it_is_a_refund_and_the_balance_is_even() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill()

    credit = ask(bill, FEE, by=agent, owed_back=OwedBack.SEND)

    assert credit.refund is not None
    assert (credit.refund.amount_minor, credit.refund.status) == (1_500, RefundStatus.APPROVED)
    with seeing_as_system():
        payment = Payment.objects.get(invoice=bill)
    assert money_of(payment) == (0, 1_500, 10_000)
    assert told(bill) == ["credit_requested", "refund_requested", "refund_approved", "credit_issued"]


def test_an_open_bill_is_simply_less() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill(paid=False)

    credit = ask(bill, FEE, by=agent, owed_back=OwedBack.SEND)

    assert (credit.owed_minor, credit.refund_id, owed_by(bill)) == (0, None, 10_000)
    assert (fresh(bill).status, fresh(bill).creditable_minor) == (InvoiceStatus.OPEN, 10_000)


def test_a_partly_paid_bill_owes_only_what_was_too_much() -> None:
    agent, bill = with_budget("a@desk.example", grant=9_000, monthly=9_000), a_bill(paid=False)
    pay(bill, amount_minor=8_000)

    credit = ask(bill, Goodwill(4_000), by=agent)

    assert (credit.owed_minor, owed_by(bill)) == (500, -500)


def test_money_promised_back_before_is_not_owed_twice() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill()
    with seeing_as_system():
        Payment.objects.filter(invoice=bill).update(refund_held_minor=1_500)

    assert ask(bill, FEE, by=agent).owed_minor == 0


def test_a_wrong_bill_is_taken_back_and_issued_anew() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill()

    credit = ask(bill, Correct(((1, 9_000), (2, 1_500))), by=agent)

    with seeing_as_system():
        new = Invoice.objects.get(corrects=bill)
        assert list(new.lines.values_list("position", "kind", "description", "amount_minor")) == [
            (1, "premium", "Monthly premium", 9_000),
            (2, "fee", "Administrative fee", 1_500),
        ]
        assert [shown.document["total_minor"] for shown in bill.renderings.all()] == [11_500]
        assert [shown.document["corrects"] for shown in new.renderings.all()] == [bill.number]
        assert list(bill.lines.values_list("amount_minor", flat=True)) == [10_000, 1_500]
    assert (new.number, new.status, new.total_minor, new.carried_minor) == (
        f"{bill.number}-C1",
        InvoiceStatus.PAID,
        10_500,
        10_500,
    )
    assert (credit.amount_minor, credit.owed_minor, owed_by(bill)) == (11_500, 1_000, -1_000)
    assert (fresh(bill).credited_minor, fresh(bill).status) == (11_500, InvoiceStatus.PAID)
    assert booked(bill) == ["invoice", "payment", "credit_note", "invoice"]


def test_an_open_wrong_bill_is_void_and_the_new_one_is_to_pay() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill(paid=False)

    ask(bill, Correct(((1, 10_000), (2, 0))), by=agent)

    with seeing_as_system():
        new = Invoice.objects.get(corrects=bill)
        assert new.lines.count() == 1
    assert (fresh(bill).status, new.status, new.total_minor, owed_by(bill)) == (
        InvoiceStatus.VOID,
        InvoiceStatus.OPEN,
        10_000,
        10_000,
    )
    assert new.due_on == date(2026, 12, 4)


def test_a_corrected_bill_is_corrected_again() -> None:
    agent, bill = somebody("agent@desk.example", limit_minor=5_000), a_bill()
    ask(bill, Correct(((1, 9_000), (2, 1_500))), by=agent)
    with seeing_as_system():
        second = Invoice.objects.get(corrects=bill)

    credit = ask(second, Correct(((1, 8_000), (2, 1_500))), by=agent, key="key-2", owed_back=OwedBack.SEND)

    with seeing_as_system():
        third = Invoice.objects.get(corrects=second)
    assert (third.number, third.carried_minor, third.status) == (f"{bill.number}-C2", 9_500, InvoiceStatus.PAID)
    assert (credit.owed_minor, credit.refund.amount_minor if credit.refund else 0) == (1_000, 1_000)


def test_a_bill_that_becomes_higher_needs_a_second_person() -> None:
    agent, lead, bill = somebody("a@desk.example", limit_minor=50_000), somebody("l@desk.example"), a_bill()
    added = NewLine(LineKind.RIDER, "Glass rider", 2_000)

    credit = ask(bill, Correct(((1, 10_000), (2, 1_500)), added), by=agent)

    assert (credit.status, credit.approval_reason) == (
        CreditStatus.REQUESTED,
        "The new bill is higher than the old one.",
    )
    assert (owed_by(bill), fresh(bill).credited_minor) == (0, 0)
    decide(approve_credit, credit, by=lead)
    with seeing_as_system():
        new = Invoice.objects.get(corrects=bill)
    assert (new.total_minor, new.carried_minor, new.status, owed_by(bill)) == (
        13_500,
        11_500,
        InvoiceStatus.OPEN,
        2_000,
    )


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (WaiveFee(1), "Choose a fee"),
        (WaiveFee(9), "Choose a fee"),
        (Goodwill(0), "more than nothing"),
        (Goodwill(-5), "more than nothing"),
        (Goodwill(True), "more than nothing"),
        (Goodwill(11_501), r"\$115\.00 can still be credited"),
        (Correct(((1, 10_000), (2, 1_500))), "Nothing differs"),
        (Correct(((1, 10_000),)), "not the ones that were shown"),
        (Correct(((1, 0), (2, 0)), NewLine(LineKind.DISCOUNT, "Off", -1)), "below zero"),
        (Correct(((1, 2**63 - 1), (2, 2**63 - 1))), "too large"),
        (Correct(((1, 2**63 - 1), (2, 1 - 2**63))), "too large"),
        (ApplyPromotion("NOPE", date(2026, 11, 1)), "no promotion “NOPE”"),
    ],
)
def test_what_cannot_be_credited(deed: Deed, words: str) -> None:
    agent, bill = with_budget("a@desk.example", grant=10**6, monthly=10**6), a_bill()

    with pytest.raises(CreditNotPossible, match=words):
        ask(bill, deed, by=agent, seen="")

    nothing_happened(bill)


@pytest.mark.parametrize(
    ("status", "words"), [(InvoiceStatus.DRAFT, "not issued yet"), (InvoiceStatus.VOID, "taken back already")]
)
def test_a_bill_that_is_none_cannot_be_credited(status: InvoiceStatus, words: str) -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill(paid=False, status=status)

    with pytest.raises(CreditNotPossible, match=words):
        ask(bill, FEE, by=agent)

    nothing_happened(bill, owed=11_500)


def test_a_fee_is_waived_once_even_while_the_first_waits() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=0), a_bill()
    ask(bill, FEE, by=agent)

    with pytest.raises(CreditNotPossible, match="waived already"):
        ask(bill, FEE, by=agent, key="key-2", seen="")

    with seeing_as_system():
        assert CreditNote.objects.count() == 1


def test_a_bill_that_changed_since_it_was_shown_is_left_alone() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill()

    with pytest.raises(BillChanged):
        ask(bill, FEE, by=agent, seen="0" * 64)

    nothing_happened(bill)


def test_a_disputed_payment_gives_nothing_back_and_so_nothing_is_done() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill()
    with seeing_as_system():
        Payment.objects.filter(invoice=bill).update(refund_blocked=True)

    with pytest.raises(BillingRefusal) as refused:
        ask(bill, FEE, by=agent, owed_back=OwedBack.SEND)

    assert isinstance(refused.value, (CreditNotPossible, RefundBlocked))
    nothing_happened(bill)
    assert ask(bill, FEE, by=agent).owed_minor == 1_500  # on the balance it may stay


def test_the_same_form_twice_gets_the_first_answer() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill()

    first, again = ask(bill, FEE, by=agent), ask(bill, FEE, by=agent, seen="", at=AT + timedelta(minutes=3))

    assert first.pk == again.pk
    assert (owed_by(bill), fresh(bill).credited_minor) == (-1_500, 1_500)


def test_the_same_key_with_another_body_is_refused() -> None:
    agent, bill, other = somebody("a@desk.example", limit_minor=5_000), a_bill(), a_bill()
    ask(bill, FEE, by=agent)

    same: dict[str, Any] = {"bill": bill, "deed": FEE, "by": agent}
    for what in (
        {"deed": Goodwill(1_500)},
        {"bill": other},
        {"owed_back": OwedBack.SEND},
        {"note": "Another reason."},
        {"by": somebody("x@desk.example")},
    ):
        with pytest.raises(IdempotencyConflict):
            ask(**{**same, "seen": "", **what})

    assert (fresh(bill).credited_minor, fresh(other).credited_minor) == (1_500, 0)


def test_a_promotion_that_ought_to_have_applied_is_credited_with_its_evidence() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill()
    Promotion.objects.create(code="SPRING10", currency="USD", percent_off=10, ends_on=date(2026, 11, 30))

    credit = ask(bill, ApplyPromotion("spring10", date(2026, 11, 1)), by=agent)

    assert (credit.amount_minor, credit.status) == (1_000, CreditStatus.ISSUED)  # of the premium, not of the fee
    assert credit.evidence["tried"] == {
        "code": "spring10",
        "on": "2026-11-01",
        "amount_minor": 10_000,
        "currency": "USD",
        "products": ["policy"],
        "earlier_purchases": 0,
        "earlier_uses": 0,
        "other_codes": [],
    }
    with pytest.raises(CreditNotPossible, match="Used 1 of 1 times by this customer"):
        ask(bill, ApplyPromotion("SPRING10", date(2026, 11, 1)), by=agent, key="key-2", seen="")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"ends_on": date(2026, 10, 31)}, "It ended on"),
        ({"starts_on": date(2026, 11, 2)}, "It starts on"),
        ({"active": False}, "switched off"),
        ({"minimum_minor": 10_001}, "below the minimum"),
        ({"products": ["subscription"]}, "for subscription only"),
        ({"currency": "EUR"}, "in EUR"),
        ({"uses_allowed": 0}, "uses are taken"),
    ],
)
def test_a_promotion_whose_rule_failed_says_which(terms: dict[str, Any], words: str) -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill()
    Promotion.objects.create(**{"code": "SPRING10", "currency": "USD", "amount_off_minor": 500, **terms})

    with pytest.raises(CreditNotPossible, match=words):
        ask(bill, ApplyPromotion("SPRING10", date(2026, 11, 1)), by=agent, seen="")

    nothing_happened(bill)


def test_what_was_issued_is_frozen() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill()
    credit = ask(bill, FEE, by=agent)

    for change in ({"note": "x"}, {"owed_minor": 0}, {"decision_note": "x"}, {"status": "rejected"}):
        with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
            CreditNote.objects.filter(pk=credit.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
        credit.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
        CreditNoteLine.objects.filter(credit_note=credit).update(amount_minor=1)


def test_what_was_asked_for_is_frozen_before_anybody_decides() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=0), a_bill()
    credit = ask(bill, FEE, by=agent)

    for change in ({"amount_minor": 1}, {"owed_back": "send"}, {"kind": "goodwill"}, {"new_lines": [1]}):
        with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
            CreditNote.objects.filter(pk=credit.pk).update(**change)


@pytest.mark.parametrize("credited", [-1, 11_501])
def test_the_database_credits_no_more_than_the_bill(credited: int) -> None:
    bill = a_bill()

    with pytest.raises(DatabaseError, match="invoice_never_credited_more"), transaction.atomic(), seeing_as_system():
        Invoice.objects.filter(pk=bill.pk).update(credited_minor=credited)


def test_the_note_keeps_no_card_number() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill()

    with pytest.raises(CardNumberRefused):
        ask(bill, FEE, by=agent, note="Card 4242 4242 4242 4242 was charged.")

    with seeing_as_system():
        assert not CreditNote.objects.exists()
    assert ask(bill, FEE, by=agent, note="Card ending 4242, CVV 123.").note == "Card ending 4242, CVV ***."
