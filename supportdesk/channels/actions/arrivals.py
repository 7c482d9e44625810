"""Who a person is to us, once they proved that an address is theirs."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from billing.actions.linking import link_user
from supportdesk.people.models import User
from supportdesk.tickets.actions.sorting import adopt_tickets


@transaction.atomic
def recognise(user: User, *, at: datetime) -> None:
    """Give a customer their bills and the questions asked from their address. Safe to repeat; staff are left out.

    Only a verified address counts: a typed one would hand somebody's bills to whoever types it.
    """
    if user.is_staff or not EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        return
    customer = link_user(user=user, email=user.email)
    adopt_tickets(user=user, email=user.email, customer=customer, at=at)
