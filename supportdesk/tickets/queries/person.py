"""Who asked, what they asked before, and which customer they may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from billing.models import Customer
from supportdesk.people.models import User
from supportdesk.tickets.access import tickets_visible_to
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import UNSOLVED, TicketStatus

SHOWN: Final = 3
COUNTED: Final = 20


@dataclass(frozen=True, slots=True)
class Earlier:
    number: int
    subject: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    earlier: Sequence[Earlier]
    earlier_words: str
    candidates: Sequence[Customer]


def person_of(ticket: Ticket, *, reader: User) -> Person:
    others = list(_others(ticket, reader)[:COUNTED])
    return Person(
        name=ticket.requester_name or "Unknown",
        email=ticket.requester_email,
        earlier=[
            Earlier(each.pk, each.subject, TicketStatus(each.status).label, each.created_at) for each in others[:SHOWN]
        ],
        earlier_words=_words(others),
        candidates=list(candidates_for(ticket)) if ticket.customer_id is None else [],
    )


def candidates_for(ticket: Ticket) -> QuerySet[Customer]:
    """Customers with the address that was typed. A typed address proves nothing: an agent has to make sure."""
    if not ticket.requester_email:
        return Customer.objects.none()
    return Customer.objects.filter(email__iexact=ticket.requester_email)[:SHOWN]


def _others(ticket: Ticket, reader: User) -> QuerySet[Ticket]:
    same = Q(pk__in=[])
    if ticket.customer_id is not None:
        same |= Q(customer=ticket.customer_id)
    if ticket.requester_id is not None:
        same |= Q(requester=ticket.requester_id)
    others = tickets_visible_to(reader).filter(same).exclude(pk=ticket.pk)
    return others.only("subject", "status", "created_at").order_by("-created_at")


def _words(others: Sequence[Ticket]) -> str:
    if not others:
        return "first ticket"
    unsolved = sum(each.status in UNSOLVED for each in others)
    count = f"{COUNTED} or more" if len(others) == COUNTED else str(len(others))
    rest = "all solved" if not unsolved else f"{unsolved} still open"
    return f"{count} other ticket{'s' if len(others) > 1 else ''}, {rest}"
