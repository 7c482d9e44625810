"""Who works on a ticket: taken, given, put back; and the next one, which no two agents ever get."""

from datetime import datetime

from django.db import transaction

from supportdesk.people.models import User
from supportdesk.tickets.access import may_work_in, queues_of
from supportdesk.tickets.actions.rows import keep_clock, lock_ticket, note_deed, save, step
from supportdesk.tickets.errors import AlreadyTaken, Refused
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import WITH_US, TicketStatus, Verb


@transaction.atomic
def take_next(*, by: User, at: datetime) -> Ticket | None:
    """The most pressing ticket without an owner in this agent's queues, now theirs; None when there is none.

    Rows that a colleague is taking at this moment are skipped, not waited for: a hundred agents pressing the key
    together get a hundred tickets.
    """
    queues = list(queues_of(by).values_list("pk", flat=True))
    ticket = (
        Ticket.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("queue")
        .filter(status__in=sorted(WITH_US), assignee__isnull=True, queue__in=queues)
        .order_by("due_at", "pk")
        .first()
    )
    if ticket is not None:
        _give(ticket, to=by, by=by, at=at)
    return ticket


@transaction.atomic
def claim(ticket: Ticket, *, by: User, at: datetime) -> Ticket:
    """Take this very ticket, when nobody has it. Safe to repeat."""
    ticket = lock_ticket(ticket)
    if ticket.assignee_id == by.pk:
        return ticket
    if ticket.assignee is not None:
        raise AlreadyTaken(f"{ticket.assignee} has this ticket already.")
    _give(ticket, to=by, by=by, at=at)
    return ticket


@transaction.atomic
def assign(ticket: Ticket, *, to: User, by: User, at: datetime) -> Ticket:
    """Give it to a colleague of the queue's team, from whoever has it."""
    ticket = lock_ticket(ticket)
    if not may_work_in(to, ticket.queue):
        raise Refused(f"{to} does not work in {ticket.queue}.")
    if ticket.assignee_id != to.pk:
        _give(ticket, to=to, by=by, at=at)
    return ticket


@transaction.atomic
def release(ticket: Ticket, *, by: User, at: datetime) -> Ticket:
    """Put it back: anybody of the queue may take it. Safe to repeat."""
    ticket = lock_ticket(ticket)
    if ticket.assignee_id is not None:
        ticket.assignee = None
        note_deed(ticket, Verb.RELEASED, at=at, by=by)
        save(ticket, "assignee", at=at)
    return ticket


def _give(ticket: Ticket, *, to: User, by: User, at: datetime) -> None:
    ticket.assignee = to
    if ticket.status == TicketStatus.NEW:
        step(ticket, TicketStatus.OPEN)
        keep_clock(ticket, at=at)
    note_deed(ticket, Verb.ASSIGNED, at=at, by=by, data={"to": to.pk, "to_name": str(to)})
    save(ticket, "assignee", "status", at=at)
