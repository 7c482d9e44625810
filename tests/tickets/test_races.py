"""Two at the same moment, on two connections: one effect, and nobody hears of an error that is not theirs."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from billing.access.scopes import seeing_as_system
from billing.actions import events
from billing.states import EventKind
from supportdesk.people.models import Team, User
from supportdesk.tickets.actions.conversation import reply
from supportdesk.tickets.actions.escalations import decide, escalate, send_back
from supportdesk.tickets.actions.money import record_money_event
from supportdesk.tickets.actions.opening import Writer, open_ticket
from supportdesk.tickets.actions.work import claim
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.models import Escalation, Message, Ticket, TimelineEvent
from supportdesk.tickets.states import Channel, EscalationReason
from tests.billing.records import a_customer, records_of
from tests.personas import make_staff
from tests.tickets.factories import NOW, make_queue, make_ticket, new_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(db: None) -> Team:
    team = Team.objects.create(name="Payments")
    make_queue(team)
    return team


@pytest.fixture
def agents(team: Team) -> tuple[User, User]:
    return make_staff("ana@desk.test", "agent", team=team), make_staff("tom@desk.test", "agent", team=team)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Each on a connection of its own, started together. The answers, or what was raised."""
    start, answers = threading.Barrier(len(deeds)), [object()] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        start.wait()
        try:
            answers[place] = deed()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def refusals(answers: list[object]) -> list[str]:
    """What was raised, by name; an error of the database shows with its words."""
    return [
        type(answer).__name__ if isinstance(answer, Refused) else repr(answer)
        for answer in answers
        if isinstance(answer, Exception)
    ]


def test_one_ticket_claimed_by_two(agents: tuple[User, User]) -> None:
    ticket = make_ticket()

    answers = at_once(*(lambda by=by: claim(ticket, by=by, at=NOW) for by in agents))

    assert refusals(answers) == ["AlreadyTaken"]
    assert TimelineEvent.objects.filter(ticket=ticket, verb="assigned").count() == 1


def test_one_form_sent_by_two_clicks(agents: tuple[User, User]) -> None:
    ticket, key = make_ticket(), new_key()

    first, second = at_once(
        *(lambda: reply(ticket, "We look.", by=agents[0], version=0, key=key, at=NOW) for _ in range(2))
    )

    assert first == second == Message.objects.get(kind="reply")


def test_two_agents_answer_and_one_is_told(agents: tuple[User, User]) -> None:
    ticket = make_ticket()

    answers = at_once(*(lambda by=by: reply(ticket, f"{by}", by=by, version=0, key=new_key(), at=NOW) for by in agents))

    assert refusals(answers) == ["ChangedMeanwhile"]
    assert Message.objects.filter(kind="reply").count() == 1


def test_one_question_sent_twice(team: Team) -> None:
    key = new_key()

    first, second = at_once(
        *(
            lambda: open_ticket(writer=Writer(), subject="x", text="y", channel=Channel.FORM, key=key, at=NOW)
            for _ in range(2)
        )
    )

    assert first == second == Ticket.objects.get()


def test_two_failures_of_one_payment(team: Team) -> None:
    records = records_of(a_customer())
    with seeing_as_system():
        made = [
            events.record(kind=EventKind.PAYMENT_FAILED, at=NOW, customer=records.customer, payment=records.payment)
            for _ in range(2)
        ]

    at_once(*(lambda event=event: record_money_event(event.pk, at=NOW) for event in made))

    assert TimelineEvent.objects.filter(ticket=Ticket.objects.get(), verb="money_event").count() == 2


def test_one_event_heard_twice(team: Team) -> None:
    records = records_of(a_customer())
    with seeing_as_system():
        event = events.record(kind=EventKind.PAYMENT_FAILED, at=NOW, customer=records.customer, payment=records.payment)

    at_once(*(lambda: record_money_event(event.pk, at=NOW) for _ in range(3)))

    assert TimelineEvent.objects.filter(ticket=Ticket.objects.get(), verb="money_event").count() == 1


def test_two_supervisors_answer_one_escalation(team: Team, agents: tuple[User, User]) -> None:
    leads = [make_staff(f"lead{number}@desk.test", "supervisor", team=team) for number in range(2)]
    escalation = escalate(
        make_ticket(), reason=EscalationReason.STUCK, tried="All.", by=agents[0], key=new_key(), at=NOW
    )

    answers = at_once(
        lambda: decide(escalation, words="Yes.", by=leads[0], key=new_key(), at=NOW),
        lambda: send_back(escalation, words="No.", by=leads[1], key=new_key(), at=NOW),
    )

    assert refusals(answers) == ["Refused"]
    assert Message.objects.filter(kind="note").count() == 2
    assert Escalation.objects.get().status in {"decided", "sent_back"}
