"""Faults of agreements and of autopay."""

from datetime import timedelta

from billing.diagnosis.records import AgreementFact
from billing.states import AgreementStatus, InvoiceStatus, MethodKind, MethodStatus
from tests.billing.diagnosis.faults import (
    agreement_of,
    bills_of,
    fail,
    fault,
    last_bill,
    method_of,
)
from tests.billing.diagnosis.histories import History


def _autopaid(history: History) -> AgreementFact:
    """Some agreement on autopay, with its newest bill paid."""
    return history.change(agreement_of(history, last_bill(history)), autopay=True)


@fault("autopay_without_method")
def no_method(history: History) -> int:
    agreement = _autopaid(history)
    return history.change(agreement, method_id=None).id


@fault("card_expired")
def expired_by_date(history: History) -> int:
    agreement = _autopaid(history)
    card = history.method(kind=MethodKind.CARD)
    history.change(card, exp_year=history.at.year - 1)
    return history.change(agreement, method_id=card.id).id


@fault("card_expired")
def expired_by_code(history: History) -> int:
    return fail(history, decline_code="expired_card", network_code="54").id


@fault("card_expiring")
def expires_soon(history: History) -> int:
    agreement = _autopaid(history)
    card = history.method(kind=MethodKind.CARD)
    history.change(card, exp_year=history.at.year, exp_month=history.at.month)
    bill_on = (history.today.replace(day=1) + timedelta(days=45)).replace(day=2)
    return history.change(agreement, method_id=card.id, next_bill_on=bill_on).id


@fault("mandate_revoked")
def revoked_by_state(history: History) -> int:
    agreement = _autopaid(history)
    history.change(method_of(history, agreement), status=MethodStatus.REVOKED)
    return agreement.id


@fault("mandate_revoked")
def revoked_by_code(history: History) -> int:
    return fail(history, kind=MethodKind.BANK_ACCOUNT, network_code="R07").id


@fault("payment_stopped")
def stopped_on_card(history: History) -> int:
    return fail(history, decline_code="stop_payment_order", network_code="R0").id


@fault("payment_stopped")
def stopped_on_account(history: History) -> int:
    return fail(history, kind=MethodKind.BANK_ACCOUNT, network_code="R08").id


@fault("method_removed")
def removed(history: History) -> int:
    agreement = _autopaid(history)
    history.change(method_of(history, agreement), status=MethodStatus.DETACHED)
    return agreement.id


@fault("autopay_missed")
def never_asked(history: History) -> int:
    bill = last_bill(history, paid=False)
    history.change(agreement_of(history, bill), autopay=True)
    return history.change(bill, due_on=history.today - timedelta(days=4)).id


@fault("bill_missing")
def forgotten(history: History) -> int:
    agreement = _autopaid(history)
    newest = max(each.issued_on for each in bills_of(history, agreement))
    for bill in bills_of(history, agreement):
        if bill.issued_on >= history.today - timedelta(days=10):
            for payment in history.facts().payments_on.get(bill.id, []):
                history.drop(payment)
            history.drop(bill)
    due = min(newest + timedelta(days=1), history.today - timedelta(days=5))
    due = max([due, *(each.issued_on + timedelta(days=1) for each in bills_of(history, agreement))])
    return history.change(agreement, next_bill_on=due).id


@fault("in_grace")
def grace(history: History) -> int:
    bill = last_bill(history, paid=False)
    agreement = history.change(agreement_of(history, bill), autopay=False, status=AgreementStatus.GRACE,
                               grace_until=history.today + timedelta(days=12))  # fmt: skip
    history.change(bill, due_on=history.today - timedelta(days=18))
    return agreement.id


@fault("lapsed")
def lapse(history: History) -> int:
    bill = last_bill(history, paid=False)
    ended = history.today - timedelta(days=6)
    history.change(bill, due_on=history.today - timedelta(days=36))
    return history.change(
        agreement_of(history, bill), status=AgreementStatus.LAPSED, ended_on=max(ended, bill.issued_on)
    ).id


@fault("lapsed_though_paid")
def lapsed_by_mistake(history: History) -> int:
    bill = last_bill(history)
    ended = max(history.today - timedelta(days=6), bill.issued_on)
    return history.change(agreement_of(history, bill), status=AgreementStatus.LAPSED, ended_on=ended).id


@fault("lapsed_though_paid")
def grace_by_mistake(history: History) -> int:
    bill = last_bill(history)
    until = history.today + timedelta(days=6)
    return history.change(agreement_of(history, bill), status=AgreementStatus.GRACE, grace_until=until).id


@fault("first_payment_missing")
def not_started(history: History) -> int:
    bill = last_bill(history, paid=False)
    agreement = agreement_of(history, bill)
    history.change(bill, due_on=history.today - timedelta(days=3))
    return history.change(agreement, status=AgreementStatus.PENDING, autopay=False).id


@fault("billed_after_end")
def billed_on(history: History) -> int:
    bill = last_bill(history)
    ended = bill.issued_on - timedelta(days=3)
    history.change(agreement_of(history, bill), status=AgreementStatus.CANCELLED, ended_on=ended)
    return bill.id


@fault("overdue")
def unpaid(history: History) -> int:
    bill = last_bill(history, paid=False)
    history.change(agreement_of(history, bill), autopay=False)
    return history.change(bill, due_on=history.today - timedelta(days=9), status=InvoiceStatus.OPEN).id
