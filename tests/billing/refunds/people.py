"""A payment to give back from, and the people who may."""

from datetime import UTC, datetime
from itertools import count

from django.contrib.auth.models import Group

from billing.access.scopes import seeing_as_system
from billing.actions.refunds import request_refund
from billing.models import Customer, Payment, Refund, RefundLimit
from billing.states import PaymentStatus, RefundReason
from supportdesk.people.models import User

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a Friday
_numbers = count(1)


def somebody(email: str, *, limit_minor: int | None = None, daily_count: int = 10, currency: str = "USD") -> User:
    """A colleague; with a limit of their own role, or with none."""
    user: User = User.objects.create(email=email, name=email.partition("@")[0])
    if limit_minor is not None:
        group = Group.objects.create(name=f"limit of {email} in {currency}")
        user.groups.add(group)
        RefundLimit.objects.create(group=group, currency=currency, limit_minor=limit_minor, daily_count=daily_count)
    return user


def a_payment(*, amount_minor: int = 10_000, currency: str = "USD", **changes: object) -> Payment:
    number = next(_numbers)
    with seeing_as_system():
        customer = Customer.objects.create(reference=f"C-r{number}", name="Lena Ortiz")
        row = {
            "customer": customer,
            "reference": f"P-r{number}",
            "provider": "stripe",
            "external_id": f"ch_r{number}",
            "status": PaymentStatus.SUCCEEDED,
            "currency": currency,
            "amount_minor": amount_minor,
            "captured_minor": amount_minor,
            "created_at": AT,
        }
        return Payment.objects.create(**{**row, **changes})


def ask(payment: Payment, *, by: User, amount_minor: int = 4_000, key: str = "key-1", at: datetime = AT) -> Refund:
    with seeing_as_system():
        return request_refund(
            payment.pk,
            amount_minor=amount_minor,
            reason=RefundReason.DUPLICATE,
            by=by,
            case_ref="T-7",
            idempotency_key=key,
            at=at,
        )


def money_of(payment: Payment) -> tuple[int, int, int]:
    """Given back, promised, and left to give back."""
    with seeing_as_system():
        row = Payment.objects.get(pk=payment.pk)
    return row.refunded_minor, row.refund_held_minor, row.refundable_minor
