"""Generated tickets: what people asked about the histories, and what was said and done since. Pure, seeded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from supportdesk.demo import corpus
from supportdesk.demo.histories import Person
from supportdesk.demo.rows import FindingRow, LinkRow, MessageRow, TicketRow, TimelineRow
from supportdesk.tickets.states import Channel, DueKind, MessageKind, Priority, TicketStatus, Verb

MESSAGES_EACH = 3
YOUNG, OLD = (5, 4 * 24 * 60), (5_000, 576_000)  # minutes since it was asked, with us and solved
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
    tickets: list[TicketRow] = field(default_factory=list)
    messages: list[MessageRow] = field(default_factory=list)
    events: list[TimelineRow] = field(default_factory=list)
    links: list[LinkRow] = field(default_factory=list)
    findings: list[FindingRow] = field(default_factory=list)


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
    about = corpus.trouble(random)
    course = _course(random, desk, now)
    ticket = _ticket(random, first.ticket + offset, person, about, course, desk)
    block.tickets.append(ticket)
    for part, (kind, author, name, body, at) in enumerate(_said(random, person, about, course)):
        key = first.message + offset * MESSAGES_EACH + part
        block.messages.append(
            MessageRow(key, ticket.id, kind, Channel.FORM, author, name, body, at, idempotency_key=f"{run}-{key}")
        )
    event = first.event + offset * 2
    block.events.append(TimelineRow(event, ticket.id, Verb.CREATED, course.created, person.name))
    block.events.append(TimelineRow(event + 1, ticket.id, Verb.DIAGNOSED, course.created, ""))
    block.links.append(LinkRow(first.link + offset, ticket.id, person.payment_id, course.created))
    block.findings.append(
        FindingRow(
            id=first.finding + offset,
            ticket_id=ticket.id,
            customer_id=person.customer_id,
            headline=ticket.subject,
            amount_minor=person.amount_minor,
            currency=person.currency,
            found_at=course.created,
        )
    )


@dataclass(frozen=True, slots=True)
class _Course:
    """How a ticket went: with us still, or answered and solved."""

    created: datetime
    agent: int
    agent_name: str
    taken: bool
    status: str
    replied: datetime | None
    solved: datetime | None
    due: datetime
    legal: bool

    @property
    def with_us(self) -> bool:
        return self.solved is None


def _course(random: Random, desk: Desk, now: datetime) -> _Course:
    with_us = random.random() < WITH_US_SHARE
    youngest, oldest = YOUNG if with_us else OLD
    created = now - timedelta(minutes=random.randint(youngest, oldest))
    agent, agent_name = random.choice(desk.agents)
    taken = not with_us or random.random() < 0.4
    status = random.choice(STATUSES) if with_us else random.choice((TicketStatus.SOLVED, TicketStatus.CLOSED))
    replied = created + timedelta(minutes=random.randint(10, 600)) if not with_us else None
    solved = replied + timedelta(hours=random.randint(1, 48)) if replied else None
    legal = random.random() < 0.05
    due = now + timedelta(minutes=random.randint(-600, 4_000)) if with_us else created + timedelta(hours=8)
    return _Course(created, agent, agent_name, taken, status, replied, solved, due, legal)


def _ticket(
    random: Random, number: int, person: Person, about: corpus.Trouble, course: _Course, desk: Desk
) -> TicketRow:
    return TicketRow(
        id=number,
        subject=random.choice(about.subjects),
        category=about.category,
        priority=random.choice(Priority.values),
        status=course.status,
        channel=Channel.FORM,
        queue_id=random.choice(desk.queues),
        assignee_id=course.agent if course.taken else None,
        customer_id=person.customer_id,
        requester_name=person.name,
        requester_email=person.email,
        about=person.about,
        created_at=course.created,
        updated_at=course.solved or course.created,
        waiting_since=course.created if course.with_us else None,
        due_at=course.due,
        due_kind=DueKind.LEGAL if course.legal else DueKind.SLA,
        first_reply_at=course.replied,
        solved_at=course.solved,
    )


def _said(
    random: Random, person: Person, about: corpus.Trouble, course: _Course
) -> Iterator[tuple[MessageKind, int | None, str, str, datetime]]:
    created, agent, name = course.created, course.agent, course.agent_name
    yield MessageKind.CUSTOMER, None, person.name, corpus.complaint(random, about), created
    yield MessageKind.NOTE, agent, name, random.choice(corpus.NOTES), created + timedelta(minutes=3)
    replied = course.replied or created + timedelta(minutes=4)
    yield MessageKind.REPLY, agent, name, random.choice(corpus.REPLIES), replied
