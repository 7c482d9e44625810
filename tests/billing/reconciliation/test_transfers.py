"""Bills that are paid by bank transfer: no provider knows of the payment, only a line of the bank does."""

from datetime import UTC, date, datetime

import pytest

from billing.access.scopes import seeing_as_system
from billing.actions.checkouts import refuse_payment
from billing.actions.paid_bills import TASK, settle_paid_bill
from billing.actions.reconciliation.booking import book_found
from billing.actions.reconciliation.deciding import accept_proposal, undo_match, undo_part
from billing.actions.reconciliation.expecting import take_up_expected_money
from billing.actions.reconciliation.making import write_off_expected
from billing.actions.reconciliation.run import reconcile
from billing.credits.plans import Correct, WaiveFee
from billing.errors import BillingRefusal
from billing.models import (
    Customer,
    Discrepancy,
    ExpectedMoney,
    Invoice,
    Match,
    MatchPart,
    OutboxMessage,
    Payment,
    ReconciliationLimit,
)
from billing.queries.crediting import credit_with_us, standing_of
from billing.queries.giving_back import giving_back
from billing.states import InvoiceStatus
from supportdesk.people.models import User
from tests.billing.credits.bills import a_bill, ask, owed_by, pay, with_budget
from tests.billing.reconciliation.records import a_line, limit, system
from tests.personas import make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.production]
AT = datetime(2026, 12, 5, 12, tzinfo=UTC)


@pytest.fixture
def bill() -> Invoice:
    """Open, of 115, of which 15 are a fee; our bank account is read since before it was issued."""
    made = a_bill(paid=False, provider="", external_id="")
    with seeing_as_system():
        a_line(amount_minor=1, on=date(2026, 10, 1))
    return made


@pytest.fixture
def boss() -> User:
    return with_budget("boss@desk.example", grant=50_000, monthly=90_000)


def transfer(bill: Invoice, amount_minor: int, *, on: date = date(2026, 11, 9)) -> None:
    with seeing_as_system():
        take_up_expected_money()
        a_line(amount_minor=amount_minor, remittance=f"Bill {bill.number}", on=on)
        reconcile(at=AT)
        book_found(at=AT)
    look()


def undo(*, by: User) -> None:
    with seeing_as_system():
        part = MatchPart.objects.get()
    system(undo_part, part.pk, by=by, key="u" * 32, at=AT)


def look() -> None:
    """As the relay would have it done."""
    with seeing_as_system():
        while message := OutboxMessage.objects.filter(task=TASK).order_by("pk").first():
            message.delete()
            settle_paid_bill(**message.payload, at=AT)


def state(bill: Invoice) -> tuple[str, int, int]:
    """The bill's status, what is due of it, and what the customer owes in all."""
    with seeing_as_system():
        now = Invoice.objects.get(pk=bill.pk)
        return now.status, standing_of(now).due_minor, owed_by(now)


def off() -> list[tuple[str, str]]:
    with seeing_as_system():
        rows = Discrepancy.objects.exclude(kind="unknown").exclude(kind="late")
        return list(rows.order_by("pk").values_list("kind", "status"))


def test_a_transfer_pays_the_bill_and_nobody_is_asked_again(bill: Invoice) -> None:
    lena = make_user("lena@home.test")
    with seeing_as_system():
        Customer.objects.filter(pk=bill.customer_id).update(user=lena)

    transfer(bill, 11_500)

    assert state(bill) == (InvoiceStatus.PAID, 0, 0)
    with seeing_as_system(), pytest.raises(BillingRefusal):
        refuse_payment(Invoice.objects.get(pk=bill.pk))
    page = sign_in(lena).get(f"/my/bills/{bill.number}/").content.decode()
    assert "still open" not in page
    assert f"/my/bills/{bill.number}/pay/" not in page


def test_of_a_bill_paid_in_part_the_rest_is_asked_for(bill: Invoice, fin: User) -> None:
    lena = make_user("lena@home.test")
    limit(50_000)
    transfer(bill, 10_000)
    with seeing_as_system():
        Customer.objects.filter(pk=bill.customer_id).update(user=lena)
        proposed = Match.objects.get()
    system(accept_proposal, proposed.pk, by=fin, key="a" * 32, at=AT)
    look()

    assert state(bill) == (InvoiceStatus.OPEN, 1_500, 1_500)
    page = sign_in(lena).get(f"/my/bills/{bill.number}/").content.decode()
    assert "$15.00 is still open" in page
    assert f"/my/bills/{bill.number}/pay/" in page


def test_an_undone_match_opens_the_bill_again(bill: Invoice, fin: User) -> None:
    limit(50_000)
    transfer(bill, 11_500)

    undo(by=fin)
    look()

    assert state(bill) == (InvoiceStatus.OPEN, 11_500, 11_500)
    with seeing_as_system():
        assert ExpectedMoney.objects.get(invoice=bill).status == "expected"
        reconcile(at=AT)  # what a person undid is not found again, and the bill is still waited for
        assert ExpectedMoney.objects.get(invoice=bill).status == "expected"


def test_a_bill_that_its_provider_calls_paid_is_not_opened(bill: Invoice, fin: User) -> None:
    limit(50_000)
    transfer(bill, 11_500)
    with seeing_as_system():
        Invoice.objects.filter(pk=bill.pk).update(paid_here_at=None)

    undo(by=fin)
    look()

    assert state(bill)[0] == InvoiceStatus.PAID


def written_off(bill: Invoice, *, by: User) -> Match:
    limit(50_000, write_off_minor=20_000)
    with seeing_as_system():
        take_up_expected_money()
        expected = ExpectedMoney.objects.get(invoice=bill)
    match: Match = system(write_off_expected, expected.pk, by=by, note="Will not come", key="w" * 32, at=AT)
    look()
    return match


def test_a_bill_written_off_is_given_up_on_and_nobody_calls_it_paid(bill: Invoice, fin: User) -> None:
    match = written_off(bill, by=fin)
    assert state(bill) == (InvoiceStatus.UNCOLLECTIBLE, 0, 0)

    system(undo_match, match.pk, by=fin, key="u" * 32, at=AT)
    look()

    assert state(bill) == (InvoiceStatus.OPEN, 11_500, 11_500)


def test_the_rest_that_is_written_off_is_not_asked_for(bill: Invoice, fin: User) -> None:
    limit(50_000)
    transfer(bill, 10_000)
    with seeing_as_system():
        proposed = Match.objects.get()
    system(accept_proposal, proposed.pk, by=fin, key="a" * 32, at=AT)
    with seeing_as_system():
        ReconciliationLimit.objects.all().delete()

    written_off(bill, by=fin)

    assert state(bill) == (InvoiceStatus.PAID, 0, 0)


def test_who_transfers_what_a_credit_left_pays_all(bill: Invoice, boss: User) -> None:
    with seeing_as_system():
        take_up_expected_money()
    ask(bill, WaiveFee(2), by=boss)

    transfer(bill, 10_000)

    assert state(bill) == (InvoiceStatus.PAID, 0, 0)
    assert off() == []


def test_a_credit_after_a_transfer_that_was_too_small_settles_the_rest(bill: Invoice, boss: User, fin: User) -> None:
    limit(50_000)
    transfer(bill, 10_000)
    with seeing_as_system():
        proposed = Match.objects.get()
    system(accept_proposal, proposed.pk, by=fin, key="a" * 32, at=AT)
    look()
    assert (state(bill), off()) == ((InvoiceStatus.OPEN, 1_500, 1_500), [("under", "open")])

    ask(bill, WaiveFee(2), by=boss)
    look()
    with seeing_as_system():
        reconcile(at=AT)

    assert state(bill) == (InvoiceStatus.PAID, 0, 0)
    assert off() == [("under", "resolved")]
    with seeing_as_system():
        assert ExpectedMoney.objects.filter(invoice=bill).values_list("status", "amount_minor").get() == (
            "settled",
            10_000,
        )


def test_of_a_corrected_bill_what_was_carried_is_not_expected(bill: Invoice, boss: User) -> None:
    pay(bill, amount_minor=4_000)
    ask(bill, Correct(((1, 9_000), (2, 0))), by=boss)
    with seeing_as_system():
        new = Invoice.objects.get(corrects=bill)

    transfer(new, 5_000, on=date(2026, 11, 30))

    assert state(new) == (InvoiceStatus.PAID, 0, 0)
    assert off() == []


def test_transferred_money_is_carried_to_the_bill_in_its_place_and_what_is_over_stays_theirs(
    bill: Invoice, boss: User
) -> None:
    transfer(bill, 11_500)

    ask(bill, Correct(((1, 9_000), (2, 0))), by=boss)

    with seeing_as_system():
        new = Invoice.objects.get(corrects=bill)
        assert (new.carried_minor, new.status, credit_with_us(bill.customer_id, currency="USD").minor) == (
            9_000,
            InvoiceStatus.PAID,
            2_500,
        )
    assert owed_by(bill) == -2_500


def test_a_card_payment_beside_a_transfer_can_go_back_in_full(bill: Invoice) -> None:
    transfer(bill, 11_500)
    payment = pay(bill, amount_minor=11_500)

    with seeing_as_system():
        payment = Payment.objects.get(pk=payment.pk)
        assert giving_back(payment).over.minor == 11_500


def test_what_was_carried_over_and_is_taken_back_opens_the_bill_in_its_place(
    bill: Invoice, boss: User, fin: User
) -> None:
    limit(50_000)
    transfer(bill, 11_500)
    ask(bill, Correct(((1, 9_000), (2, 0))), by=boss)
    with seeing_as_system():
        new = Invoice.objects.get(corrects=bill)
    assert state(new)[:2] == (InvoiceStatus.PAID, 0)

    undo(by=fin)

    look()
    assert state(new)[:2] == (InvoiceStatus.OPEN, 9_000)


def test_what_goes_back_of_goodwill_opens_no_bill(bill: Invoice) -> None:
    transfer(bill, 11_500)
    payment = pay(bill, amount_minor=1_000)
    with seeing_as_system():
        MatchPart.objects.update(status="undone")  # as if it had never been counted
        Payment.objects.filter(pk=payment.pk).update(refunded_minor=1_000)
        settle_paid_bill(bill.pk, at=AT)  # what the bank brought is less: open
        assert Invoice.objects.get(pk=bill.pk).status == InvoiceStatus.OPEN
        Invoice.objects.filter(pk=bill.pk).update(status=InvoiceStatus.PAID)
        settle_paid_bill(bill.pk, at=AT)  # nothing was taken away since
        assert Invoice.objects.get(pk=bill.pk).status == InvoiceStatus.PAID


def test_what_waits_for_a_second_person_settles_nothing_that_was_credited(bill: Invoice, boss: User, fin: User) -> None:
    transfer(bill, 10_000)
    with seeing_as_system():
        proposed = Match.objects.get()
    waiting = system(accept_proposal, proposed.pk, by=fin, key="a" * 32, at=AT)
    assert waiting.status == "waiting"

    ask(bill, WaiveFee(2), by=boss)
    with seeing_as_system():
        take_up_expected_money()
        assert ExpectedMoney.objects.filter(invoice=bill).values_list("status", "amount_minor").get() == (
            "expected",
            10_000,
        )


def test_a_credit_beyond_what_is_still_open_leaves_nothing_expected(bill: Invoice, boss: User, fin: User) -> None:
    limit(50_000)
    transfer(bill, 11_000)
    with seeing_as_system():
        proposed = Match.objects.get()
    system(accept_proposal, proposed.pk, by=fin, key="a" * 32, at=AT)

    ask(bill, WaiveFee(2), by=boss)
    with seeing_as_system():
        take_up_expected_money()
        assert ExpectedMoney.objects.filter(invoice=bill).values_list("status", "amount_minor").get() == (
            "settled",
            11_000,
        )
