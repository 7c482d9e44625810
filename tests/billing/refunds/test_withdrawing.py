"""Whoever asked for a refund that waits takes it back from the money side, and the ticket says so."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_agent, seeing_as_customer, seeing_as_system
from billing.models import MoneyEvent, Payment, Refund
from supportdesk.people.models import Team, User
from supportdesk.tickets.actions.money import record_money_event
from supportdesk.tickets.models import Ticket, TimelineEvent
from supportdesk.tickets.states import TicketStatus
from supportdesk.tickets.timeline import Reader, say
from tests.billing.refunds.people import a_payment, ask
from tests.personas import age_factor
from tests.tickets.factories import make_queue, make_ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def payment() -> Payment:
    return a_payment()


@pytest.fixture
def ticket(payment: Payment, team: Team) -> Ticket:
    make_queue(team)
    with seeing_as_system():
        return make_ticket(customer=payment.customer)


@pytest.fixture
def waiting(agent: User, payment: Payment, ticket: Ticket) -> Refund:
    refund = ask(payment, by=agent)
    with seeing_as_system():
        Refund.objects.update(case_ref=str(ticket.pk))
    return refund


def address(ticket: Ticket, refund: Refund) -> str:
    return f"/billing/case/{ticket.pk}/refunds/{refund.pk}/withdraw/"


def status_of(refund: Refund) -> str:
    with seeing_as_system():
        return str(Refund.objects.get(pk=refund.pk).status)


def test_the_asker_has_the_button_and_nobody_else(
    agent_client: Client, lead_client: Client, ticket: Ticket, waiting: Refund
) -> None:
    panel = f"/billing/case/{ticket.pk}/panel/"
    button = f'action="{address(ticket, waiting)}"'
    assert button in agent_client.get(panel, headers=HTMX).content.decode()
    assert button not in lead_client.get(panel, headers=HTMX).content.decode()

    refused = lead_client.post(address(ticket, waiting), headers=HTMX)
    assert (refused.status_code, "Only whoever asked" in refused.content.decode()) == (409, True)
    assert status_of(waiting) == "requested"

    done = agent_client.post(address(ticket, waiting), headers=HTMX)
    assert (done.status_code, done["HX-Trigger"]) == (200, "money-changed")
    assert "You took it back. No money goes back." in done.content.decode()
    after = agent_client.get(panel, headers=HTMX).content.decode()
    assert (status_of(waiting), button in after, "Withdrawn" in after) == ("withdrawn", False, True)
    assert agent_client.post(f"/billing/case/{ticket.pk}/refunds/999999/withdraw/").status_code == 404


def test_the_button_sends_the_token_that_the_site_asks_for(
    agent_client: Client, ticket: Ticket, waiting: Refund
) -> None:
    shown = agent_client.get(f"/billing/case/{ticket.pk}/panel/", headers=HTMX).content.decode()
    form = shown[shown.index(f'action="{address(ticket, waiting)}"') :].partition("</form>")[0]
    assert 'name="csrfmiddlewaretoken"' in form


def test_it_needs_a_factor_as_fresh_as_asking_does(agent_client: Client, ticket: Ticket, waiting: Refund) -> None:
    age_factor(agent_client, timedelta(minutes=6))
    answer = agent_client.post(address(ticket, waiting), headers=HTMX)
    assert ("You took it back" in answer.content.decode(), status_of(waiting)) == (False, "requested")


def test_a_refund_of_another_customer_is_not_there(agent_client: Client, ticket: Ticket, agent: User) -> None:
    other = ask(a_payment(), by=agent, key="another")
    assert agent_client.post(address(ticket, other), headers=HTMX).status_code == 404
    assert status_of(other) == "requested"


@pytest.mark.parametrize(
    ("before", "after"),
    [(TicketStatus.WAITING_CUSTOMER, TicketStatus.WAITING_CUSTOMER), (TicketStatus.WAITING_OTHERS, TicketStatus.OPEN)],
)
def test_the_ticket_says_who_withdrew_it_and_waits_for_no_decision_any_more(
    agent: User, agent_client: Client, ticket: Ticket, waiting: Refund, before: TicketStatus, after: TicketStatus
) -> None:
    agent_client.post(address(ticket, waiting), headers=HTMX)
    Ticket.objects.filter(pk=ticket.pk).update(status=before)
    with seeing_as_system():
        heard = list(MoneyEvent.objects.order_by("pk").values_list("pk", flat=True))

    for event_id in heard:
        record_money_event(event_id, at=timezone.now())

    last = TimelineEvent.objects.filter(ticket=ticket, verb="money_event").latest("pk")
    ticket.refresh_from_db()
    with seeing_as_agent():
        last = TimelineEvent.objects.select_related("refund", "credit_note", "dispute").get(pk=last.pk)
        words = say(last, Reader.AGENT_FRESH)
    with seeing_as_customer(waiting.customer_id):
        told = say(last, Reader.CUSTOMER)
    assert words == f"{agent.name} withdrew the refund of $40.00 before anybody decided"
    assert (told, ticket.status) == ("", after)
