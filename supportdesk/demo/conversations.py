"""Generated tickets: what people asked about the histories, and what was said and done since. Pure, seeded."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from supportdesk.demo import corpus
from supportdesk.demo.histories import Person, Row
from supportdesk.tickets.states import Channel, DueKind, MessageKind, Priority, TicketStatus, Verb

TICKET = (
    "id",
    "subject",
    "category",
    "priority",
    "triage_reasons",
    "status",
    "channel",
    "language",
    "queue_id",
    "assignee_id",
    "customer_id",
    "requester_name",
    "requester_email",
    "about",
    "created_at",
    "updated_at",
    "waiting_since",
    "due_at",
    "due_kind",
    "first_reply_at",
    "solved_at",
    "reopened_count",
    "version",
    "source",
    "source_id",
)
MESSAGE = (
    "id",
    "ticket_id",
    "kind",
    "channel",
    "author_id",
    "author_name",
    "body",
    "quotes_payment_data",
    "created_at",
    "idempotency_key",
)
TIMELINE = tuple("id ticket_id verb at actor_id actor_name data source_key".split())
LINK = tuple("id ticket_id payment_id linked_at".split())
FINDING = tuple("id ticket_id customer_id current headline amount_minor currency findings found_at".split())
MESSAGES_EACH = 3
WITH_US_SHARE = 0.12  # of a desk's tickets, what is open at a time
STATUSES = (TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.OPEN, TicketStatus.ESCALATED)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom generated tickets may stand with: queue and agent primary keys."""

    queues: tuple[int, ...]
    agents: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class FirstIds:
    ticket: int
    message: int
    event: int
    link: int
    finding: int


@dataclass(slots=True)
class Conversations:
    tickets: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)


def generate(
    random: Random, *, count: int, first: FirstIds, people: list[Person], desk: Desk, now: datetime, run: str
) -> Conversations:
    """`count` tickets of these people; `run` names the load, so that a second one never collides."""
    block = Conversations()
    for offset in range(count):
        _one_ticket(block, random, offset, first, people[random.randrange(len(people))], desk, now, run)
    return block


def _one_ticket(
    block: Conversations,
    random: Random,
    offset: int,
    first: FirstIds,
    person: Person,
    desk: Desk,
    now: datetime,
    run: str,
) -> None:
    number = first.ticket + offset
    about = corpus.trouble(random)
    with_us = random.random() < WITH_US_SHARE
    age = (
        timedelta(minutes=random.randint(5, 4 * 24 * 60))
        if with_us
        else timedelta(minutes=random.randint(5_000, 576_000))
    )
    created = now - age
    agent, agent_name = random.choice(desk.agents)
    taken = not with_us or random.random() < 0.4
    status = random.choice(STATUSES) if with_us else random.choice((TicketStatus.SOLVED, TicketStatus.CLOSED))
    replied = created + timedelta(minutes=random.randint(10, 600)) if not with_us else None
    solved = replied + timedelta(hours=random.randint(1, 48)) if replied else None
    legal = random.random() < 0.05
    due = now + timedelta(minutes=random.randint(-600, 4_000)) if with_us else created + timedelta(hours=8)
    subject = random.choice(about.subjects)
    block.tickets.append(
        (
            number,
            subject,
            about.category,
            random.choice(Priority.values),
            "[]",
            status,
            Channel.FORM,
            "en",
            random.choice(desk.queues),
            agent if taken else None,
            person.customer_id,
            person.name,
            person.email,
            person.about,
            created,
            solved or created,
            created if with_us else None,
            due,
            DueKind.LEGAL if legal else DueKind.SLA,
            replied,
            solved,
            0,
            0,
            "",
            "",
        )
    )
    texts = (
        (MessageKind.CUSTOMER, None, person.name, corpus.complaint(random, about), created),
        (MessageKind.NOTE, agent, agent_name, random.choice(corpus.NOTES), created + timedelta(minutes=3)),
        (
            MessageKind.REPLY,
            agent,
            agent_name,
            random.choice(corpus.REPLIES),
            replied or created + timedelta(minutes=4),
        ),
    )
    for part, (kind, author, name, body, at) in enumerate(texts):
        key = first.message + offset * MESSAGES_EACH + part
        block.messages.append((key, number, kind, Channel.FORM, author, name, body, False, at, f"{run}-{key}"))
    event = first.event + offset * 2
    block.events.append((event, number, Verb.CREATED, created, None, person.name, "{}", ""))
    block.events.append((event + 1, number, Verb.DIAGNOSED, created, None, "", "{}", ""))
    block.links.append((first.link + offset, number, person.payment_id, created))
    block.findings.append(
        (
            first.finding + offset,
            number,
            person.customer_id,
            True,
            subject,
            person.amount_minor,
            person.currency,
            "[]",
            created,
        )
    )
