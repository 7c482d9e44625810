"""A ticket's conversation and timeline as one stream, said to one reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from supportdesk.people.models import User
from supportdesk.tickets.access import messages_visible_to
from supportdesk.tickets.models import Message, MessageMoneyBody, Ticket, TicketFinding, TimelineEvent
from supportdesk.tickets.states import Channel, MessageKind, Verb
from supportdesk.tickets.timeline import SENTENCES, Locked, Reader, say

RowT = TypeVar("RowT", Message, TimelineEvent)
# A page of a very long ticket; the older part opens on demand.
RECENT: Final = 100


# Which diagnosis a line speaks of. Read where it stands, behind row-level security; timeline.say puts it into words.
HEADLINE: Final = Subquery(
    TicketFinding.objects.filter(
        pk=Cast(KeyTextTransform("finding", OuterRef("data")), BigIntegerField()), ticket=OuterRef("ticket")
    ).values("headline")[:1]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message or a deed. ``locked_text`` is what stands there when the factor grows old while the page is open."""

    key: str
    kind: str  # customer, reply, note or deed
    at: datetime
    who: str
    meta: str
    paragraphs: Sequence[str]
    locked: bool = False
    locked_text: str = ""  # set where the entry quotes payment data


@dataclass(frozen=True, slots=True)
class Conversation:
    entries: Sequence[Entry]
    older: bool  # more than is shown
    last_message_id: int

    @property
    def mark(self) -> str:
        """Another where there is something new to see."""
        return f"{len(self.entries)} {self.entries[-1].key}" if self.entries else ""


def conversation_of(ticket: Ticket, *, reader: User, opened: bool) -> Conversation:
    """For staff. ``opened`` says that payment data may show; without it no row of it reaches us anyway."""
    messages = _recent(messages_visible_to(reader, ticket).select_related("money_body"))
    deeds = TimelineEvent.objects.filter(ticket=ticket).annotate(headline=HEADLINE)
    deeds = deeds.select_related("refund", "credit_note", "dispute")
    events = _recent(deeds, moment="at")
    who = Reader.AGENT_FRESH if opened else Reader.AGENT_LOCKED
    entries = [*map(_message_entry, messages), *_deed_entries(events, who)]
    entries.sort(key=lambda entry: entry.at)
    older = len(messages) == RECENT or len(events) == RECENT
    return Conversation(entries, older, max((message.pk for message in messages), default=0))


def _recent(rows: QuerySet[RowT], *, moment: str = "created_at") -> list[RowT]:
    return list(rows.order_by(f"-{moment}", "-pk")[:RECENT])[::-1]


def _message_entry(message: Message) -> Entry:
    sealed: MessageMoneyBody | None = getattr(message, "money_body", None)
    text = sealed.body if sealed else message.body
    hidden = message.quotes_payment_data and sealed is None
    what = "note" if message.kind == MessageKind.NOTE else "reply"
    locked_text = f"This {what} quotes payment data and opens with it."
    return Entry(
        key=f"message-{message.pk}",
        kind=message.kind,
        at=message.created_at,
        who=message.author_name or "Unknown",
        meta=what if message.kind != MessageKind.CUSTOMER else Channel(message.channel).label.lower(),
        paragraphs=[locked_text] if hidden else text.split("\n\n"),
        locked=hidden,
        locked_text=locked_text if message.quotes_payment_data else "",
    )


def _deed_entries(events: Iterable[TimelineEvent], reader: Reader) -> list[Entry]:
    return [entry for event in events if (entry := _deed_entry(event, reader)) is not None]


def _deed_entry(event: TimelineEvent, reader: Reader) -> Entry | None:
    sentence = SENTENCES[Verb(event.verb)]
    words = say(event, reader)
    if not words or (sentence.has_message and reader is not Reader.CUSTOMER):
        return None
    hides = sentence.rule is Locked.HIDDEN and reader is not Reader.CUSTOMER
    return Entry(
        key=f"deed-{event.pk}",
        kind="deed",
        at=event.at,
        who=event.actor_name,
        meta="",
        paragraphs=[words],
        locked=hides and reader is Reader.AGENT_LOCKED,
        locked_text=say(event, Reader.AGENT_LOCKED) if hides else "",
    )
