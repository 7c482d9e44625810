"""What supervisors do in the administration: review escalations, set up queues and prepared answers."""

import pytest
from django.test import Client

from billing.models import PaymentRead
from supportdesk.people.models import User
from supportdesk.tickets.actions.escalations import escalate
from supportdesk.tickets.models import Escalation, Macro, Queue
from supportdesk.tickets.states import EscalationReason, EscalationStatus
from tests.billing.records import a_customer
from tests.personas import sign_in
from tests.tickets.factories import NOW, make_ticket, new_key

pytestmark = pytest.mark.django_db
TRIED = "Both captures of $125.00 are ours."


@pytest.fixture
def escalation(queue: Queue, agent: User) -> Escalation:
    ticket = make_ticket(customer=a_customer())
    return escalate(ticket, reason=EscalationReason.ABOVE_LIMIT, tried=TRIED, by=agent, key=new_key(), at=NOW)


def page_of(escalation: Escalation) -> str:
    return f"/admin/tickets/escalation/{escalation.pk}/change/"


def test_the_whole_case(lead_client: Client, escalation: Escalation) -> None:
    page = lead_client.get(page_of(escalation)).content.decode()

    for shown in (TRIED, "My September premium was taken two times.", "Agent", "above my limit"):
        assert shown in page
    assert f'hx-get="/billing/case/{escalation.ticket_id}/panel/"' in page
    assert PaymentRead.objects.filter(outcome="seen", view="tickets.escalation").count() == 1


def test_locked_without_a_fresh_factor(lead: User, escalation: Escalation) -> None:
    page = sign_in(lead, factor="stale").get(page_of(escalation)).content.decode()

    assert "$125.00" not in page
    assert "This note quotes payment data and opens with it." in page


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("decide", EscalationStatus.DECIDED),
        ("send_back", EscalationStatus.SENT_BACK),
        ("take_over", EscalationStatus.TAKEN_OVER),
    ],
)
def test_answered(lead_client: Client, escalation: Escalation, answer: str, status: str) -> None:
    response = lead_client.post(page_of(escalation), {"answer": answer, "words": "Do it.", "key": new_key()})

    escalation.refresh_from_db()
    assert (response.status_code, escalation.status) == (302, status)


@pytest.mark.parametrize("sent", [{}, {"answer": "decide"}, {"answer": "approve", "words": "x"}])
def test_an_answer_without_words_is_none(lead_client: Client, escalation: Escalation, sent: dict[str, str]) -> None:
    response = lead_client.post(page_of(escalation), {"key": new_key(), **sent})

    escalation.refresh_from_db()
    assert (response.status_code, escalation.status) == (422, EscalationStatus.WAITING)


def test_agents_have_no_page(agent_client: Client, escalation: Escalation) -> None:
    assert agent_client.get(page_of(escalation)).status_code in {403, 404}
    assert agent_client.post(page_of(escalation), {"answer": "decide", "words": "x"}).status_code in {403, 404}
    escalation.refresh_from_db()
    assert escalation.status == EscalationStatus.WAITING


def test_what_was_answered_shows_its_answer_only(lead_client: Client, escalation: Escalation) -> None:
    lead_client.post(page_of(escalation), {"answer": "decide", "words": "Do it.", "key": new_key()})

    page = lead_client.get(page_of(escalation)).content.decode()

    assert "Decided by Lead" in page
    assert 'name="answer"' not in page


def test_the_list(lead_client: Client, escalation: Escalation) -> None:
    page = lead_client.get("/admin/tickets/escalation/").content.decode()

    assert "Waits for review" in page


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("Hello {{ customer.first_name }}", 1),
        ("Hello {{ customer.card }}", 0),
        ("Card 4242 4242 4242 4242", 0),
    ],
)
def test_a_macro_names_only_what_is_filled(lead_client: Client, body: str, kept: int) -> None:
    lead_client.post("/admin/tickets/macro/add/", {"name": "Hello", "body": body, "active": "on", "position": 0})

    assert Macro.objects.count() == kept


def test_a_queue_takes_categories(lead_client: Client, queue: Queue) -> None:
    form = {
        "name": "Payments",
        "slug": "payments",
        "team": queue.team_id,
        "first_reply_minutes": 60,
        "position": 0,
        "categories": ["autopay", "refund_late"],
    }

    lead_client.post(f"/admin/tickets/queue/{queue.pk}/change/", form)

    queue.refresh_from_db()
    assert (queue.categories, queue.first_reply_minutes) == (["autopay", "refund_late"], 60)
