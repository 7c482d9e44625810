"""One of each payment record of a customer, made as the system would."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

from billing.access.scopes import seeing_as_system
from billing.models import (
    Agreement,
    Customer,
    Invoice,
    InvoiceLine,
    MoneyEvent,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    Refund,
)
from billing.states import AgreementKind, AttemptOutcome, EventKind, PaymentStatus, RefundReason, RefundStatus

AT = datetime(2026, 9, 12, 9, 14, 2, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Records:
    customer: Customer
    agreement: Agreement
    invoice: Invoice
    line: InvoiceLine
    method: PaymentMethod
    payment: Payment
    attempt: PaymentAttempt
    refund: Refund
    event: MoneyEvent


def a_customer(name: str = "Lena Ortiz") -> Customer:
    return Customer.objects.create(reference=f"C-{next(_numbers)}", name=name, email="lena@example.org")


def records_of(customer: Customer, *, amount_minor: int = 12500, currency: str = "USD") -> Records:
    number = next(_numbers)
    with seeing_as_system():
        agreement = Agreement.objects.create(
            customer=customer, reference=f"44-{number}", kind=AgreementKind.POLICY, currency=currency
        )
        invoice = Invoice.objects.create(
            customer=customer,
            agreement=agreement,
            number=f"INV-{number}",
            currency=currency,
            total_minor=amount_minor,
            issued_on=date(2026, 9, 1),
        )
        line = InvoiceLine.objects.create(
            invoice=invoice, position=1, description="Monthly premium", amount_minor=amount_minor
        )
        method = PaymentMethod.objects.create(customer=customer, brand="Visa", last4="4242", bank_name="First Bank")
        payment = Payment.objects.create(
            customer=customer,
            reference=f"P-{number}",
            invoice=invoice,
            method=method,
            status=PaymentStatus.SUCCEEDED,
            currency=currency,
            amount_minor=amount_minor,
            captured_minor=amount_minor,
        )
        attempt = PaymentAttempt.objects.create(payment=payment, number=1, at=AT, outcome=AttemptOutcome.SUCCEEDED)
        refund = Refund.objects.create(
            customer=customer,
            payment=payment,
            reference=f"R-{number}",
            status=RefundStatus.REQUESTED,
            amount_minor=100,
            currency=currency,
            reason=RefundReason.DUPLICATE,
            idempotency_key=f"key-{number}",
            request_hash="0" * 64,
        )
        event = MoneyEvent.objects.create(kind=EventKind.PAYMENT_SUCCEEDED, at=AT, customer=customer, payment=payment)
    return Records(customer, agreement, invoice, line, method, payment, attempt, refund, event)
