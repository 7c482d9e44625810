"""Faults of payments and bills."""

from dataclasses import replace
from datetime import timedelta

from billing.diagnosis.records import AttemptFact, InvoiceFact, LineFact, PromiseFact
from billing.states import AttemptOutcome, InvoiceStatus, LineKind, MethodKind, PaymentStatus
from tests.billing.diagnosis.faults import (
    agreement_of,
    bills_of,
    fail,
    fault,
    fresh,
    last_bill,
    shown_lines,
    taken_on,
    twin,
)
from tests.billing.diagnosis.histories import History


@fault("payment_declined")
def funds(history: History) -> int:
    return fail(history, decline_code="insufficient_funds", network_code="51").id


@fault("payment_declined")
def stolen(history: History) -> int:
    return fail(history, decline_code="stolen_card").id


@fault("payment_declined")
def unknown_code(history: History) -> int:
    return fail(history, decline_code="never_heard_of").id


@fault("retry_pending")
def retry(history: History) -> int:
    return fail(history, decline_code="insufficient_funds", retry_in=3).id


@fault("retry_overdue")
def retry_lost(history: History) -> int:
    return fail(history, decline_code="processing_error", retry_in=-1.5).id


@fault("retry_forbidden")
def retry_of_stolen(history: History) -> int:
    return fail(history, decline_code="pickup_card", retry_in=2).id


@fault("retry_forbidden")
def retry_above_ceiling(history: History) -> int:
    payment = fail(history, decline_code="do_not_honor", retry_in=1)
    tries = tuple(
        AttemptFact(n, history.at - timedelta(hours=300 - 6 * n), AttemptOutcome.DECLINED, "do_not_honor",
                    network="visa", next_retry_at=history.at + timedelta(days=1))
        for n in range(1, 23)
    )  # fmt: skip
    return history.change(payment, attempts=tries).id


@fault("customer_step_needed")
def unconfirmed(history: History) -> int:
    payment = fail(history)
    return history.change(payment, status=PaymentStatus.REQUIRES_ACTION, failed_at=None, attempts=()).id


@fault("customer_step_needed")
def authentication(history: History) -> int:
    return fail(history, decline_code="authentication_required").id


@fault("debit_returned")
def returned(history: History) -> int:
    return fail(history, kind=MethodKind.BANK_ACCOUNT, network_code="R01").id


@fault("debit_unauthorised")
def not_agreed(history: History) -> int:
    return fail(history, kind=MethodKind.BANK_ACCOUNT, network_code="R10").id


@fault("details_changed")
def notice_of_change(history: History) -> int:
    payment = taken_on(history, last_bill(history))
    method = history.method(kind=MethodKind.BANK_ACCOUNT)
    attempt = AttemptFact(1, payment.moment, AttemptOutcome.SUCCEEDED, network_code="C01", network="ach")
    return history.change(payment, method_id=method.id, attempts=(attempt,)).id


@fault("payment_on_its_way")
def moving(history: History) -> int:
    payment = fail(history, kind=MethodKind.BANK_ACCOUNT)
    return history.change(payment, status=PaymentStatus.PROCESSING, failed_at=None, attempts=()).id


@fault("payment_stuck")
def stuck(history: History) -> int:
    payment = fail(history, kind=MethodKind.BANK_ACCOUNT)
    since = history.at - timedelta(days=12)
    return history.change(payment, status=PaymentStatus.PROCESSING, failed_at=None, attempts=(), created_at=since).id


@fault("charged_twice")
def two_captures(history: History) -> int:
    payment = taken_on(history, last_bill(history))
    return twin(history, payment, after=timedelta(seconds=history.random.randint(1, 3_000))).id


@fault("charged_twice")
def second_without_bill(history: History) -> int:
    payment = taken_on(history, last_bill(history))
    return twin(history, payment, after=timedelta(seconds=41), invoice_id=None).id


@fault("possible_duplicate")
def two_without_bills(history: History) -> int:
    payment = taken_on(history, last_bill(history))
    before = history.at - timedelta(days=3) - payment.moment
    lone = twin(
        history, payment, after=before, invoice_id=None, agreement_id=None, amount_minor=777, captured_minor=777
    )
    return twin(history, lone, after=timedelta(minutes=4)).id


@fault("hold_falls_away")
def hold(history: History) -> int:
    payment = taken_on(history, last_bill(history))
    moment = history.at - timedelta(hours=30)
    payment = history.change(payment, created_at=moment, authorised_at=moment, captured_at=moment)
    return twin(
        history,
        payment,
        after=timedelta(seconds=41),
        status=PaymentStatus.AUTHORISED,
        captured_minor=0,
        captured_at=None,
    ).id


@fault("hold_expired")
def hold_lost(history: History) -> int:
    payment = fail(history)
    since = history.at - timedelta(days=9)
    return history.change(payment, status=PaymentStatus.AUTHORISED, failed_at=None, attempts=(), authorised_at=since).id


@fault("hold_ending")
def hold_near_its_end(history: History) -> int:
    payment = fail(history)
    since = history.at - timedelta(days=6)
    return history.change(payment, status=PaymentStatus.AUTHORISED, failed_at=None, attempts=(), authorised_at=since).id


@fault("two_real_purchases")
def two_bills_one_day(history: History) -> int:
    payment = taken_on(history, fresh(history, last_bill(history)))
    moment = history.at - timedelta(days=2)
    payment = history.change(payment, created_at=moment, authorised_at=moment, captured_at=moment)
    other = InvoiceFact(
        history.next_id(), "INV-X", InvoiceStatus.PAID, payment.amount_minor, payment.currency, history.today
    )
    history.add(other)
    return twin(history, payment, after=timedelta(minutes=6), invoice_id=other.id, agreement_id=None).id


@fault("misapplied_payment")
def told_to_be_for_another(history: History) -> int:
    open_bill = last_bill(history, paid=False)
    earlier = min(bills_of(history, agreement_of(history, open_bill)), key=lambda each: each.issued_on)
    payment = history.pay(earlier, history.method(), history.at - timedelta(days=1), open_bill.total_minor)
    return history.change(payment, intended_invoice_id=open_bill.id).id


@fault("misapplied_payment")
def on_the_bill_before(history: History) -> int:
    open_bill = last_bill(history, paid=False)
    siblings = sorted(bills_of(history, agreement_of(history, open_bill)), key=lambda each: each.issued_on)
    earlier = siblings[-2]
    taken_on(history, earlier)
    return history.pay(earlier, history.method(), history.at, open_bill.total_minor).id


@fault("unapplied_payment")
def on_no_bill(history: History) -> int:
    bill = last_bill(history, paid=False)
    payment = history.pay(bill, history.method(), history.at - timedelta(minutes=5))
    return history.change(payment, invoice_id=None, agreement_id=None).id


@fault("overpaid")
def too_much(history: History) -> int:
    bill = last_bill(history)
    payment = taken_on(history, bill)
    more = bill.total_minor + 1_500
    history.change(payment, amount_minor=more, captured_minor=more)
    return bill.id


@fault("part_paid")
def too_little(history: History) -> int:
    bill = last_bill(history, paid=False)
    history.pay(bill, history.method(), history.at - timedelta(days=1), bill.total_minor // 3)
    return bill.id


@fault("paid_but_open")
def not_closed(history: History) -> int:
    bill = last_bill(history)
    payment = taken_on(history, bill)
    moment = min(payment.moment, history.at - timedelta(days=3))
    history.change(payment, captured_at=moment, created_at=moment, authorised_at=moment)
    return history.change(bill, status=InvoiceStatus.OPEN).id


@fault("paid_void_bill")
def void(history: History) -> int:
    bill = last_bill(history)
    dead = history.add(
        replace(bill, id=history.next_id(), reference="INV-V", status=InvoiceStatus.VOID, total_minor=4_321)
    )
    return history.pay(dead, history.method(), history.at - timedelta(days=8)).id


@fault("wrong_currency")
def other_money(history: History) -> int:
    bill = last_bill(history)
    payment = taken_on(history, bill)
    return history.change(payment, currency="CHF").id


@fault("bill_higher")
def rider_added(history: History) -> int:
    bill = fresh(history, last_bill(history))
    return taken_on(history, shown_lines(history, bill, LineKind.RIDER, "New rider", 1_000)).invoice_id or 0


@fault("bill_higher")
def promotion_ended(history: History) -> int:
    bill = fresh(history, last_bill(history))
    siblings = sorted(bills_of(history, agreement_of(history, bill)), key=lambda each: each.issued_on)
    taken_on(history, shown_lines(history, siblings[-2], LineKind.DISCOUNT, "Spring", -500))
    return bill.id


@fault("bill_does_not_add_up")
def wrong_sum(history: History) -> int:
    bill = fresh(history, last_bill(history))
    bill = history.change(bill, total_minor=bill.total_minor + history.random.choice((-90, 100, 1_000)))
    taken_on(history, bill)
    return bill.id


@fault("billed_twice")
def second_bill(history: History) -> int:
    bill = last_bill(history)
    copy = replace(bill, id=history.next_id(), reference="INV-2", status=InvoiceStatus.OPEN)
    return history.add(copy).id


@fault("billed_twice")
def second_bill_paid(history: History) -> int:
    bill = last_bill(history)
    copy = history.add(replace(bill, id=history.next_id(), reference="INV-2"))
    history.pay(copy, history.method(), history.at - timedelta(hours=2))
    return copy.id


@fault("promotion_missing")
def discount_forgotten(history: History) -> int:
    bill = fresh(history, last_bill(history))
    history.add(
        PromiseFact(
            history.next_id(),
            "SPRING",
            LineKind.DISCOUNT,
            500,
            bill.currency,
            bill.issued_on,
            agreement_id=bill.agreement_id,
        )
    )
    return bill.id


@fault("credit_missing")
def credit_forgotten(history: History) -> int:
    bill = fresh(history, last_bill(history))
    history.add(
        PromiseFact(
            history.next_id(),
            "C-1",
            LineKind.CREDIT,
            300,
            bill.currency,
            bill.issued_on,
            agreement_id=bill.agreement_id,
        )
    )
    return bill.id


@fault("bill_higher")
def credit_of_last_time(history: History) -> int:
    """A promise kept: the credit is on the bill it belongs on, and gone from the next."""
    bill = fresh(history, last_bill(history))
    before = sorted(bills_of(history, agreement_of(history, bill)), key=lambda each: each.issued_on)[-2]
    before = history.change(
        before,
        lines=(*before.lines, LineFact(LineKind.CREDIT, "Goodwill", -300)),
        total_minor=before.total_minor - 300,
    )
    taken_on(history, before)
    history.add(
        PromiseFact(
            history.next_id(),
            "C-2",
            LineKind.CREDIT,
            300,
            bill.currency,
            before.issued_on,
            agreement_id=bill.agreement_id,
        )
    )
    return bill.id
