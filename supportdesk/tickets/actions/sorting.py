"""What a ticket is about, how pressing it is, where it waits, and whose money it concerns."""

from datetime import datetime

from django.db import transaction

from billing.models import Customer
from supportdesk.people.models import User
from supportdesk.tickets.access import may_work_in
from supportdesk.tickets.actions.rows import ask_for_diagnosis, keep_clock, lock_ticket, note_deed, save, tell
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.models import Queue, Ticket
from supportdesk.tickets.states import Category, Priority, Verb


@transaction.atomic
def set_category(ticket: Ticket, category: Category, *, by: User, at: datetime) -> Ticket:
    ticket = lock_ticket(ticket)
    if ticket.category != category:
        note_deed(ticket, Verb.CATEGORISED, at=at, by=by, data={"from": ticket.category, "to": category})
        ticket.category = category
        save(ticket, "category", at=at)
    return ticket


@transaction.atomic
def set_priority(ticket: Ticket, priority: Priority, *, by: User, at: datetime) -> Ticket:
    """The reply clock follows."""
    ticket = lock_ticket(ticket)
    if ticket.priority != priority:
        note_deed(ticket, Verb.PRIORITISED, at=at, by=by, data={"from": ticket.priority, "to": priority})
        ticket.priority = priority
        keep_clock(ticket, at=at)
        save(ticket, "priority", at=at)
    return ticket


@transaction.atomic
def move_to_queue(ticket: Ticket, queue: Queue, *, by: User, at: datetime) -> Ticket:
    """The other queue's clock counts from now on. Whoever had it keeps it only if they work there too."""
    ticket = lock_ticket(ticket)
    if ticket.queue_id == queue.pk:
        return ticket
    tell(ticket)  # it leaves the list of the old queue
    data = {"from": ticket.queue.slug, "to": queue.slug, "to_name": queue.name}
    note_deed(ticket, Verb.MOVED, at=at, by=by, data=data)
    ticket.queue = queue
    if ticket.assignee is not None and not may_work_in(ticket.assignee, queue):
        ticket.assignee = None
    keep_clock(ticket, at=at)
    save(ticket, "queue", "assignee", at=at)
    return ticket


@transaction.atomic
def recognise_customer(ticket: Ticket, customer: Customer, *, by: User, at: datetime) -> Ticket:
    """The agent has made sure whose money it is about. What the writer may read does not change by it."""
    ticket = lock_ticket(ticket)
    if ticket.customer_id == customer.pk:
        return ticket
    if ticket.customer_id is not None:
        raise Refused("This ticket is about another customer already.")
    ticket.customer = customer
    note_deed(ticket, Verb.LINKED, at=at, by=by, data={"kind": "customer"})
    save(ticket, "customer", at=at)
    ask_for_diagnosis(ticket, why="recognised")
    return ticket


@transaction.atomic
def adopt_tickets(*, user: User, email: str, customer: Customer | None, at: datetime) -> int:
    """The person proved that this address is theirs: what was asked from it is theirs to read. Safe to repeat."""
    asked = Ticket.objects.select_for_update().filter(requester__isnull=True, requester_email__iexact=email)
    tickets = list(asked.order_by("pk"))
    for ticket in tickets:
        ticket.requester = user
        ticket.customer = ticket.customer or customer
        ticket.updated_at = at
        ticket.save(update_fields=["requester", "customer", "updated_at"])
        if ticket.customer is not None:
            ask_for_diagnosis(ticket, why="recognised")
    return len(tickets)
