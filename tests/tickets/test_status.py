"""Waiting, promising, solving, confirming, opening again."""

from datetime import timedelta

import pytest

from billing.models import OutboxMessage
from supportdesk.people.models import User
from supportdesk.tickets.actions.sorting import (
    adopt_tickets,
    move_to_queue,
    recognise_customer,
    set_category,
    set_priority,
)
from supportdesk.tickets.actions.status import confirm_solved, mark_waiting, reopen, solve
from supportdesk.tickets.actions.work import claim
from supportdesk.tickets.errors import Refused, StepRefused
from supportdesk.tickets.models import Queue, Ticket
from supportdesk.tickets.states import Category, DueKind, Priority, TicketStatus
from supportdesk.tickets.tasks import return_promises
from tests.billing.records import a_customer
from tests.tickets.factories import NOW, as_it_is, make_queue, make_ticket, verbs

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_promise_comes_back_an_hour_before(ticket: Ticket, agent: User) -> None:
    mark_waiting(ticket, TicketStatus.WAITING_OTHERS, by=agent, at=NOW, promised_at=NOW + HOUR)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.due_kind, ticket.due_at) == (TicketStatus.WAITING_OTHERS, DueKind.PROMISE, NOW)

    return_promises()
    return_promises()

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.OPEN
    assert verbs(ticket) == ["created", "status_changed", "status_changed"]


def test_a_distant_promise_stays_away(ticket: Ticket, agent: User) -> None:
    from django.utils import timezone

    promised_at = timezone.now() + timedelta(days=1)
    mark_waiting(ticket, TicketStatus.WAITING_OTHERS, by=agent, at=NOW, promised_at=promised_at)

    return_promises()

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.WAITING_OTHERS


def test_waiting_is_for_the_customer_or_others(ticket: Ticket, agent: User) -> None:
    before = as_it_is(ticket)

    with pytest.raises(StepRefused):
        mark_waiting(ticket, TicketStatus.SOLVED, by=agent, at=NOW)

    assert as_it_is(ticket) == before


def test_solved_asks_the_customer(ticket: Ticket, agent: User) -> None:
    solve(ticket, by=agent, at=NOW)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at, ticket.waiting_since) == (TicketStatus.SOLVED, NOW, None)
    assert OutboxMessage.objects.filter(key=f"ticket-solved:{ticket.pk}:0").count() == 1


def test_confirmed_is_closed_once(ticket: Ticket, agent: User, customer: User) -> None:
    solve(ticket, by=agent, at=NOW)
    for _ in range(2):
        confirm_solved(ticket, by=customer, at=NOW + HOUR)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.confirmed_at) == (TicketStatus.CLOSED, NOW + HOUR)
    assert verbs(ticket) == ["created", "solved", "confirmed_solved"]


def test_confirmed_before_the_agent_thought_so(ticket: Ticket, customer: User) -> None:
    confirm_solved(ticket, by=customer, at=NOW)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at, ticket.waiting_since) == (TicketStatus.CLOSED, NOW, None)


def test_opened_again_and_first_in_line(queue: Queue, agent: User, customer: User) -> None:
    ticket = make_ticket(priority=Priority.HIGH)
    solve(ticket, by=agent, at=NOW)

    reopen(ticket, by=customer, at=NOW + HOUR, by_customer=True)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since, ticket.due_at, ticket.reopened_count) == (
        TicketStatus.OPEN,
        NOW + HOUR,
        NOW + 3 * HOUR,  # four hours of the queue, half of them for a high priority
        1,
    )


def test_what_is_open_cannot_be_opened(ticket: Ticket, agent: User) -> None:
    before = as_it_is(ticket)

    with pytest.raises(StepRefused):
        reopen(ticket, by=agent, at=NOW)

    assert as_it_is(ticket) == before


def test_priority_moves_the_clock(ticket: Ticket, agent: User) -> None:
    set_priority(ticket, Priority.URGENT, by=agent, at=NOW + HOUR)

    ticket.refresh_from_db()
    assert ticket.due_at == NOW + HOUR  # a quarter of four hours, since the customer wrote


def test_the_same_again_is_no_deed(ticket: Ticket, agent: User) -> None:
    set_category(ticket, Category(ticket.category), by=agent, at=NOW)
    set_priority(ticket, Priority(ticket.priority), by=agent, at=NOW)
    move_to_queue(ticket, ticket.queue, by=agent, at=NOW)

    assert verbs(ticket) == ["created"]


def test_moved_to_a_queue_where_its_owner_does_not_work(ticket: Ticket, agent: User, outsider: User) -> None:
    claim(ticket, by=agent, at=NOW)
    theirs = make_queue(outsider.teams.get(), "Policies", first_reply_minutes=60)

    move_to_queue(ticket, theirs, by=agent, at=NOW)

    ticket.refresh_from_db()
    assert (ticket.queue, ticket.assignee) == (theirs, None)


def test_recognised_once(ticket: Ticket, agent: User) -> None:
    lena = a_customer()
    recognise_customer(ticket, lena, by=agent, at=NOW)
    recognise_customer(ticket, lena, by=agent, at=NOW)
    before = as_it_is(ticket)

    with pytest.raises(Refused):
        recognise_customer(ticket, a_customer("Sam"), by=agent, at=NOW)

    assert as_it_is(ticket) == before
    assert verbs(ticket) == ["created", "linked"]


def test_whoever_proves_the_address_gets_the_questions(queue: Queue, customer: User) -> None:
    lena = a_customer()
    mine, theirs = make_ticket(email="lena@home.test"), make_ticket(email="sam@home.test")

    for _ in range(2):
        adopt_tickets(user=customer, email="Lena@Home.test", customer=lena, at=NOW)

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.requester, mine.customer, theirs.requester, theirs.customer) == (customer, lena, None, None)
