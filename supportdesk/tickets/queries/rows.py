"""One ticket as a row of the queue or of search, ready to be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse

from billing.money import Money
from supportdesk.tickets.clocks import Chip, ago, chip_for
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import UNSOLVED, WITH_US, Category, DueKind, TicketStatus

# What a row shows and what its place in the list hangs on; half of a ticket's columns are neither.
_COLUMNS: Final = (
    "subject",
    "category",
    "status",
    "customer",
    "requester_name",
    "requester_email",
    "about",
    "created_at",
    "updated_at",
    "waiting_since",
    "due_at",
    "due_kind",
    "legal_due_at",
    "promised_at",
)


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    address: str
    subject: str
    who: str
    about: str  # no payment data: what stands in the second line without the factor
    headline: str  # payment data: stands there instead, with it
    amount: Money | None  # payment data
    has_money: bool
    chip: Chip | None
    status: str
    since: str  # ISO 8601
    age: str
    unread: bool


def drawable(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Each with its diagnosis; without the scope that opens payment data the database joins nothing."""
    return tickets.only(*_COLUMNS).annotate(
        finding=FilteredRelation("findings", condition=Q(findings__current=True)),
        headline=F("finding__headline"),
        amount_minor=F("finding__amount_minor"),
        currency=F("finding__currency"),
    )


def rows_of(tickets: Iterable[Ticket], *, now: datetime) -> list[Row]:
    """Tickets that went through ``drawable``."""
    return [_row(ticket, now) for ticket in tickets]


def chip_of(ticket: Ticket, *, now: datetime) -> Chip | None:
    """Only what is with us is due; what waits or is solved says so in a word."""
    if ticket.status not in WITH_US and ticket.due_kind == DueKind.SLA:
        return None
    deadlines = {DueKind.LEGAL: ticket.legal_due_at, DueKind.PROMISE: ticket.promised_at}
    deadline = deadlines.get(DueKind(ticket.due_kind)) or ticket.due_at
    return chip_for(kind=ticket.due_kind, deadline=deadline.astimezone(now.tzinfo), now=now)


def chips_of(ticket: Ticket, *, now: datetime) -> list[Chip]:
    """For the ticket's page: what is due, and beside it the law's date where something else is more pressing."""
    if ticket.status not in UNSOLVED:
        return []
    pressing = chip_of(ticket, now=now)
    chips = [pressing] if pressing else []
    if ticket.legal_due_at is not None and ticket.due_kind != DueKind.LEGAL:
        legal = ticket.legal_due_at.astimezone(now.tzinfo)
        chips.append(chip_for(kind=DueKind.LEGAL, deadline=legal, now=now))
    return chips


def _row(ticket: Ticket, now: datetime) -> Row:
    since = ticket.waiting_since or (ticket.created_at if ticket.status in UNSOLVED else ticket.updated_at)
    found: dict[str, Any] = ticket.__dict__
    minor, currency = found["amount_minor"], found["currency"]
    return Row(
        number=ticket.pk,
        address=_address_of(ticket.pk),
        subject=ticket.subject,
        who=ticket.requester_name or ticket.requester_email or "Unknown",
        about=ticket.about or Category(ticket.category).label,
        headline=found["headline"] or "",
        amount=Money(minor, currency) if minor is not None and currency else None,
        has_money=ticket.customer_id is not None,
        chip=chip_of(ticket, now=now) if ticket.status in UNSOLVED else None,
        status="" if ticket.status in WITH_US else TicketStatus(ticket.status).label,
        since=since.isoformat(),
        age=ago(since, now),
        unread=ticket.status == TicketStatus.NEW,
    )


def _address_of(number: int) -> str:
    before, after = _around_the_number()
    return f"{before}{number}{after}"


@cache
def _around_the_number() -> tuple[str, str]:
    """Django looks an address up in a twentieth of a millisecond, and a page has twenty-five that differ in this."""
    before, _, after = reverse("tickets:ticket", args=[0]).rpartition("0")
    return before, after
