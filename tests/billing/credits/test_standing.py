"""What is with us of a bill: not money of another currency, not what an older bill in its place already needs."""

import pytest

from billing.access.scopes import seeing_as_system
from billing.actions.paid_bills import settle_paid_bill
from billing.credits.plans import Correct, WaiveFee
from billing.errors import CreditNotPossible
from billing.models import Invoice, OutboxMessage, Payment
from billing.queries.crediting import credit_with_us, standing_of
from billing.queries.giving_back import giving_back
from billing.states import InvoiceStatus, OwedBack
from supportdesk.people.models import User
from tests.billing.credits.bills import AT, a_bill, ask, fresh, owed_by, pay, with_budget

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return with_budget("boss@desk.example", grant=50_000, monthly=90_000)


def paid_in_yen(bill: Invoice) -> Payment:
    payment = pay(bill, amount_minor=11_500)
    with seeing_as_system():
        Payment.objects.filter(pk=payment.pk).update(currency="JPY")
        return Payment.objects.get(pk=payment.pk)


def successor(bill: Invoice) -> Invoice:
    with seeing_as_system():
        return Invoice.objects.get(corrects=bill)


def test_yen_pay_nothing_of_a_bill_in_dollars() -> None:
    bill = a_bill(paid=False)
    payment = paid_in_yen(bill)

    with seeing_as_system():
        assert standing_of(bill).due_minor == 11_500
        assert settle_paid_bill(bill.pk, at=AT).status == InvoiceStatus.OPEN
        assert giving_back(payment).over.minor == 11_500


def test_a_credit_in_dollars_does_not_go_back_in_yen(boss: User) -> None:
    bill = a_bill(paid=False)
    paid_in_yen(bill)

    credit = ask(bill, WaiveFee(2), by=boss, owed_back=OwedBack.SEND)

    assert (credit.owed_minor, credit.refund_id) == (0, None)


def test_what_is_over_of_a_bill_corrected_twice_is_all_theirs(boss: User) -> None:
    bill = a_bill(paid=True)
    ask(bill, Correct(((1, 9_000), (2, 0))), by=boss, key="first")
    ask(successor(bill), Correct(((1, 7_000),)), by=boss, key="second")

    with seeing_as_system():
        assert giving_back(bill.payments.get()).over.minor == 4_500
        assert credit_with_us(bill.customer_id, currency="USD").minor == 4_500
    assert owed_by(bill) == -4_500


def test_what_the_newest_bill_still_asks_for_is_not_over(boss: User) -> None:
    bill = a_bill(paid=True)
    ask(bill, Correct(((1, 9_000), (2, 0))), by=boss, key="first")
    new = successor(bill)
    later = pay(new, amount_minor=9_000)  # once more, by mistake

    with seeing_as_system():
        assert giving_back(bill.payments.get()).over.minor == 11_500  # what came later pays it alone
        assert giving_back(later).over.minor == 9_000
        assert credit_with_us(bill.customer_id, currency="USD").minor == 2_500


def test_a_bill_whose_rest_is_credited_is_paid(boss: User) -> None:
    bill = a_bill(paid=False)
    pay(bill, amount_minor=10_000)

    ask(bill, WaiveFee(2), by=boss)
    with seeing_as_system():
        message = OutboxMessage.objects.get(task="billing.tasks.settle_paid_bill", key__contains=":credit:")
        settle_paid_bill(message.payload["invoice_id"], at=AT)

    assert (fresh(bill).status, owed_by(bill)) == (InvoiceStatus.PAID, 0)


def test_a_credit_that_no_payment_can_give_back_is_not_sent(boss: User) -> None:
    bill = a_bill(paid=False)
    pay(bill, amount_minor=600)
    pay(bill, amount_minor=10_900)

    with pytest.raises(CreditNotPossible):
        ask(bill, Correct(((1, 1), (2, 0))), by=boss, owed_back=OwedBack.SEND)
