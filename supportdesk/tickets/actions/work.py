"""Who works on a ticket: taken, given, put back; and the next one, which no two agents ever get."""

from datetime import datetime

from django.db import transaction

from supportdesk.people.models import User
from supportdesk.tickets.access import may_work_in
from supportdesk.tickets.actions.rows import keep_clock, lock_ticket, note_deed, save, step
from supportdesk.tickets.errors import AlreadyTaken, Refused
from supportdesk.tickets.models import Queue, Ticket
from supportdesk.tickets.states import WITH_US, TicketStatus, Verb

# By hand, and with the queues by number: a hundred agents press one key on a Monday morning, and composing these two
# took Django longer than answering them took PostgreSQL. Which queues are whose is people's; see access.queues_of.
_QUEUES_OF = """
    SELECT queue.* FROM tickets_queue queue JOIN people_membership membership USING (team_id)
     WHERE membership.user_id = %s
"""
_NEXT = """
    SELECT * FROM tickets_ticket
     WHERE status = ANY(%s) AND assignee_id IS NULL AND queue_id = ANY(%s)
     ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


@transaction.atomic
def take_next(*, by: User, at: datetime) -> Ticket | None:
    """The most pressing ticket without an owner in this agent's queues, now theirs; None when there is none.

    Rows that a colleague is taking at this moment are skipped, not waited for: a hundred agents pressing the key
    together get a hundred tickets.
    """
    queues = {queue.pk: queue for queue in Queue.objects.raw(_QUEUES_OF, [by.pk])}
    found = list(Ticket.objects.raw(_NEXT, [sorted(WITH_US), list(queues)]))
    ticket = found[0] if found else None
    if ticket is not None:
        ticket.queue = queues[ticket.queue_id]
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
