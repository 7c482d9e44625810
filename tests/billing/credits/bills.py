"""A bill to credit, paid or not; the people who may; and what the books say afterwards."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from billing.access.scopes import seeing_as_system
from billing.actions.credits import CreditAsked, request_credit
from billing.actions.ledger import post_invoice, post_payment
from billing.credits.balance import effect_of
from billing.credits.plans import Deed, plan_for
from billing.ledger.balances import customer_balances
from billing.models import (
    Agreement,
    CreditNote,
    CreditNoteLine,
    Customer,
    GoodwillBudget,
    Invoice,
    InvoiceLine,
    InvoiceRendering,
    MoneyEvent,
    OutboxMessage,
    Payment,
    PaymentMethod,
    Posting,
    Refund,
)
from billing.queries.crediting import bill_of, promotion_case, standing_of
from billing.states import AgreementKind, InvoiceStatus, LineKind, OwedBack, PaymentStatus
from supportdesk.people.models import User
from tests.billing.refunds.people import somebody

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LINES = ((LineKind.PREMIUM, "Monthly premium", 10_000), (LineKind.FEE, "Administrative fee", 1_500))
_numbers = count(1)


def a_bill(*, paid: bool = True, lines: tuple[tuple[LineKind, str, int], ...] = LINES, **changes: Any) -> Invoice:
    number = next(_numbers)
    total = sum(amount for _, _, amount in lines)
    with seeing_as_system():
        customer = Customer.objects.create(reference=f"C-c{number}", name="Lena Ortiz", email="lena@example.org")
        agreement = Agreement.objects.create(
            customer=customer, reference=f"44-c{number}", kind=AgreementKind.POLICY, currency="USD"
        )
        row = {
            "customer": customer,
            "agreement": agreement,
            "number": f"INV-c{number}",
            "status": InvoiceStatus.PAID if paid else InvoiceStatus.OPEN,
            "currency": "USD",
            "total_minor": total,
            "issued_on": date(2026, 11, 1),
            "due_on": date(2026, 11, 10),
            "provider": "stripe",
            "external_id": f"in_c{number}",
        }
        bill = Invoice.objects.create(**{**row, **changes})
        InvoiceLine.objects.bulk_create(
            InvoiceLine(invoice=bill, position=position, kind=kind, description=words, amount_minor=amount)
            for position, (kind, words, amount) in enumerate(lines, 1)
        )
        post_invoice(bill, at=AT)
        if paid:
            pay(bill, amount_minor=total)
    return bill


def pay(bill: Invoice, *, amount_minor: int) -> Payment:
    with seeing_as_system():
        number = next(_numbers)
        card = PaymentMethod.objects.create(customer=bill.customer, brand="visa", last4="4242")
        payment = Payment.objects.create(
            customer=bill.customer,
            reference=f"P-c{number}",
            invoice=bill,
            method=card,
            status=PaymentStatus.SUCCEEDED,
            currency=bill.currency,
            amount_minor=amount_minor,
            captured_minor=amount_minor,
            provider="stripe",
            external_id=f"ch_c{number}",
            created_at=AT,
        )
        post_payment(payment, at=AT)
    return payment


def with_budget(email: str, *, grant: int, monthly: int, limit_minor: int = 50_000) -> User:
    """A colleague whose role may give goodwill."""
    user = somebody(email, limit_minor=limit_minor)
    group = Group.objects.create(name=f"goodwill of {email}")
    user.groups.add(group)
    GoodwillBudget.objects.create(group=group, currency="USD", grant_limit_minor=grant, monthly_minor=monthly)
    return user


def ask(
    bill: Invoice,
    deed: Deed,
    *,
    by: User,
    key: str = "key-1",
    owed_back: OwedBack = OwedBack.KEEP,
    note: str = "Asked on the phone.",
    seen: str | None = None,
    at: datetime = AT,
) -> CreditNote:
    with seeing_as_system():
        invoice = Invoice.objects.get(pk=bill.pk)
        if seen is None:
            seen = seen_of(invoice, deed)
        asked = CreditAsked(deed, owed_back, note, seen)
        return request_credit(bill.pk, asked, by=by, case_ref="7", idempotency_key=key, at=at)


def seen_of(invoice: Invoice, deed: Deed) -> str:
    """What the page would show of it now."""
    plan = plan_for(bill_of(invoice), deed, case=promotion_case(invoice, deed))
    return effect_of(plan, standing_of(invoice)).digest()


def fresh(bill: Invoice) -> Invoice:
    with seeing_as_system():
        return Invoice.objects.get(pk=bill.pk)


def owed_by(bill: Invoice) -> int:
    """What the books say: above zero the customer owes, below zero we owe them."""
    with seeing_as_system():
        return sum(balance.minor for balance in customer_balances(bill.customer_id))


def booked(bill: Invoice) -> list[str]:
    with seeing_as_system():
        return list(Posting.objects.filter(customer=bill.customer_id).order_by("pk").values_list("kind", flat=True))


def decide(action: Callable[..., CreditNote], credit: CreditNote, **how: Any) -> CreditNote:
    with seeing_as_system():
        return action(credit.pk, **{"at": AT, "note": "", **how})


def told(bill: Invoice) -> list[str]:
    with seeing_as_system():
        return list(MoneyEvent.objects.filter(customer=bill.customer_id).order_by("pk").values_list("kind", flat=True))


def nothing_happened(bill: Invoice, *, owed: int = 0) -> None:
    with seeing_as_system():
        assert (CreditNote.objects.count(), CreditNoteLine.objects.count(), Refund.objects.count()) == (0, 0, 0)
        assert (InvoiceRendering.objects.count(), MoneyEvent.objects.count()) == (0, 0)
        assert Invoice.objects.count() == 1
    assert (OutboxMessage.objects.count(), fresh(bill).credited_minor, owed_by(bill)) == (0, 0, owed)
