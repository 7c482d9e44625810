"""Reading a customer's records for the diagnosis: exact facts, seven queries, nobody else's money."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from billing.access.scopes import seeing_as_agent, seeing_as_customer, seeing_as_system
from billing.diagnosis.facts import Facts
from billing.diagnosis.records import (
    AgreementFact,
    AttemptFact,
    DisputeFact,
    InvoiceFact,
    LineFact,
    MethodFact,
    PaymentFact,
    RefundFact,
)
from billing.diagnosis_facts import diagnosis_facts
from billing.models import Customer, Invoice, InvoiceLine, Payment, PaymentAttempt
from billing.states import (
    AgreementStatus,
    AttemptOutcome,
    InvoiceStatus,
    LineKind,
    MethodKind,
    MethodStatus,
    PaymentStatus,
    RefundStatus,
)
from disputes.models import Dispute
from disputes.states import DisputeReason, DisputeStatus
from tests.billing.records import AT, Records, a_customer, records_of

QUERIES = 7

pytestmark = pytest.mark.django_db


def _read(customer: Customer) -> Facts:
    with seeing_as_agent():
        return diagnosis_facts(customer.pk, at=AT)


def _with_dispute(records: Records) -> Dispute:
    with seeing_as_system():
        return Dispute.objects.create(
            customer=records.customer,
            payment=records.payment,
            reference="D-1",
            status=DisputeStatus.NEEDS_RESPONSE,
            reason=DisputeReason.DUPLICATE,
            amount_minor=12500,
            currency="USD",
            opened_at=AT,
            due_at=AT + timedelta(days=9),
        )


def test_every_record_becomes_its_fact() -> None:
    made = records_of(a_customer())
    dispute = _with_dispute(made)

    facts = _read(made.customer)

    payment, refund = made.payment, made.refund
    assert facts.agreements == (
        AgreementFact(id=made.agreement.pk, reference=made.agreement.reference, status=AgreementStatus.ACTIVE),
    )
    assert facts.methods == (
        MethodFact(id=made.method.pk, kind=MethodKind.CARD, status=MethodStatus.ACTIVE, brand="Visa", last4="4242"),
    )
    assert facts.invoices == (
        InvoiceFact(
            id=made.invoice.pk,
            reference=made.invoice.number,
            status=InvoiceStatus.OPEN,
            total_minor=12500,
            currency="USD",
            issued_on=date(2026, 9, 1),
            agreement_id=made.agreement.pk,
            lines=(LineFact(LineKind.OTHER, "Monthly premium", 12500),),
        ),
    )
    assert facts.payments == (
        PaymentFact(
            id=payment.pk,
            reference=payment.reference,
            status=PaymentStatus.SUCCEEDED,
            amount_minor=12500,
            captured_minor=12500,
            currency="USD",
            created_at=facts.payments[0].created_at,
            invoice_id=made.invoice.pk,
            method_id=made.method.pk,
            attempts=(AttemptFact(1, AT, AttemptOutcome.SUCCEEDED),),
        ),
    )
    assert facts.refunds == (
        RefundFact(
            id=refund.pk,
            reference=refund.reference,
            payment_id=payment.pk,
            status=RefundStatus.REQUESTED,
            amount_minor=100,
            currency="USD",
            requested_at=facts.refunds[0].requested_at,
        ),
    )
    assert facts.disputes == (
        DisputeFact(dispute.pk, "D-1", payment.pk, 12500, "USD", AT, answer_due_at=AT + timedelta(days=9)),
    )


def test_dates_and_codes_survive_the_way_through_json() -> None:
    made = records_of(a_customer())
    with seeing_as_system():
        PaymentAttempt.objects.filter(pk=made.attempt.pk).delete()
        PaymentAttempt.objects.create(
            payment=made.payment,
            number=1,
            at=datetime(2026, 9, 12, 9, 14, 2, 123456, tzinfo=UTC),
            outcome=AttemptOutcome.DECLINED,
            decline_code="insufficient_funds",
            network_code="51",
            advice_code="try_again_later",
            network="visa",
            next_retry_at=datetime(2026, 9, 15, 6, tzinfo=UTC),
        )
        InvoiceLine.objects.create(
            invoice=made.invoice,
            position=2,
            kind=LineKind.RIDER,
            description="“Glass” – 5 €",
            amount_minor=-(2**53) - 1,
            since_on=date(2026, 8, 12),
        )

    facts = _read(made.customer)

    assert facts.payments[0].attempts == (
        AttemptFact(
            number=1,
            at=datetime(2026, 9, 12, 9, 14, 2, 123456, tzinfo=UTC),
            outcome=AttemptOutcome.DECLINED,
            decline_code="insufficient_funds",
            network_code="51",
            advice_code="try_again_later",
            network="visa",
            next_retry_at=datetime(2026, 9, 15, 6, tzinfo=UTC),
        ),
    )
    assert facts.invoices[0].lines[1] == LineFact(LineKind.RIDER, "“Glass” – 5 €", -(2**53) - 1, date(2026, 8, 12))


@pytest.mark.parametrize("bills", [1, 60])
def test_queries_do_not_grow_with_history(
    bills: int, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    made = records_of(a_customer())
    _with_dispute(made)
    with seeing_as_system():
        for number in range(1, bills):
            _month(made, number)

    with seeing_as_agent(), django_assert_num_queries(QUERIES):
        facts = diagnosis_facts(made.customer.pk, at=AT)

    assert len(facts.invoices) == len(facts.payments) == bills


def test_old_paid_history_is_left_out_and_old_debt_is_not() -> None:
    made = records_of(a_customer())
    with seeing_as_system():
        paid, owed = _month(made, 80), _month(made, 90)
        Invoice.objects.filter(pk=paid.pk).update(status=InvoiceStatus.PAID)

    facts = _read(made.customer)

    assert [each.id for each in facts.invoices] == [made.invoice.pk, owed.pk]
    assert owed.pk in facts.payments_on
    assert paid.pk not in facts.payments_on


def test_without_a_scope_there_are_no_facts() -> None:
    made = records_of(a_customer())
    _with_dispute(made)
    assert _read(made.customer).payments

    assert diagnosis_facts(made.customer.pk, at=AT) == Facts(customer_id=made.customer.pk)


def test_a_customer_reads_nobody_elses_facts() -> None:
    mine, theirs = records_of(a_customer()), records_of(a_customer("Sam Okafor"))

    with seeing_as_customer(mine.customer.pk):
        own = diagnosis_facts(mine.customer.pk, at=AT)
        other = diagnosis_facts(theirs.customer.pk, at=AT)

    assert [each.id for each in own.payments] == [mine.payment.pk]
    assert other == Facts(customer_id=theirs.customer.pk)


def _month(made: Records, number: int) -> Invoice:
    issued = date(2026, 9, 1) - timedelta(days=30 * number)
    moment = AT - timedelta(days=30 * number)
    invoice = Invoice.objects.create(
        customer=made.customer,
        agreement=made.agreement,
        number=f"{made.invoice.number}-{number}",
        currency="USD",
        total_minor=12500,
        issued_on=issued,
    )
    InvoiceLine.objects.create(invoice=invoice, position=1, description="Monthly premium", amount_minor=12500)
    payment = Payment.objects.create(
        customer=made.customer,
        reference=f"{made.payment.reference}-{number}",
        invoice=invoice,
        method=made.method,
        status=PaymentStatus.SUCCEEDED,
        currency="USD",
        amount_minor=12500,
        captured_minor=12500,
        created_at=moment,
        captured_at=moment,
    )
    PaymentAttempt.objects.create(payment=payment, number=1, at=moment, outcome=AttemptOutcome.SUCCEEDED)
    return invoice
