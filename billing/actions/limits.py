"""When does a refund need a second person? The limits are rows that an administrator edits."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import AbstractBaseUser

from billing.models import Payment, Refund, RefundLimit
from billing.money import Money

CONTACT_QUARANTINE: Final = timedelta(hours=72)  # S-92: who takes over a mailbox changes the address first
DAY: Final = timedelta(hours=24)


def why_approval(*, payment: Payment, amount_minor: int, by: AbstractBaseUser, at: datetime) -> str:
    """The reason in a sentence, or nothing where the requester may send it alone. The payment is locked."""
    changed = payment.customer.contact_changed_at
    if changed is not None and changed <= at < changed + CONTACT_QUARANTINE:
        return "The customer's contact details were changed less than 72 hours ago."
    limits = list(RefundLimit.objects.filter(group__user_set=by.pk, currency=payment.currency))
    if not limits:
        return f"Your role has no limit for refunds in {payment.currency}."
    highest = max(limits, key=lambda limit: limit.limit_minor)
    if amount_minor > highest.limit_minor:
        return f"Above your limit of {Money(highest.limit_minor, payment.currency).format()}."
    count = max(limit.daily_count for limit in limits)
    made = Refund.objects.filter(requested_by=by.pk, requested_at__gt=at - DAY, requested_at__lte=at).count()
    if made >= count:
        return f"Your role may send {count} refunds in 24 hours; this one is more."
    return ""
