"""One ticket as a row of the queue or of search, ready to be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.money import Money
from supportdesk.tickets.clocks import Chip, ago, chip_for
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import UNSOLVED, WITH_US, Category, DueKind, TicketStatus


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    subject: str
    who: str
    about: str  # no payment data: what stands in the second line without the factor
    headline: str  # payment data: stands there instead, with it
    amount: Money | None  # payment data
    has_money: bool
    chip: Chip | None
    status: str
    since: datetime
    age: str
    unread: bool


def rows_of(tickets: Iterable[Ticket], *, now: datetime) -> list[Row]:
    """Tickets that went through ``with_finding``."""
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
        subject=ticket.subject,
        who=ticket.requester_name or ticket.requester_email or "Unknown",
        about=ticket.about or Category(ticket.category).label,
        headline=found["headline"] or "",
        amount=Money(minor, currency) if minor is not None and currency else None,
        has_money=ticket.customer_id is not None,
        chip=chip_of(ticket, now=now) if ticket.status in UNSOLVED else None,
        status="" if ticket.status in WITH_US else TicketStatus(ticket.status).label,
        since=since,
        age=ago(since, now),
        unread=ticket.status == TicketStatus.NEW,
    )
