"""How a ticket comes to be: somebody asked, or a complaint was imported. Money events have their own module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from billing.models import Customer
from billing.outbox import enqueue
from billing.redaction import redact
from billing.text.lines import clean_line
from supportdesk.people.models import Team, User
from supportdesk.tickets import triage
from supportdesk.tickets.actions.rows import ask_for_diagnosis, keep_clock, note_deed, tell
from supportdesk.tickets.actions.words import write_customer_message
from supportdesk.tickets.models import Message, Queue, Ticket
from supportdesk.tickets.states import Category, Channel, Priority, Verb


@dataclass(frozen=True, slots=True)
class Writer:
    """Who asks. ``requester`` and ``customer`` are set only where the person proved who they are."""

    name: str = ""
    email: str = ""
    requester: User | None = None
    customer: Customer | None = None


@dataclass(frozen=True, slots=True)
class Sorting:
    """Where a new ticket goes, and why, in words an agent can check."""

    category: Category
    priority: Priority
    queue: Queue
    reasons: Sequence[str]


def open_ticket(
    *,
    writer: Writer,
    subject: str,
    text: str,
    channel: Channel,
    key: str,
    at: datetime,
    category: Category | None = None,
    language: str = "en",
    about: str = "",
) -> Ticket:
    """Safe to repeat: the same key with the same words gets the first ticket."""
    sorting = sort(subject=subject, text=text, chosen=category)
    try:
        with transaction.atomic():
            ticket = _open(writer, subject, text, channel, key, at, sorting, language=language, about=about)
            _announce_opened(ticket, writer, key)
            return ticket
    except IntegrityError:
        first = Message.objects.filter(idempotency_key=key).select_related("ticket").first()
        if first is None:
            raise
        return first.ticket


def import_complaint(
    *,
    source: str,
    source_id: str,
    writer: Writer,
    subject: str,
    text: str,
    sorting: Sorting,
    asked_at: datetime,
    at: datetime,
) -> tuple[Ticket, bool]:
    """One complaint of a file; run twice it stays one ticket. Nobody is mailed about what happened elsewhere.

    The conversation bears the day of the complaint, ``asked_at``; the desk's clocks start at the import, ``at``: what
    came to us today was not late yesterday. The second value says whether the ticket is new. Call it inside one
    transaction for a batch of rows.
    """
    existing = Ticket.objects.filter(source=source, source_id=source_id).first()
    if existing is not None:
        return existing, False
    try:
        with transaction.atomic():
            key = f"{source}:{source_id}"[:64]
            ticket = _open(
                writer,
                subject,
                text,
                Channel.IMPORT,
                key,
                at,
                sorting,
                source=source,
                source_id=source_id,
                asked_at=asked_at,
            )
            return ticket, True
    except IntegrityError:  # a second import of the same file, at the same moment
        return Ticket.objects.get(source=source, source_id=source_id), False


def sort(*, subject: str, text: str, chosen: Category | None = None) -> Sorting:
    """Triage's answer, with the queue that takes this category. What the person chose wins over what was guessed."""
    found = triage.triage(subject=subject, text=text, chosen=chosen)
    return Sorting(found.category, found.priority, queue_for(found.category), found.reasons)


def queue_for(category: Category) -> Queue:
    """The first queue that names the category, else the first of all."""
    queues = list(Queue.objects.all())
    if not queues:
        return _queue_of_a_new_desk()
    return next((queue for queue in queues if category in queue.categories), queues[0])


def _queue_of_a_new_desk() -> Queue:
    """Nobody has set the desk up yet, and a question or a failed payment must not be lost for that."""
    team, _ = Team.objects.get_or_create(name="Desk")
    return Queue.objects.get_or_create(slug="inbox", defaults={"name": "Inbox", "team": team})[0]


def _open(
    writer: Writer,
    subject: str,
    text: str,
    channel: Channel,
    key: str,
    at: datetime,
    sorting: Sorting,
    *,
    language: str = "en",
    about: str = "",
    source: str = "",
    source_id: str = "",
    asked_at: datetime | None = None,
) -> Ticket:
    clean_subject = redact(subject)
    ticket = Ticket(
        subject=clean_line(clean_subject.text) or "Without a subject",
        category=sorting.category,
        priority=sorting.priority,
        triage_reasons=list(sorting.reasons),
        channel=channel,
        language=language,
        queue=sorting.queue,
        customer=writer.customer,
        requester=writer.requester,
        requester_name=clean_line(redact(writer.name).text),
        requester_email=redact(writer.email).text,  # the forms refuse it; a file may still bring one
        about=clean_line(redact(about).text, limit=120),
        created_at=asked_at or at,
        updated_at=at,
        waiting_since=at,
        source=source,
        source_id=source_id,
    )
    keep_clock(ticket, at=at)
    ticket.save(force_insert=True)
    written = write_customer_message(
        ticket,
        text,
        channel=channel,
        author=writer.requester,
        name=ticket.requester_name,
        key=key,
        at=asked_at or at,
    )
    if not written.first_time:
        raise IntegrityError("the key was used before")
    note_deed(ticket, Verb.CREATED, at=at, by=None, data={"channel": channel})
    if written.card_removed or clean_subject.findings:
        note_deed(ticket, Verb.CARD_NUMBER_REMOVED, at=at, by=None)
    return ticket


def _announce_opened(ticket: Ticket, writer: Writer, key: str) -> None:
    if writer.email:
        enqueue(
            task="supportdesk.tickets.tasks.mail_received",
            key=f"ticket-received:{ticket.pk}",
            payload={"ticket": ticket.pk},
        )
    if writer.customer is not None:
        ask_for_diagnosis(ticket, why="opened")
    tell(ticket)
