"""Every list of the desk has an index made for it: in order, without sorting, whatever the history."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from supportdesk.people.models import Team, User
from supportdesk.tickets.models import Queue, Ticket
from supportdesk.tickets.queries.queue import Filters, filtered, promises_due
from supportdesk.tickets.states import WITH_US
from tests.personas import make_staff
from tests.tickets.factories import NOW

pytestmark = pytest.mark.django_db


def plan_of(rows: QuerySet[Any]) -> str:
    """The plan PostgreSQL makes when reading everything and sorting are held to be dear, as they are at a million."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    return rows.explain()


@pytest.fixture
def lead(team: Team) -> User:
    return make_staff("lead@desk.test", "supervisor", team=team)


@pytest.fixture
def many(queue: Queue, lead: User, agent: User) -> None:
    """Most are somebody else's: an index over part of them is then far shorter than one over all."""
    Ticket.objects.bulk_create(
        Ticket(
            subject=f"Ticket {number}",
            channel="form",
            queue=queue,
            assignee=(None, lead, agent, agent, agent)[number % 5],
            status=("new", "open", "waiting_customer", "solved")[number % 4],
            solved_at=NOW if number % 4 == 3 else None,
            created_at=NOW,
            updated_at=NOW + timedelta(minutes=number),
            due_at=NOW + timedelta(minutes=number),
        )
        for number in range(400)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")  # statistics are for the tables' owner to gather
        cursor.execute("ANALYZE tickets_ticket")
        cursor.execute(f"SET LOCAL ROLE {settings.RUNTIME_ROLE}")


@pytest.mark.parametrize(
    ("filters", "order", "index"),
    [
        (Filters(), ("due_at", "pk"), "ticket_due"),
        (Filters(whose="mine"), ("due_at", "pk"), "ticket_of_agent"),
        (Filters(whose="unassigned"), ("due_at", "pk"), "ticket_unassigned"),
        (Filters(category="autopay"), ("due_at", "pk"), "ticket_by_category"),
        (Filters(state="all"), ("-updated_at", "-pk"), "ticket_recent"),
    ],
)
def test_lists_of_whoever_sees_all(
    many: None, lead: User, filters: Filters, order: tuple[str, ...], index: str
) -> None:
    plan = plan_of(filtered(lead, filters, now=NOW, midnight=NOW).order_by(*order)[:26])

    assert f"using {index} on" in plan
    assert "Sort" not in plan


def test_next_is_found_by_its_index(many: None, agent: User, queue: Queue) -> None:
    waiting = Ticket.objects.filter(status__in=sorted(WITH_US), assignee__isnull=True, queue__in=[queue.pk])

    assert "using ticket_unassigned on" in plan_of(waiting.order_by("due_at", "pk")[:1])


def test_promises_are_found_by_their_index(many: None) -> None:
    assert "using ticket_promised on" in plan_of(promises_due(at=NOW))


def test_words_and_people_are_found_by_theirs(many: None, agent: User) -> None:
    from django.contrib.postgres.search import SearchQuery

    words = Ticket.objects.filter(search=SearchQuery("refund", config="redress_tickets", search_type="websearch"))
    person = Ticket.objects.filter(requester_name__icontains="ortiz")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "ticket_search" in words.explain()
    assert "ticket_trigrams" in person.explain()
