"""One ticket as a row of the queue or of search, ready to be drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from billing.money import Money
from supportdesk.tickets.clocks import Chip, ago, chip_for
from supportdesk.tickets.models import Ticket, TicketFinding
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


def rows_of(tickets: Iterable[Ticket], *, findings: Mapping[int, TicketFinding], now: datetime) -> list[Row]:
    return [_row(ticket, findings.get(ticket.pk), now) for ticket in tickets]


def current_findings(tickets: Iterable[Ticket]) -> dict[int, TicketFinding]:
    """The diagnosis of each; empty while payment data is locked, because the database shows none."""
    found = TicketFinding.objects.filter(ticket__in=[ticket.pk for ticket in tickets], current=True)
    return {finding.ticket_id: finding for finding in found.defer("findings")}


def chip_of(ticket: Ticket, *, now: datetime) -> Chip | None:
    """Only what is with us is due; what waits or is solved says so in a word."""
    if ticket.status not in WITH_US and ticket.due_kind == DueKind.SLA:
        return None
    deadlines = {DueKind.LEGAL: ticket.legal_due_at, DueKind.PROMISE: ticket.promised_at}
    deadline = deadlines.get(DueKind(ticket.due_kind)) or ticket.due_at
    return chip_for(kind=ticket.due_kind, deadline=deadline.astimezone(now.tzinfo), now=now)


def _row(ticket: Ticket, finding: TicketFinding | None, now: datetime) -> Row:
    since = ticket.waiting_since or (ticket.created_at if ticket.status in UNSOLVED else ticket.updated_at)
    has_amount = finding is not None and finding.amount_minor is not None and finding.currency
    return Row(
        number=ticket.pk,
        subject=ticket.subject,
        who=ticket.requester_name or ticket.requester_email or "Unknown",
        about=ticket.about or Category(ticket.category).label,
        headline=finding.headline if finding else "",
        amount=Money(finding.amount_minor, finding.currency) if finding and has_amount else None,
        has_money=ticket.customer_id is not None,
        chip=chip_of(ticket, now=now) if ticket.status in UNSOLVED else None,
        status="" if ticket.status in WITH_US else TicketStatus(ticket.status).label,
        since=since,
        age=ago(since, now),
        unread=ticket.status == TicketStatus.NEW,
    )
