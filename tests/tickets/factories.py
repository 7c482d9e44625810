"""Tickets, queues and what they stand on; written as the actions write them, with values a test can name."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from billing.models import Customer
from supportdesk.people.models import Team, User
from supportdesk.tickets.actions.opening import Writer, open_ticket
from supportdesk.tickets.models import Message, Queue, Ticket, TimelineEvent
from supportdesk.tickets.states import Category, Channel

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_numbers = count(1)


def make_queue(team: Team, name: str = "Payments", **fields: Any) -> Queue:
    slug = name.lower().replace(" ", "-")
    return Queue.objects.create(**({"name": name, "slug": slug, "team": team, "first_reply_minutes": 240} | fields))


def make_ticket(
    *,
    subject: str = "Charged twice for September",
    text: str = "My September premium was taken two times.",
    customer: Customer | None = None,
    requester: User | None = None,
    name: str = "Lena Ortiz",
    email: str = "lena@home.test",
    category: Category = Category.MISSING_OR_DUPLICATE,
    at: datetime = NOW,
    **fields: Any,
) -> Ticket:
    """Opened through the front door; ``fields`` are set afterwards, for states no test should have to walk to."""
    ticket = open_ticket(
        writer=Writer(name=name, email=email, requester=requester, customer=customer),
        subject=subject,
        text=text,
        channel=Channel.FORM,
        key=new_key(),
        at=at,
        category=category,
    )
    if fields:
        Ticket.objects.filter(pk=ticket.pk).update(**fields)
        ticket.refresh_from_db()
    return ticket


def new_key() -> str:
    return f"{next(_numbers):032x}"


def as_it_is(ticket: Ticket) -> Mapping[str, Any]:
    """Everything that a refusal must leave untouched."""
    return {
        "ticket": Ticket.objects.filter(pk=ticket.pk).values().get(),
        "messages": list(Message.objects.filter(ticket=ticket).order_by("pk").values()),
        "timeline": list(TimelineEvent.objects.filter(ticket=ticket).order_by("pk").values()),
    }


def verbs(ticket: Ticket) -> list[str]:
    return list(TimelineEvent.objects.filter(ticket=ticket).order_by("pk").values_list("verb", flat=True))
