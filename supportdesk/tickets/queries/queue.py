"""The queue: filtered, in order, a page at a time by key, and counted no further than a person reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import IntegerField, Q, QuerySet, Subquery

from supportdesk.people.models import User
from supportdesk.tickets.access import queues_visible_to, tickets_visible_to
from supportdesk.tickets.clocks import PROMISE_LEAD
from supportdesk.tickets.models import Queue, Ticket
from supportdesk.tickets.queries.rows import drawable
from supportdesk.tickets.states import WITH_US, TicketStatus

PAGE: Final = 25
COUNTED: Final = 1000  # beyond it "999+" says enough, and counting would cost with history
WAITING: Final = (TicketStatus.WAITING_CUSTOMER, TicketStatus.WAITING_OTHERS)
SOLVED: Final = (TicketStatus.SOLVED, TicketStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means any. ``state``: due (with us, by due date), else waiting, solved or all (by last change)."""

    queue: str = ""
    whose: str = ""
    category: str = ""
    priority: int | None = None
    state: str = "due"
    due: str = ""

    @property
    def by_due(self) -> bool:
        return self.state == "due"


@dataclass(frozen=True, slots=True)
class Key:
    """The row after which a page goes on, or with ``backwards`` the row before which one ends."""

    moment: datetime
    number: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """``before`` and ``after``: whether the list goes on in either direction."""

    tickets: Sequence[Ticket]
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Counts:
    shown: int
    due_today: int


def filtered(user: User, filters: Filters, *, now: datetime, midnight: datetime) -> QuerySet[Ticket]:
    tickets = tickets_visible_to(user)
    if filters.queue:
        tickets = tickets.filter(queue__in=queues_visible_to(user).filter(slug=filters.queue))
    if filters.whose:
        tickets = tickets.filter(assignee=user) if filters.whose == "mine" else tickets.filter(assignee__isnull=True)
    if filters.category:
        tickets = tickets.filter(category=filters.category)
    if filters.priority is not None:
        tickets = tickets.filter(priority=filters.priority)
    if filters.due:
        tickets = tickets.filter(due_at__lt=now if filters.due == "overdue" else midnight)
    states = {"due": sorted(WITH_US), "waiting": WAITING, "solved": SOLVED}
    return tickets.filter(status__in=states[filters.state]) if filters.state in states else tickets


def page_of(tickets: QuerySet[Ticket], filters: Filters, key: Key | None) -> Page:
    """One page, however long the list: the key names a row, and an index finds it."""
    field, descends = ("due_at", False) if filters.by_due else ("updated_at", True)
    backwards = key is not None and key.backwards
    down = descends != backwards
    if key is not None:
        # The first condition is what the index can use; the second tells rows of one moment apart.
        sign = "lt" if down else "gt"
        tickets = tickets.filter(**{f"{field}__{sign}e": key.moment}).exclude(
            ~Q(**{f"{field}__{sign}": key.moment}) & ~Q(**{f"pk__{sign}": key.number})
        )
    order = (f"-{field}", "-pk") if down else (field, "pk")
    rows = list(drawable(tickets).order_by(*order)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        return Page(rows[::-1], before=more, after=True)
    return Page(rows, before=key is not None, after=more)


def key_of(ticket: Ticket, filters: Filters) -> Key:
    return Key(ticket.due_at if filters.by_due else ticket.updated_at, ticket.pk)


def count_capped(tickets: QuerySet[Ticket]) -> int:
    return tickets.order_by().values("pk")[:COUNTED].count()


class CappedCount(Subquery):
    """How many rows, counting no further than COUNTED; several of them fit into one query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[:COUNTED], output_field=IntegerField())


def queues_with_counts(user: User, tickets: QuerySet[Ticket], *, midnight: datetime) -> tuple[list[Queue], Counts]:
    """The queues to choose from and both counts of the page, in one query."""
    counted = queues_visible_to(user).annotate(
        shown=CappedCount(tickets), due_today=CappedCount(due_today(user, midnight=midnight))
    )
    queues: list[Queue] = list(counted)
    first = vars(queues[0]) if queues else {"shown": 0, "due_today": 0}
    return queues, Counts(first["shown"], first["due_today"])


def due_today(user: User, *, midnight: datetime) -> QuerySet[Ticket]:
    """What has to move before the day ends, for the bar on top of every page of the desk."""
    return tickets_visible_to(user).filter(status__in=sorted(WITH_US), due_at__lt=midnight)


def promises_due(*, at: datetime) -> QuerySet[Ticket]:
    """Waiting for others, and an agent's promise to the customer falls due within the lead that clocks.py gives it."""
    waiting = Ticket.objects.filter(status=TicketStatus.WAITING_OTHERS, promised_at__lte=at + PROMISE_LEAD)
    return waiting.order_by("promised_at")
