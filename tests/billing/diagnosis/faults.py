"""Labelled faults: each changes a clean history in one way and names the finding that must follow, and no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from billing.diagnosis.records import AgreementFact, AttemptFact, InvoiceFact, LineFact, MethodFact, PaymentFact
from billing.states import (
    AttemptOutcome,
    InvoiceStatus,
    LineKind,
    MethodKind,
    PaymentStatus,
)
from tests.billing.diagnosis.histories import History

# Returns the id of a record that the finding must point at.
Fault = Callable[[History], int]
FAULTS: dict[str, Fault] = {}


def fault(code: str) -> Callable[[Fault], Fault]:
    def register(inject: Fault) -> Fault:
        name = inject.__name__
        FAULTS[f"{code}:{name}"] = inject
        return inject

    return register


def expected_code(label: str) -> str:
    return label.partition(":")[0]


# --- what faults are made of


def last_bill(history: History, *, paid: bool = True) -> InvoiceFact:
    """The newest bill of some agreement, made paid or unpaid as the fault needs it."""
    agreement = history.random.choice(history.all(AgreementFact))
    bill = max(bills_of(history, agreement), key=lambda each: each.issued_on)
    payments = payments_on(history, bill)
    if paid and not any(each.taken for each in payments):
        moment = min(history.at, datetime.combine(bill.issued_on, history.at.timetz())) - timedelta(hours=3)
        history.pay(bill, method_of(history, agreement), moment)
        return history.change(bill, status=InvoiceStatus.PAID)
    if paid:
        return bill
    for payment in payments:
        history.drop(payment)
    return history.change(bill, status=InvoiceStatus.OPEN, due_on=history.today + timedelta(days=3))


def bills_of(history: History, agreement: AgreementFact) -> list[InvoiceFact]:
    return [each for each in history.all(InvoiceFact) if each.agreement_id == agreement.id and each.issued]


def payments_on(history: History, bill: InvoiceFact) -> list[PaymentFact]:
    return [each for each in history.all(PaymentFact) if each.invoice_id == bill.id]


def taken_on(history: History, bill: InvoiceFact) -> PaymentFact:
    """One full payment for the bill, and nothing else on it."""
    payments = payments_on(history, bill)
    for each in payments[1:]:
        history.drop(each)
    only = payments[0]
    return history.change(
        only,
        status=PaymentStatus.SUCCEEDED,
        amount_minor=bill.total_minor,
        captured_minor=bill.total_minor,
        captured_at=only.captured_at or only.created_at,
    )


def method_of(history: History, agreement: AgreementFact) -> MethodFact:
    return next(each for each in history.all(MethodFact) if each.id == agreement.method_id)


def agreement_of(history: History, bill: InvoiceFact) -> AgreementFact:
    return next(each for each in history.all(AgreementFact) if each.id == bill.agreement_id)


def twin(history: History, payment: PaymentFact, *, after: timedelta, **fields: Any) -> PaymentFact:
    moment = payment.moment + after
    values: dict[str, Any] = {"created_at": moment, "authorised_at": moment, "captured_at": moment}
    copy = replace(payment, id=history.next_id(), reference=f"P-{history.next_id()}", **(values | fields))
    return history.add(copy)


def fail(history: History, *, kind: MethodKind = MethodKind.CARD, retry_in: float = 0, **codes: str) -> PaymentFact:
    """The newest bill of some agreement is unpaid: the bank refused two days ago."""
    bill = last_bill(history, paid=False)
    method = history.method(kind=kind)
    history.change(agreement_of(history, bill), method_id=method.id)
    when = history.at - timedelta(days=2)
    retry_at = history.at + timedelta(days=retry_in) if retry_in else None
    network = method.brand or "ach"
    attempt = AttemptFact(1, when, AttemptOutcome.DECLINED, network=network, next_retry_at=retry_at, **codes)
    payment = history.pay(bill, method, when)
    return history.change(
        payment, status=PaymentStatus.FAILED, captured_minor=0, captured_at=None, authorised_at=None, failed_at=when,
        attempts=(attempt,),
    )  # fmt: skip


def shown_lines(history: History, bill: InvoiceFact, kind: LineKind, description: str, minor: int) -> InvoiceFact:
    lines = (*bill.lines, LineFact(kind, description, minor, since_on=bill.issued_on))
    return history.change(bill, lines=lines, total_minor=bill.total_minor + minor)


def fresh(history: History, bill: InvoiceFact) -> InvoiceFact:
    """Issued lately, whatever the agreement's interval."""
    issued = history.today - timedelta(days=5)
    if bill.issued_on >= history.today - timedelta(days=50):
        return bill
    return history.change(bill, issued_on=issued, due_on=issued + timedelta(days=14))
