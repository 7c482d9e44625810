"""When does money going back need a second person? The limits are rows that an administrator edits.

The sentence is kept with the refund or credit note, and is read by the requester and by the second person alike.
"""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Sum
from django.utils import timezone

from billing.models import CreditNote, GoodwillBudget, Payment, Refund, RefundLimit
from billing.money import Money
from billing.states import CreditStatus

CONTACT_QUARANTINE: Final = timedelta(hours=72)  # S-92: who takes over a mailbox changes the address first
DAY: Final = timedelta(hours=24)


def why_approval(*, payment: Payment, amount_minor: int, by: AbstractBaseUser, at: datetime) -> str:
    """The reason in a sentence, or nothing where the requester may send it alone. The payment is locked."""
    changed = payment.customer.contact_changed_at
    if changed is not None and changed <= at < changed + CONTACT_QUARANTINE:
        return "The customer's contact details were changed less than 72 hours ago."
    return _above_limit(Money(amount_minor, payment.currency), by=by, at=at)


def why_credit_approval(given: Money, *, by: AbstractBaseUser, at: datetime) -> str:
    """The same for what a credit gives away. A bill that becomes higher is nobody's to make alone."""
    if given.minor < 0:
        return "The new bill is higher than the old one."
    return _above_limit(given, by=by, at=at) if given else ""


def why_goodwill_approval(amount: Money, *, budget: GoodwillBudget | None, at: datetime) -> str:
    """Against the budget of the requester's role, which is locked."""
    if budget is None:
        return f"The requester's role has no goodwill budget in {amount.currency}."
    if amount.minor > budget.grant_limit_minor:
        limit = Money(budget.grant_limit_minor, budget.currency).format()
        return f"Above the requester's limit of {limit} for one grant of goodwill."
    left = budget.monthly_minor - given_of(budget, at=at)
    if amount.minor > left:
        return f"Of this month's goodwill budget {Money(max(0, left), budget.currency).format()} is left."
    return ""


def budget_of(by: AbstractBaseUser, *, currency: str) -> GoodwillBudget | None:
    """The budget of the person's role; the widest, where they have several."""
    budgets = GoodwillBudget.objects.filter(group__user_set=by.pk, currency=currency)
    return budgets.order_by("-grant_limit_minor", "-monthly_minor", "pk").first()


def given_of(budget: GoodwillBudget, *, at: datetime) -> int:
    """What was given of it in the calendar month, by whomever, with a second person's yes or without."""
    month = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    granted = CreditNote.objects.filter(budget=budget, status=CreditStatus.ISSUED, issued_at__gte=month)
    return int(granted.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


def _above_limit(amount: Money, *, by: AbstractBaseUser, at: datetime) -> str:
    limits = list(RefundLimit.objects.filter(group__user_set=by.pk, currency=amount.currency))
    if not limits:
        return f"The requester's role has no limit for refunds in {amount.currency}."
    highest = max(limits, key=lambda limit: limit.limit_minor)
    if amount.minor > highest.limit_minor:
        return f"Above the requester's limit of {Money(highest.limit_minor, amount.currency).format()}."
    count = max(limit.daily_count for limit in limits)
    day = {"requested_by": by.pk, "requested_at__gt": at - DAY, "requested_at__lte": at}
    # What was sent back for a credit was asked for with it, and counts once.
    made = Refund.objects.filter(**day, sent_for_credit=None).count() + CreditNote.objects.filter(**day).count()
    if made >= count:
        noun = "refund" if count == 1 else "refunds"
        return f"The requester's role may send {count} {noun} in 24 hours; this one is more."
    return ""
