"""Handed over, answered once, by somebody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from supportdesk.people.models import User
from supportdesk.tickets.actions.conversation import reply
from supportdesk.tickets.actions.escalations import decide, escalate, send_back, take_over
from supportdesk.tickets.errors import CardNumberRefused, Refused, StepRefused
from supportdesk.tickets.models import Escalation, Message, Ticket
from supportdesk.tickets.states import EscalationReason, EscalationStatus, TicketStatus
from tests.personas import make_staff
from tests.tickets.factories import NOW, as_it_is, new_key, verbs

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def escalation(ticket: Ticket, agent: User) -> Escalation:
    return raise_it(ticket, agent)


def raise_it(ticket: Ticket, by: User, *, tried: str = "I called the bank.", key: str = "") -> Escalation:
    reason = EscalationReason.ABOVE_LIMIT
    return escalate(ticket, reason=reason, tried=tried, by=by, key=key or new_key(), at=NOW)


def test_raised(escalation: Escalation, ticket: Ticket, agent: User) -> None:
    ticket.refresh_from_db()

    assert (ticket.status, escalation.tried.body, escalation.tried.kind) == (
        TicketStatus.ESCALATED,
        "I called the bank.",
        "note",
    )
    assert verbs(ticket) == ["created", "escalated"]


def test_raised_twice_by_one_form_is_raised_once(ticket: Ticket, agent: User) -> None:
    key = new_key()

    assert raise_it(ticket, agent, key=key) == raise_it(ticket, agent, key=key)
    assert verbs(ticket) == ["created", "escalated"]


def test_one_waits_at_a_time(escalation: Escalation, ticket: Ticket, agent: User) -> None:
    before = as_it_is(ticket)

    with pytest.raises(StepRefused):
        raise_it(ticket, agent, tried="Again.")

    assert as_it_is(ticket) == before


def test_the_database_knows_it_too(escalation: Escalation, ticket: Ticket, agent: User) -> None:
    note = Message.objects.create(
        ticket=ticket, kind="note", channel="portal", author=agent, created_at=NOW, idempotency_key=new_key()
    )
    with pytest.raises(IntegrityError, match="escalation_one_waiting"), transaction.atomic():
        Escalation.objects.create(ticket=ticket, reason="stuck", tried=note, raised_by=agent, raised_at=NOW)


@pytest.mark.parametrize(
    ("deed", "status", "verb"),
    [
        (decide, EscalationStatus.DECIDED, "escalation_decided"),
        (send_back, EscalationStatus.SENT_BACK, "escalation_sent_back"),
    ],
)
def test_answered_and_back_with_the_agent(
    escalation: Escalation,
    ticket: Ticket,
    agent: User,
    lead: User,
    deed: Callable[..., Escalation],
    status: str,
    verb: str,
) -> None:
    deed(escalation, words="Refund it.", by=lead, key=new_key(), at=LATER)

    escalation.refresh_from_db()
    ticket.refresh_from_db()
    assert (escalation.status, escalation.reviewed_by, escalation.reviewed_at) == (status, lead, LATER)
    assert escalation.decision is not None
    assert escalation.decision.body == "Refund it."
    assert (ticket.status, ticket.assignee) == (TicketStatus.OPEN, agent)
    assert verbs(ticket) == ["created", "escalated", "status_changed", verb]


def test_taken_over(escalation: Escalation, ticket: Ticket, lead: User) -> None:
    take_over(escalation, words="I answer her.", by=lead, key=new_key(), at=LATER)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (TicketStatus.OPEN, lead)


def test_answered_though_the_agent_moved_on(escalation: Escalation, ticket: Ticket, agent: User, lead: User) -> None:
    ticket.refresh_from_db()
    reply(ticket, "We ask.", by=agent, version=ticket.version, key=new_key(), at=LATER)

    decide(escalation, words="Good.", by=lead, key=new_key(), at=LATER)

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.WAITING_CUSTOMER


def test_answered_once(escalation: Escalation, ticket: Ticket, lead: User) -> None:
    key = new_key()
    decide(escalation, words="Refund it.", by=lead, key=key, at=LATER)
    decide(escalation, words="Refund it.", by=lead, key=key, at=LATER)
    before = as_it_is(ticket)

    with pytest.raises(Refused, match="answered already: decided"):
        send_back(escalation, words="No.", by=lead, key=new_key(), at=LATER)

    assert as_it_is(ticket) == before


def test_nobody_answers_themselves(ticket: Ticket, lead: User, agent: User) -> None:
    escalation = raise_it(ticket, lead)
    before = as_it_is(ticket)

    for by, why in ((lead, "You raised this yourself"), (agent, "decided by supervisors")):
        with pytest.raises(Refused, match=why):
            decide(escalation, words="Yes.", by=by, key=new_key(), at=LATER)

    assert as_it_is(ticket) == before
    assert Escalation.objects.get().status == EscalationStatus.WAITING


def test_no_card_numbers(ticket: Ticket, agent: User) -> None:
    before = as_it_is(ticket)

    with pytest.raises(CardNumberRefused):
        raise_it(ticket, agent, tried="Card 4242 4242 4242 4242")

    assert as_it_is(ticket) == before
    assert not Escalation.objects.exists()


def test_another_supervisor_may(ticket: Ticket, lead: User) -> None:
    other = make_staff("mira@desk.test", "supervisor")

    assert decide(raise_it(ticket, lead), words="Yes.", by=other, key=new_key(), at=LATER).reviewed_by == other
