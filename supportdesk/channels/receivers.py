"""Other packages' signals, each answered by one call."""

from typing import Any

from allauth.account.signals import email_confirmed, user_logged_in
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from supportdesk.channels.actions.arrivals import recognise
from supportdesk.channels.unsent import keep_for_its_writer_alone
from supportdesk.people.models import User


@receiver(auth.user_logged_in)  # Django's own, so that no way of signing in passes it by
def session_begun(*, request: HttpRequest, user: User, **signal: Any) -> None:
    keep_for_its_writer_alone(request, user)


@receiver(user_logged_in)
def person_signed_in(*, user: User, **signal: Any) -> None:
    recognise(user, at=timezone.now())


@receiver(email_confirmed)
def address_confirmed(*, email_address: Any, **signal: Any) -> None:
    recognise(email_address.user, at=timezone.now())
