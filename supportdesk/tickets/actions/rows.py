"""What every action on a ticket does the same way: lock, step, keep the clock, write the line, save, tell.

Lock order in this app: ticket, escalation, draft; billing's rows after them.
"""

from collections.abc import Mapping
from datetime import datetime

from billing.models import CreditNote, Refund
from billing.outbox import announce, enqueue
from disputes.models import Dispute
from supportdesk.people.models import User
from supportdesk.tickets import clocks
from supportdesk.tickets.errors import ChangedMeanwhile, StepRefused
from supportdesk.tickets.models import Ticket, TimelineEvent
from supportdesk.tickets.states import STEPS, TicketStatus, Verb


def lock_ticket(ticket: Ticket) -> Ticket:
    """The row as it is now, held until the caller's transaction ends.

    Locked first and read after: a locking query that waited gets the new row, but the joined ones of before, so that an
    assignee who came meanwhile would be missing beside their own id.
    """
    locked = Ticket.objects.select_for_update().values_list("pk", flat=True).get(pk=ticket.pk)
    return Ticket.objects.select_related("queue", "customer", "assignee").get(pk=locked)


def refuse_if_changed(ticket: Ticket, *, version: int) -> None:
    """Refuse an answer to a conversation that went on after the page was drawn."""
    if ticket.version != version:
        raise ChangedMeanwhile("Somebody wrote on this ticket meanwhile. Read it, then send; your text is kept.")


def step(ticket: Ticket, to: TicketStatus) -> None:
    """The one place that assigns a ticket's status. The caller holds the lock and saves."""
    if to not in STEPS[ticket.status]:
        was, wanted = TicketStatus(ticket.status).label.lower(), to.label.lower()
        raise StepRefused(f"This ticket is “{was}”; it cannot become “{wanted}” from there.")
    ticket.status = to


def keep_clock(ticket: Ticket, *, at: datetime) -> None:
    """Recompute when the desk must act, from the facts and not from the last answer."""
    since = ticket.waiting_since or (ticket.created_at if ticket.first_reply_at is None else at)
    reply_at = clocks.reply_due(
        since=since, first_reply_minutes=ticket.queue.first_reply_minutes, priority=ticket.priority
    )
    due = clocks.most_pressing(reply_at=reply_at, promised_at=ticket.promised_at, legal_at=ticket.legal_due_at)
    ticket.due_at, ticket.due_kind = due.at, due.kind


def grow(ticket: Ticket) -> None:
    """The conversation has something new that must be read before the next answer; save() follows."""
    ticket.version += 1


def save(ticket: Ticket, *fields: str, at: datetime) -> None:
    """Save the named fields and what every change touches; open pages are told once the transaction has committed."""
    ticket.updated_at = at
    ticket.save(update_fields=[*fields, "due_at", "due_kind", "version", "updated_at"])
    tell(ticket)


def tell(ticket: Ticket) -> None:
    announce(f"ticket:{ticket.pk}", f"queue:{ticket.queue.slug}", kind="changed", ref=str(ticket.pk))


def note_deed(
    ticket: Ticket,
    verb: Verb,
    *,
    at: datetime,
    by: User | None,
    data: Mapping[str, object] | None = None,
    refund: Refund | None = None,
    credit_note: CreditNote | None = None,
    dispute: Dispute | None = None,
    source_key: str = "",
) -> TimelineEvent:
    """One line of the timeline. ``data`` holds plain, untranslated values and never an amount."""
    return TimelineEvent.objects.create(
        ticket=ticket,
        verb=verb,
        at=at,
        actor=by,
        actor_name=str(by) if by is not None else "",
        data=dict(data or {}),
        refund=refund,
        credit_note=credit_note,
        dispute=dispute,
        source_key=source_key,
    )


def ask_for_diagnosis(ticket: Ticket, *, why: str) -> None:
    """Once for each reason; the task reads the records as they are when it runs."""
    enqueue(
        task="supportdesk.tickets.tasks.diagnose",
        key=f"ticket-diagnose:{ticket.pk}:{why}",
        payload={"ticket": ticket.pk},
    )
