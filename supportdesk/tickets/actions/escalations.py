"""Handed to a supervisor with what was tried; then sent back, decided or taken over."""

from datetime import datetime

from django.db import transaction

from billing.actions.waiting import announce_waiting
from supportdesk.people.models import User
from supportdesk.tickets.access import may_review
from supportdesk.tickets.actions.rows import grow, keep_clock, lock_ticket, note_deed, save, step
from supportdesk.tickets.actions.status import move_on
from supportdesk.tickets.actions.words import write_staff_message
from supportdesk.tickets.errors import Refused, StepRefused
from supportdesk.tickets.models import Escalation, Message, Ticket
from supportdesk.tickets.states import EscalationReason, EscalationStatus, MessageKind, TicketStatus, Verb

FIELDS = ("status", "assignee", "promised_at")


@transaction.atomic
def escalate(ticket: Ticket, *, reason: EscalationReason, tried: str, by: User, key: str, at: datetime) -> Escalation:
    """What was tried becomes a note of the conversation, so it is cleaned and sealed like one. Safe to repeat."""
    ticket = lock_ticket(ticket)
    note = write_staff_message(ticket, tried, kind=MessageKind.NOTE, by=by, key=key, at=at)
    if not note.first_time:
        return Escalation.objects.get(tried=note.message)
    if ticket.status == TicketStatus.ESCALATED:
        raise StepRefused("A supervisor has it already.")
    was = ticket.status
    step(ticket, TicketStatus.ESCALATED)  # the clock keeps running: the customer waits, whoever has it
    escalation = Escalation.objects.create(ticket=ticket, reason=reason, tried=note.message, raised_by=by, raised_at=at)
    note_deed(ticket, Verb.ESCALATED, at=at, by=by, data={"reason": reason, "from": was, "note": note.message.pk})
    keep_clock(ticket, at=at)
    grow(ticket)
    save(ticket, *FIELDS, at=at)
    announce_waiting()
    return escalation


@transaction.atomic
def send_back(escalation: Escalation, *, words: str, by: User, key: str, at: datetime) -> Escalation:
    """Something is missing: the agent has it again, with what to find out."""
    sent_back = EscalationStatus.SENT_BACK
    return _answer(escalation, sent_back, Verb.ESCALATION_SENT_BACK, words=words, by=by, key=key, at=at)


@transaction.atomic
def decide(escalation: Escalation, *, words: str, by: User, key: str, at: datetime) -> Escalation:
    """The answer is there; the agent carries it out."""
    return _answer(escalation, EscalationStatus.DECIDED, Verb.ESCALATION_DECIDED, words=words, by=by, key=key, at=at)


@transaction.atomic
def take_over(escalation: Escalation, *, words: str, by: User, key: str, at: datetime) -> Escalation:
    """The supervisor keeps the ticket and answers the customer."""
    return _answer(
        escalation, EscalationStatus.TAKEN_OVER, Verb.ESCALATION_TAKEN_OVER, words=words, by=by, key=key, at=at
    )


def _answer(
    escalation: Escalation, status: EscalationStatus, verb: Verb, *, words: str, by: User, key: str, at: datetime
) -> Escalation:
    ticket = lock_ticket(escalation.ticket)
    escalation = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if not (answer := may_review(by, ticket, raised_by_id=escalation.raised_by_id)):
        raise Refused(answer.reason)
    note = write_staff_message(ticket, words, kind=MessageKind.NOTE, by=by, key=key, at=at)
    if not note.first_time:
        return escalation
    if escalation.status != EscalationStatus.WAITING:
        raise Refused(f"This was answered already: {EscalationStatus(escalation.status).label.lower()}.")
    _close(escalation, status, by=by, at=at, words=note.message)
    ticket.assignee = by if status == EscalationStatus.TAKEN_OVER else escalation.raised_by
    if ticket.status == TicketStatus.ESCALATED:
        move_on(ticket, TicketStatus.OPEN, at=at, by=by)
    note_deed(ticket, verb, at=at, by=by, data={"note": note.message.pk})
    keep_clock(ticket, at=at)
    grow(ticket)
    save(ticket, *FIELDS, at=at)
    announce_waiting()
    return escalation


def _close(escalation: Escalation, status: EscalationStatus, *, by: User, at: datetime, words: Message) -> None:
    escalation.status = status
    escalation.reviewed_by = by
    escalation.reviewed_at = at
    escalation.decision = words
    escalation.save(update_fields=["status", "reviewed_by", "reviewed_at", "decision"])
