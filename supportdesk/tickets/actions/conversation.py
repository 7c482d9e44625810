"""What is written on a ticket: the customer's words, an agent's reply, a note, a reply that refunds."""

from datetime import datetime
from typing import Final

from django.db import transaction

from billing.access.scopes import seeing_as_system
from billing.actions.refunds import request_refund
from billing.models import Payment, Refund
from billing.outbox import enqueue
from supportdesk.people.models import User
from supportdesk.tickets.actions.drafts import drop_draft
from supportdesk.tickets.actions.rows import grow, keep_clock, lock_ticket, note_deed, refuse_if_changed, save, step
from supportdesk.tickets.actions.status import STATUS_FIELDS, move_on, open_again
from supportdesk.tickets.actions.words import write_customer_message, write_staff_message
from supportdesk.tickets.errors import NotOfThisTicket, StepRefused
from supportdesk.tickets.models import Message, Ticket
from supportdesk.tickets.refund_asked import RefundAsked
from supportdesk.tickets.states import Channel, MessageKind, TicketStatus, Verb

# Where a ticket may go with a reply.
AFTER_REPLY: Final = (
    TicketStatus.WAITING_CUSTOMER,
    TicketStatus.WAITING_OTHERS,
    TicketStatus.OPEN,
    TicketStatus.SOLVED,
)


@transaction.atomic
def customer_replies(
    ticket: Ticket, text: str, *, by: User | None, channel: Channel, key: str, at: datetime
) -> Message:
    """Whatever state the ticket was in, the desk owes the next move. Safe to repeat."""
    ticket = lock_ticket(ticket)
    name = str(by) if by is not None else ticket.requester_name
    written = write_customer_message(ticket, text, channel=channel, author=by, name=name, key=key, at=at)
    if not written.first_time:
        return written.message
    if ticket.status in {TicketStatus.SOLVED, TicketStatus.CLOSED}:
        open_again(ticket, at=at, by=by, by_customer=True)
    elif ticket.status in {TicketStatus.WAITING_CUSTOMER, TicketStatus.WAITING_OTHERS}:
        step(ticket, TicketStatus.OPEN)
    ticket.waiting_since = ticket.waiting_since or at
    keep_clock(ticket, at=at)
    note_deed(ticket, Verb.CUSTOMER_WROTE, at=at, by=by, data={"message": written.message.pk})
    if written.card_removed:
        note_deed(ticket, Verb.CARD_NUMBER_REMOVED, at=at, by=None)
    grow(ticket)
    save(ticket, *STATUS_FIELDS, at=at)
    return written.message


@transaction.atomic
def reply(
    ticket: Ticket,
    text: str,
    *,
    by: User,
    version: int,
    key: str,
    at: datetime,
    then: TicketStatus = TicketStatus.WAITING_CUSTOMER,
    promised_at: datetime | None = None,
) -> Message:
    """Send an answer and say where the ticket goes. Refused when somebody wrote meanwhile. Safe to repeat."""
    ticket = lock_ticket(ticket)
    written = write_staff_message(ticket, text, kind=MessageKind.REPLY, by=by, key=key, at=at)
    if written.first_time:
        refuse_if_changed(ticket, version=version)
        _sent(ticket, written.message, by=by, at=at, then=then, promised_at=promised_at)
    return written.message


@transaction.atomic
def reply_and_refund(
    ticket: Ticket,
    text: str,
    *,
    by: User,
    version: int,
    key: str,
    at: datetime,
    asked: RefundAsked,
    then: TicketStatus = TicketStatus.WAITING_OTHERS,
) -> Refund:
    """The answer and the refund it speaks of, in one transaction: both or neither. Safe to repeat."""
    ticket = lock_ticket(ticket)
    _refuse_other_peoples_payment(ticket, asked)
    written = write_staff_message(ticket, text, kind=MessageKind.REPLY, by=by, key=key, at=at)
    if written.first_time:
        refuse_if_changed(ticket, version=version)
        _sent(ticket, written.message, by=by, at=at, then=then, promised_at=None)
    # Its own timeline line follows from billing's event, for refunds asked here and elsewhere alike.
    return request_refund(
        asked.payment_id,
        amount_minor=asked.amount_minor,
        reason=asked.reason,
        by=by,
        case_ref=str(ticket.pk),
        idempotency_key=key,
        at=at,
    )


@transaction.atomic
def add_note(ticket: Ticket, text: str, *, by: User, key: str, at: datetime) -> Message:
    """For colleagues only. It neither answers the customer nor stops a clock. Safe to repeat."""
    ticket = lock_ticket(ticket)
    written = write_staff_message(ticket, text, kind=MessageKind.NOTE, by=by, key=key, at=at)
    if written.first_time:
        note_deed(ticket, Verb.NOTED, at=at, by=by, data={"message": written.message.pk})
        drop_draft(ticket, by=by)
        grow(ticket)
        save(ticket, at=at)
    return written.message


def _sent(
    ticket: Ticket, message: Message, *, by: User, at: datetime, then: TicketStatus, promised_at: datetime | None
) -> None:
    if ticket.status == TicketStatus.CLOSED:
        raise StepRefused("This ticket is closed. Open it again to answer.")
    note_deed(ticket, Verb.REPLIED, at=at, by=by, data={"message": message.pk})
    ticket.first_reply_at = ticket.first_reply_at or at
    ticket.waiting_since = None
    ticket.promised_at = promised_at
    ticket.assignee = ticket.assignee or by
    move_on(ticket, then, at=at, by=by)
    keep_clock(ticket, at=at)
    grow(ticket)
    save(ticket, *STATUS_FIELDS, "first_reply_at", "assignee", at=at)
    drop_draft(ticket, by=by)
    if ticket.requester_email:
        enqueue(
            task="supportdesk.tickets.tasks.mail_answered",
            key=f"ticket-answered:{message.pk}",
            payload={"ticket": ticket.pk, "message": message.pk},
        )


def _refuse_other_peoples_payment(ticket: Ticket, asked: RefundAsked) -> None:
    """The id came from a form (S-23), and the currency is the one that was on the screen (S-89)."""
    with seeing_as_system():
        mine = Payment.objects.filter(pk=asked.payment_id, customer=ticket.customer, currency=asked.currency)
        if not mine.exists():  # without a customer there is no payment either: the column is never empty
            raise NotOfThisTicket("This payment does not belong to the ticket's customer. Nothing was sent.")
