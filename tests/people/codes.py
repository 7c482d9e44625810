"""What a person's app shows, and other small things tests about factors need."""

from datetime import timedelta

from django.utils import timezone

from supportdesk.people.factors import code_at
from supportdesk.people.models import TotpDevice, User


def app_of(user: User) -> TotpDevice:
    found: TotpDevice = TotpDevice.objects.filter(user=user).latest("pk")
    return found


def code_of(user: User, *, steps: int = 0) -> str:
    return code_at(app_of(user).seed, timezone.now() + timedelta(seconds=30 * steps))


def wrong_code_of(user: User) -> str:
    """Six figures that are none of the codes of the next minutes."""
    right = {code_of(user, steps=step) for step in range(-3, 10)}
    return next(f"{number:06d}" for number in range(100_000, 100_020) if f"{number:06d}" not in right)
