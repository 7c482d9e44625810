"""Where a ticket stands: waiting, solved, confirmed, open again. Every step goes through ``rows.step``."""

from datetime import datetime

from django.db import transaction

from billing.outbox import enqueue
from supportdesk.people.models import User
from supportdesk.tickets.actions.rows import grow, keep_clock, lock_ticket, note_deed, save, step
from supportdesk.tickets.errors import StepRefused
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import UNSOLVED, TicketStatus, Verb

STATUS_FIELDS = ("status", "waiting_since", "promised_at", "solved_at", "confirmed_at", "reopened_count")


@transaction.atomic
def mark_waiting(
    ticket: Ticket, on: TicketStatus, *, by: User, at: datetime, promised_at: datetime | None = None
) -> Ticket:
    """The next move is the customer's or a third party's. With a promise the ticket comes back by itself before it."""
    if on not in {TicketStatus.WAITING_CUSTOMER, TicketStatus.WAITING_OTHERS}:
        raise StepRefused("A ticket waits for the customer or for others.")
    ticket = lock_ticket(ticket)
    ticket.promised_at = promised_at
    move_on(ticket, on, at=at, by=by)
    keep_clock(ticket, at=at)
    save(ticket, *STATUS_FIELDS, at=at)
    return ticket


@transaction.atomic
def solve(ticket: Ticket, *, by: User, at: datetime) -> Ticket:
    """The agent thinks it is put right; the customer is asked whether it is."""
    ticket = lock_ticket(ticket)
    move_on(ticket, TicketStatus.SOLVED, at=at, by=by)
    save(ticket, *STATUS_FIELDS, at=at)
    return ticket


@transaction.atomic
def confirm_solved(ticket: Ticket, *, by: User, at: datetime) -> Ticket:
    """The customer says it is solved: the ticket is closed. Safe to repeat."""
    ticket = lock_ticket(ticket)
    if ticket.status == TicketStatus.CLOSED and ticket.confirmed_at is not None:
        return ticket
    if ticket.status in UNSOLVED:
        ticket.solved_at = at
        ticket.waiting_since = None
        if ticket.status != TicketStatus.SOLVED:
            step(ticket, TicketStatus.SOLVED)
    step(ticket, TicketStatus.CLOSED)
    ticket.confirmed_at = at
    note_deed(ticket, Verb.CONFIRMED_SOLVED, at=at, by=by)
    save(ticket, *STATUS_FIELDS, at=at)
    return ticket


@transaction.atomic
def reopen(ticket: Ticket, *, by: User, at: datetime, by_customer: bool = False) -> Ticket:
    """Something is still wrong. It comes back first in the queue of whoever had it."""
    ticket = lock_ticket(ticket)
    open_again(ticket, at=at, by=by, by_customer=by_customer)
    keep_clock(ticket, at=at)
    grow(ticket)
    save(ticket, *STATUS_FIELDS, at=at)
    return ticket


@transaction.atomic
def return_when_promised(ticket: Ticket, *, at: datetime) -> None:
    """A promise comes due: the ticket goes back to the queue. Does nothing where it already moved on."""
    ticket = lock_ticket(ticket)
    if ticket.status != TicketStatus.WAITING_OTHERS or ticket.promised_at is None:
        return
    move_on(ticket, TicketStatus.OPEN, at=at, by=None)
    keep_clock(ticket, at=at)
    save(ticket, *STATUS_FIELDS, at=at)


def move_on(ticket: Ticket, to: TicketStatus, *, at: datetime, by: User | None) -> None:
    """Step with its line on the timeline; staying is no step. The caller holds the lock and saves."""
    if ticket.status == to:
        return
    was = ticket.status
    step(ticket, to)
    if to == TicketStatus.SOLVED:
        ticket.solved_at = at
        ticket.waiting_since = None
        note_deed(ticket, Verb.SOLVED, at=at, by=by)
        if by is not None and ticket.requester_email:  # what ended by itself asks nobody whether it is solved
            enqueue(
                task="supportdesk.tickets.tasks.mail_solved",
                key=f"ticket-solved:{ticket.pk}:{ticket.reopened_count}",
                payload={"ticket": ticket.pk},
            )
        return
    note_deed(ticket, Verb.STATUS_CHANGED, at=at, by=by, data={"from": was, "to": to})


def open_again(ticket: Ticket, *, at: datetime, by: User | None, by_customer: bool) -> None:
    """Solved or closed becomes open. The caller holds the lock, keeps the clock and saves."""
    if ticket.status in UNSOLVED:
        raise StepRefused("This ticket is open already.")
    step(ticket, TicketStatus.OPEN)
    ticket.solved_at = None
    ticket.confirmed_at = None
    ticket.reopened_count += 1
    if by_customer:
        ticket.waiting_since = at
    note_deed(ticket, Verb.REOPENED, at=at, by=by, data={"by_customer": by_customer})
