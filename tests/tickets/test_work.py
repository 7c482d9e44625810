"""Taking, giving and putting back; and a hundred agents pressing the key at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from supportdesk.people.models import Team, User
from supportdesk.tickets.actions.work import assign, claim, release, take_next
from supportdesk.tickets.errors import AlreadyTaken, Refused
from supportdesk.tickets.models import Queue, Ticket
from supportdesk.tickets.states import TicketStatus
from tests.personas import make_staff
from tests.tickets.factories import NOW, as_it_is, make_queue, make_ticket, verbs

AGENTS = 100
TICKETS = 1000

pytestmark = pytest.mark.production


@pytest.mark.django_db
def test_next_is_what_is_due_first(queue: Queue, agent: User) -> None:
    later, sooner = make_ticket(at=NOW), make_ticket(at=NOW - timedelta(hours=1))

    taken = [take_next(by=agent, at=NOW) for _ in range(3)]

    assert taken == [sooner, later, None]
    assert [(row.assignee, row.status) for row in Ticket.objects.all()] == [(agent, TicketStatus.OPEN)] * 2


@pytest.mark.django_db
def test_next_is_of_ones_own_queues(ticket: Ticket, outsider: User) -> None:
    before = as_it_is(ticket)

    assert take_next(by=outsider, at=NOW) is None
    assert as_it_is(ticket) == before


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"status": "waiting_customer"}, {"status": "solved", "solved_at": NOW}])
def test_what_waits_is_not_next(queue: Queue, agent: User, fields: dict[str, object]) -> None:
    make_ticket(**fields)  # type: ignore[arg-type]

    assert take_next(by=agent, at=NOW) is None


@pytest.mark.django_db
def test_claimed_once(ticket: Ticket, agent: User, lead: User) -> None:
    claim(ticket, by=agent, at=NOW)
    claim(ticket, by=agent, at=NOW)
    before = as_it_is(ticket)

    with pytest.raises(AlreadyTaken, match="Agent has this ticket already"):
        claim(ticket, by=lead, at=NOW)

    assert as_it_is(ticket) == before
    assert verbs(ticket) == ["created", "assigned"]


@pytest.mark.django_db
def test_given_within_the_team_only(ticket: Ticket, agent: User, lead: User, outsider: User) -> None:
    before = as_it_is(ticket)
    with pytest.raises(Refused, match="does not work in Payments"):
        assign(ticket, to=outsider, by=lead, at=NOW)
    assert as_it_is(ticket) == before

    assert assign(ticket, to=agent, by=lead, at=NOW).assignee == agent


@pytest.mark.django_db
def test_put_back(ticket: Ticket, agent: User) -> None:
    claim(ticket, by=agent, at=NOW)

    release(ticket, by=agent, at=NOW)
    release(ticket, by=agent, at=NOW)

    assert verbs(ticket) == ["created", "assigned", "released"]
    assert take_next(by=agent, at=NOW) == ticket


@pytest.mark.django_db(transaction=True)
def test_a_hundred_agents_take_a_thousand_tickets() -> None:
    """Every ticket gets one owner, nothing deadlocks (S-106). How long it takes is for the benchmark to say."""
    team = Team.objects.create(name="Payments")
    queue = make_queue(team)
    agents = [make_staff(f"agent{number}@desk.test", "agent", team=team) for number in range(AGENTS)]
    Ticket.objects.bulk_create(
        Ticket(
            subject=f"Ticket {number}",
            channel="form",
            queue=queue,
            created_at=NOW,
            updated_at=NOW,
            due_at=NOW + timedelta(minutes=number % 7),
        )
        for number in range(TICKETS)
    )
    taken, errors = _all_take(agents, connections_at_once=8)

    assert errors == []
    assert sorted(taken) == sorted(Ticket.objects.values_list("pk", flat=True))
    assert Ticket.objects.filter(assignee__isnull=True).count() == 0


def _all_take(agents: list[User], *, connections_at_once: int) -> tuple[list[int], list[BaseException]]:
    """Each agent presses until nothing is left, as many at once as the pool has connections for."""
    turn, lock = iter(agents * (TICKETS // len(agents) + 1)), threading.Lock()
    taken: list[int] = []
    errors: list[BaseException] = []

    def press() -> None:
        try:
            while True:
                with lock:
                    agent = next(turn, None)
                if agent is None:
                    return
                ticket = take_next(by=agent, at=NOW)
                if ticket is not None:
                    taken.append(ticket.pk)
        except Exception as error:  # whatever a thread met, the test must tell
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(connections_at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, errors
