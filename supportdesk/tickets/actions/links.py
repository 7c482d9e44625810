"""Ties a ticket to the exact records it is about."""

from datetime import datetime

from django.db import transaction

from billing.access.scopes import seeing_as_system
from supportdesk.people.models import User
from supportdesk.tickets.actions.rows import note_deed
from supportdesk.tickets.errors import NotOfThisTicket
from supportdesk.tickets.models import Ticket, TicketLink
from supportdesk.tickets.states import Verb
from supportdesk.tickets.troubles import Record


@transaction.atomic
def link_record(ticket: Ticket, record: Record, *, by: User | None, at: datetime) -> None:
    """Safe to repeat. Refused for another customer's record: a link would carry their money into this ticket."""
    with seeing_as_system():
        owner = type(record)._default_manager.filter(pk=record.pk).values_list("customer_id", flat=True).first()
    if ticket.customer_id != owner:
        raise NotOfThisTicket("This record belongs to another customer.")
    kind = type(record)._meta.model_name or ""
    _, new = TicketLink.objects.get_or_create(ticket=ticket, **{kind: record}, defaults={"linked_at": at})
    if new:
        note_deed(ticket, Verb.LINKED, at=at, by=by, data={"kind": kind})
