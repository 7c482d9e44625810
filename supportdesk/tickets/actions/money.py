"""What happened to money, as a ticket hears of it: a line on the ticket it concerns, or a ticket where there is none.

The caller runs these in system scope: the event and its records are payment data, the ticket made from them is not.
"""

from datetime import datetime
from typing import Final

from django.db import connection

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.discrepancies import note_case
from billing.models import MoneyEvent
from billing.outbox import enqueue
from billing.states import EventKind, InvoiceStatus
from disputes.models import Dispute
from disputes.states import NEEDS_ANSWER
from supportdesk.people.models import User
from supportdesk.tickets.actions.links import link_record
from supportdesk.tickets.actions.opening import queue_for
from supportdesk.tickets.actions.rows import (
    ask_for_diagnosis,
    grow,
    keep_clock,
    lock_ticket,
    note_deed,
    save,
    tell,
)
from supportdesk.tickets.actions.status import STATUS_FIELDS, move_on, open_again
from supportdesk.tickets.errors import NotOfThisTicket
from supportdesk.tickets.models import Ticket, TimelineEvent
from supportdesk.tickets.queries.troubles import tickets_concerned
from supportdesk.tickets.states import UNSOLVED, Category, Channel, Priority, TicketStatus, Verb
from supportdesk.tickets.troubles import Trouble, trouble_of

VERBS: Final = {kind: Verb(kind.value) for kind in EventKind if kind.value in Verb.values}
# Nobody asked yet; the desk knows first. A subject names no payment data: it shows without the factor.
OPENS: Final = {
    EventKind.PAYMENT_FAILED: (Category.PAYMENT_FAILED, Priority.NORMAL, "A payment needs attention"),
    EventKind.REFUND_FAILED: (Category.REFUND_LATE, Priority.HIGH, "A refund needs attention"),
    EventKind.DISPUTE_OPENED: (Category.UNAUTHORISED, Priority.HIGH, "A bank asks about a charge"),
    EventKind.MONEY_QUESTIONED: (Category.MISSING_OR_DUPLICATE, Priority.NORMAL, "Finance asks about a payment"),
}
# The desk has to move again, wherever the ticket waits or rests.
BACK_TO_US: Final = frozenset(
    {EventKind.REFUND_FAILED, EventKind.REFUND_REJECTED, EventKind.CREDIT_REJECTED, EventKind.DISPUTE_OPENED}
    | {EventKind.MONEY_QUESTIONED, EventKind.REFUND_STOPPED}
)
# Nobody decides any more about what the ticket may have waited for. Whether it waits for its customer is another thing.
NO_LONGER_WAITED_FOR: Final = frozenset({EventKind.REFUND_WITHDRAWN, EventKind.CREDIT_WITHDRAWN})
# Worth a mail to the customer. The mail names no amount; the portal does.
NEWS: Final = frozenset(
    {
        EventKind.REFUND_SENT,
        EventKind.REFUND_SUCCEEDED,
        EventKind.REFUND_FAILED,
        EventKind.CREDIT_ISSUED,
        EventKind.DISPUTE_CLOSED,
    }
)


def record_money_event(event_id: int, *, at: datetime) -> list[Ticket]:
    """Safe to repeat: a ticket keeps each event once, and events of one trouble are taken one after the other."""
    with seeing_as_system():
        event = MoneyEvent.objects.select_related(
            "customer", "agreement", "invoice", "payment__agreement", "refund__payment__agreement", "credit_note"
        ).get(pk=event_id)
        trouble = trouble_of(event, _dispute_of(event))
        _one_at_a_time(trouble.key)
        tickets = [_update(ticket, event, trouble, at=at) for ticket in tickets_concerned(event, trouble)]
        if not tickets and event.kind in OPENS:
            tickets = [_open(event, trouble, at=at)]
        if event.kind == EventKind.MONEY_QUESTIONED:
            note_case(event, case_ref=str(tickets[0].pk))
        return tickets


def _dispute_of(event: MoneyEvent) -> Dispute | None:
    return Dispute.objects.select_related("payment").filter(pk=event.dispute_id).first() if event.dispute_id else None


def _one_at_a_time(key: str) -> None:
    """Two failures of one payment must not open two tickets."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tickets:{key}"])


def _update(ticket: Ticket, event: MoneyEvent, trouble: Trouble, *, at: datetime) -> Ticket:
    ticket = lock_ticket(ticket)
    if TimelineEvent.objects.filter(ticket=ticket, source_key=_source(event)).exists():
        return ticket
    _link_all(ticket, trouble, at=at)
    comes_back = event.kind in BACK_TO_US or (
        event.kind in NO_LONGER_WAITED_FOR and ticket.status == TicketStatus.WAITING_OTHERS
    )
    if comes_back:
        _bring_back(ticket, at=at)
    if event.kind == EventKind.REFUND_FAILED:
        _raise_alarm(ticket, at=at)
    _note(ticket, event, trouble)
    ticket.legal_due_at = legal_due(ticket)
    if _ended_by_itself(ticket, event):
        move_on(ticket, TicketStatus.SOLVED, at=at, by=None)
    keep_clock(ticket, at=at)
    if comes_back:
        grow(ticket)
    save(ticket, *STATUS_FIELDS, "legal_due_at", "priority", at=at)
    _tell_whom_it_concerns(ticket, event)
    return ticket


def _ended_by_itself(ticket: Ticket, event: MoneyEvent) -> bool:
    """A failed payment that nobody asked about and nobody took up, and its bill is paid now: nothing is left to do."""
    return (
        event.kind == EventKind.INVOICE_PAID
        and event.invoice is not None
        and event.invoice.status == InvoiceStatus.PAID
        and ticket.category == Category.PAYMENT_FAILED
        and ticket.noticed_by_us
        and ticket.status in {TicketStatus.NEW, TicketStatus.OPEN}
        and ticket.assignee_id is None
        and ticket.legal_due_at is None
        and not ticket.messages.exists()
    )


def _bring_back(ticket: Ticket, *, at: datetime) -> None:
    if ticket.status not in UNSOLVED:
        open_again(ticket, at=at, by=None, by_customer=False)
    elif ticket.status in {TicketStatus.WAITING_CUSTOMER, TicketStatus.WAITING_OTHERS}:
        move_on(ticket, TicketStatus.OPEN, at=at, by=None)


def _raise_alarm(ticket: Ticket, *, at: datetime) -> None:
    """Somebody was promised money that did not come: it goes up in the queue, however small it seemed before."""
    if ticket.priority > Priority.HIGH:
        note_deed(ticket, Verb.PRIORITISED, at=at, by=None, data={"from": ticket.priority, "to": Priority.HIGH})
        ticket.priority = Priority.HIGH


def _open(event: MoneyEvent, trouble: Trouble, *, at: datetime) -> Ticket:
    category, priority, subject = OPENS[EventKind(event.kind)]
    customer = trouble.customer
    ticket = Ticket(
        subject=subject,
        category=category,
        priority=priority,
        triage_reasons=["Opened by what happened to the money, before anybody asked"],
        channel=Channel.MONEY_EVENT,
        language=customer.language if customer else "en",
        queue=queue_for(category),
        customer=customer,
        requester=customer.user if customer else None,
        requester_name=customer.name if customer else "",
        requester_email=customer.email if customer else "",
        about=trouble.about,
        created_at=at,
        updated_at=at,
        source="money_event",
        source_id=str(event.pk),
    )
    keep_clock(ticket, at=at)
    ticket.save(force_insert=True)
    note_deed(ticket, Verb.CREATED, at=at, by=None, data={"channel": Channel.MONEY_EVENT})
    _link_all(ticket, trouble, at=at)
    _note(ticket, event, trouble)
    ticket.legal_due_at = legal_due(ticket)
    keep_clock(ticket, at=at)
    ticket.save(update_fields=["legal_due_at", "due_at", "due_kind"])
    tell(ticket)
    _tell_whom_it_concerns(ticket, event)
    return ticket


def legal_due(ticket: Ticket) -> datetime | None:
    """The earliest date among the ticket's disputes that still wait for an answer. The caller sees as system."""
    waiting = Dispute.objects.filter(ticket_links__ticket=ticket, status__in=sorted(NEEDS_ANSWER), due_at__isnull=False)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def _link_all(ticket: Ticket, trouble: Trouble, *, at: datetime) -> None:
    for record in trouble.records:
        try:
            link_record(ticket, record, by=None, at=at)
        except NotOfThisTicket:
            continue  # the ticket is about somebody else's money now; the line alone tells


def _note(ticket: Ticket, event: MoneyEvent, trouble: Trouble) -> None:
    kind = EventKind(event.kind)
    note_deed(
        ticket,
        VERBS.get(kind, Verb.MONEY_EVENT),
        at=event.at,
        by=_whose_deed(event, kind),
        data={"kind": kind},
        refund=event.refund,
        credit_note=event.credit_note,
        dispute=trouble.dispute,
        source_key=_source(event),
    )


def _whose_deed(event: MoneyEvent, kind: EventKind) -> User | None:
    """Who asked for money to go back, took it back, or decided. What the bank and the provider do is nobody's."""
    record = event.refund or event.credit_note
    if record is None:
        return None
    asked = {
        EventKind.REFUND_REQUESTED,
        EventKind.REFUND_WITHDRAWN,
        EventKind.CREDIT_REQUESTED,
        EventKind.CREDIT_WITHDRAWN,
    }
    decided = {EventKind.REFUND_APPROVED, EventKind.REFUND_REJECTED, EventKind.CREDIT_REJECTED}
    return record.requested_by if kind in asked else record.decided_by if kind in decided else None


def _source(event: MoneyEvent) -> str:
    return f"money:{event.pk}"


def _tell_whom_it_concerns(ticket: Ticket, event: MoneyEvent) -> None:
    if ticket.customer_id is not None:
        ask_for_diagnosis(ticket, why=_source(event))
    if ticket.requester_email and (event.kind in NEWS or ticket.source_id == str(event.pk)):
        enqueue(
            task="supportdesk.tickets.tasks.mail_money_news",
            key=f"ticket-money-news:{ticket.pk}:{event.pk}",
            payload={"ticket": ticket.pk, "event": event.pk},
        )
