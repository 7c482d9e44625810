"""allauth's signals, each answered by one call."""

from typing import Any

from allauth.account.signals import email_confirmed, user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from supportdesk.channels.actions.arrivals import recognise
from supportdesk.people.models import User


@receiver(user_logged_in)
def person_signed_in(*, user: User, **signal: Any) -> None:
    recognise(user, at=timezone.now())


@receiver(email_confirmed)
def address_confirmed(*, email_address: Any, **signal: Any) -> None:
    recognise(email_address.user, at=timezone.now())
