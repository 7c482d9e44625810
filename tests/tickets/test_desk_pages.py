"""The queue and the ticket page: what they cost, what they show, and what they hide while payment data is locked."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.models import PaymentRead
from supportdesk.people.models import User
from supportdesk.tickets.actions.conversation import add_note, reply
from supportdesk.tickets.actions.drafts import autosave_draft
from supportdesk.tickets.actions.presence import be_present
from supportdesk.tickets.actions.rows import note_deed
from supportdesk.tickets.models import Queue, Ticket, TicketFinding
from supportdesk.tickets.states import Category, Priority, Verb
from tests.billing.records import Records, a_customer, records_of
from tests.personas import sign_in
from tests.tickets.factories import make_ticket, new_key

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BROKEN_KEYS = ["x", "_", "2026-11-21_", "_5", "2026-11-21T00:00:00_9", "2026-11-21T00:00:00+00:00_" + "9" * 20, "\0"]
SECRETS = ("$125.00", "125.00", "Two captures", "R-771", "P-90412")


@pytest.fixture
def records(queue: Queue) -> Records:
    return records_of(a_customer())


def with_money(records: Records, agent: User, **fields: Any) -> Ticket:
    """A ticket with all there is to hide: a finding, a sealed note and reply, a refund's line, a sealed draft."""
    at = timezone.now()
    ticket = make_ticket(customer=records.customer, at=at, **fields)
    with seeing_as_system():
        TicketFinding.objects.create(
            ticket=ticket,
            customer=records.customer,
            headline="Two captures of $125.00",
            amount_minor=12500,
            currency="USD",
            found_at=at,
        )
    add_note(ticket, "P-90412 of $125.00 is ours.", by=agent, key=new_key(), at=at)
    ticket.refresh_from_db()
    reply(ticket, "Your $125.00 is on its way.", by=agent, version=ticket.version, key=new_key(), at=at)
    note_deed(ticket, Verb.REFUND_SENT, at=at, by=None, refund=records.refund)
    autosave_draft(ticket, "Also $125.00 more", by=agent, version=2, key=new_key(), at=at)
    Ticket.objects.filter(pk=ticket.pk).update(status="open", assignee=None)
    return ticket


def text_of(client: Client, url: str, **extra: Any) -> str:
    response = client.get(url, **extra)
    assert response.status_code == 200
    page = response.content.decode()
    for lost in ('href=""', 'action=""', 'hx-get=""', 'hx-post=""'):  # an address whose name is unknown
        assert lost not in page
    return page


class TestCost:
    """Of them, the test's own transaction adds three: a savepoint, its release, and the scope put back."""

    @pytest.mark.parametrize("rows", [1, 4])
    def test_queue(
        self, agent: User, agent_client: Client, records: Records, django_assert_num_queries: Any, rows: int
    ) -> None:
        for _ in range(rows):
            with_money(records, agent)

        with django_assert_num_queries(10):
            text = text_of(agent_client, "/desk/")

        assert text.count("data-roving-item") == rows

    @pytest.mark.parametrize("rows", [1, 4])
    def test_queue_locked(self, agent: User, records: Records, django_assert_num_queries: Any, rows: int) -> None:
        client = sign_in(agent, factor="stale")
        for _ in range(rows):
            with_money(records, agent)

        with django_assert_num_queries(5):
            text_of(client, "/desk/")

    @pytest.mark.parametrize("notes", [1, 4])
    def test_ticket(
        self, agent: User, agent_client: Client, records: Records, django_assert_num_queries: Any, notes: int
    ) -> None:
        ticket = with_money(records, agent)
        for _ in range(notes):
            add_note(ticket, "Another $1.00", by=agent, key=new_key(), at=timezone.now())

        with django_assert_num_queries(11):
            text_of(agent_client, f"/desk/tickets/{ticket.pk}/")

    @pytest.mark.parametrize("rows", [1, 4])
    def test_search(
        self, agent: User, agent_client: Client, records: Records, django_assert_num_queries: Any, rows: int
    ) -> None:
        for _ in range(rows):
            with_money(records, agent)

        with django_assert_num_queries(12):
            text_of(agent_client, "/desk/search/?q=premium")


class TestLocked:
    PAGES = ("/desk/", "/desk/tickets/{}/", "/desk/search/?q=premium", "/desk/search/?q={}")

    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_nothing_leaks(self, agent: User, records: Records, page: str, headers: dict[str, str]) -> None:
        ticket = with_money(records, agent)

        text = text_of(sign_in(agent, factor="stale"), page.format(ticket.pk), headers=headers)

        assert [secret for secret in SECRETS if secret in text] == []

    def test_the_same_pages_show_it_when_open(self, agent: User, agent_client: Client, records: Records) -> None:
        ticket = with_money(records, agent)

        assert "$125.00" in text_of(agent_client, "/desk/")
        assert "Two captures of $125.00" in text_of(agent_client, "/desk/search/?q=premium")
        page = text_of(agent_client, f"/desk/tickets/{ticket.pk}/")
        for shown in ("P-90412 of $125.00 is ours.", "Your $125.00 is on its way.", "Also $125.00 more"):
            assert shown in page

    @pytest.mark.parametrize("page", PAGES)
    def test_a_role_without_payment_data_sees_none(self, agent: User, records: Records, page: str) -> None:
        ticket = with_money(records, agent)
        group = Group.objects.create(name="agent without billing")
        group.permissions.set(Permission.objects.filter(codename__in=["read_tickets", "work_tickets"]))
        agent.groups.set([group])

        text = text_of(sign_in(agent), page.format(ticket.pk))

        assert [secret for secret in SECRETS if secret in text] == []
        assert PaymentRead.objects.filter(outcome="seen").count() == 0

    def test_it_says_what_waits(self, agent: User, records: Records) -> None:
        ticket = with_money(records, agent)

        page = text_of(sign_in(agent, factor="stale"), f"/desk/tickets/{ticket.pk}/")

        for words in (
            "This note quotes payment data and opens with it.",
            "This reply quotes payment data and opens with it.",
            "A refund · opens with the payment data",
            "You have a draft that quotes payment data.",
        ):
            assert words in page

    def test_searching_for_an_amount_finds_nothing(self, agent: User, agent_client: Client, records: Records) -> None:
        with_money(records, agent)

        assert "Nothing found" in text_of(agent_client, "/desk/search/?q=P-90412")

    @pytest.mark.parametrize(("factor", "reads"), [("fresh", 1), ("stale", 0)])
    @pytest.mark.parametrize("page", ["/desk/", "/desk/tickets/{}/", "/desk/search/?q=premium"])
    def test_every_look_is_recorded_once(
        self, agent: User, records: Records, page: str, factor: Any, reads: int
    ) -> None:
        ticket = with_money(records, agent)

        text_of(sign_in(agent, factor=factor), page.format(ticket.pk))

        assert PaymentRead.objects.filter(outcome="seen", actor_id=agent.pk).count() == reads


class TestQueue:
    def shown(self, client: Client, query: str = "") -> list[int]:
        page = client.get(f"/desk/{query}")
        return [row.number for row in page.context["rows"]]

    def test_due_first(self, agent_client: Client, queue: Queue) -> None:
        now = timezone.now()
        late, soon, later = (
            make_ticket(at=now - timedelta(hours=hours), priority=Priority.NORMAL) for hours in (9, 3, 1)
        )

        assert self.shown(agent_client) == [late.pk, soon.pk, later.pk]

    def test_filters(self, agent: User, agent_client: Client, queue: Queue) -> None:
        mine, other = make_ticket(assignee=agent), make_ticket(category=Category.AUTOPAY, priority=1)
        solved = make_ticket(status="solved", solved_at=timezone.now())

        assert self.shown(agent_client, "?whose=mine") == [mine.pk]
        assert self.shown(agent_client, "?whose=unassigned") == [other.pk]
        assert self.shown(agent_client, "?category=autopay") == [other.pk]
        assert self.shown(agent_client, "?priority=1") == [other.pk]
        assert self.shown(agent_client, "?state=solved") == [solved.pk]
        assert set(self.shown(agent_client, "?state=all")) == {mine.pk, other.pk, solved.pk}
        assert self.shown(agent_client, "?queue=elsewhere&state=all") == []

    def test_a_page_at_a_time_there_and_back(self, agent_client: Client, queue: Queue) -> None:
        made = [make_ticket(at=timezone.now()) for _ in range(60)]
        Ticket.objects.update(due_at=timezone.now())  # all at one moment: the number tells them apart
        pages, url = [], ""
        while True:
            response = agent_client.get(f"/desk/{url}")
            pages.append([row.number for row in response.context["rows"]])
            url = response.context["older_url"]
            if not url:
                break

        assert [number for page in pages for number in page] == [ticket.pk for ticket in made]
        back = agent_client.get(f"/desk/{response.context['newer_url']}")
        assert [row.number for row in back.context["rows"]] == pages[1]
        assert agent_client.get(f"/desk/{back.context['newer_url']}").context["newer_url"] == ""

    @pytest.mark.parametrize("key", BROKEN_KEYS)
    def test_a_broken_key_is_the_first_page(self, agent_client: Client, ticket: Ticket, key: str) -> None:
        assert agent_client.get("/desk/", {"after": key}).status_code == 200

    def test_the_pane_alone_for_htmx(self, agent_client: Client, ticket: Ticket) -> None:
        text = text_of(agent_client, "/desk/", headers=HTMX)

        assert 'id="queue-list"' in text
        assert "<html" not in text


class TestTicket:
    def test_others_here(self, agent: User, agent_client: Client, lead: User, ticket: Ticket) -> None:
        be_present(ticket, by=lead, writing=True, at=timezone.now())

        answer = agent_client.post(f"/desk/tickets/{ticket.pk}/presence/")

        assert answer.content.decode().strip() == "Lead is writing"

    def test_those_who_left(self, agent_client: Client, lead: User, ticket: Ticket) -> None:
        be_present(ticket, by=lead, writing=False, at=timezone.now() - timedelta(minutes=2))

        assert agent_client.post(f"/desk/tickets/{ticket.pk}/presence/").content.decode().strip() == ""

    def test_reader_without_work_sees_why_there_is_no_composer(self, ticket: Ticket) -> None:
        from tests.personas import make_staff

        text = text_of(sign_in(make_staff("auditor@desk.test", "auditor")), f"/desk/tickets/{ticket.pk}/")

        assert "Your role reads tickets and does not answer them." in text
        assert 'id="composer"' not in text

    def test_what_customers_write_stays_text(self, agent_client: Client, queue: Queue) -> None:
        ticket = make_ticket(subject="<b>x</b>", text='<img src=x onerror=alert(1)> <a hx-get="/x">y</a>')

        text = text_of(agent_client, f"/desk/tickets/{ticket.pk}/")

        assert "<img src=x" not in text
        assert "<b>x</b>" not in text
