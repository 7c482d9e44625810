"""When does a posting need a second person? The limits are rows that an administrator edits."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser

from billing.models import ReconciliationLimit
from billing.money import Money


def why_second_person(amounts: Iterable[Money], *, by: AbstractBaseUser, write_off: bool) -> str:
    """The reason in a sentence, or nothing where the person may post it alone. Amounts of each currency add up."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + abs(amount.minor)
    for currency, minor in sorted(sums.items()):
        limits = ReconciliationLimit.objects.filter(group__user_set=by.pk, currency=currency)
        highest = max((limit.write_off_minor if write_off else limit.match_minor for limit in limits), default=0)
        if minor > highest:
            what = "write-offs" if write_off else "matches"
            return f"Above the limit of {Money(highest, currency).format()} for {what}."
    return ""
