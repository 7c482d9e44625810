"""One scope for list, page, search, take next and the money's authority; others' tickets do not exist."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from billing.access.cases import Case
from supportdesk.people.backends import RightsBackend
from supportdesk.people.models import Team, User
from supportdesk.tickets import access
from supportdesk.tickets.actions.conversation import add_note
from supportdesk.tickets.models import Message, Queue, Ticket
from supportdesk.tickets.queries.search import search_tickets
from supportdesk.tickets.states import TicketStatus
from tests.billing.records import a_customer
from tests.personas import make_staff, make_user
from tests.tickets.factories import NOW, make_queue, make_ticket, new_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(ticket: Ticket, other_team: Team) -> Ticket:
    """A ticket of another team's queue, beside the one of ours."""
    made = make_ticket(subject="Theirs", name="Sam Okafor")
    made.queue = make_queue(other_team, "Policies")
    made.save(update_fields=["queue"])
    return made


def test_agents_see_their_teams_queues(ticket: Ticket, theirs: Ticket, agent: User, outsider: User) -> None:
    assert set(access.tickets_visible_to(agent)) == {ticket}
    assert set(access.tickets_visible_to(outsider)) == {theirs}


@pytest.mark.parametrize("role", ["supervisor", "finance", "auditor"])
def test_some_roles_see_every_queue(ticket: Ticket, theirs: Ticket, role: str) -> None:
    assert set(access.tickets_visible_to(make_staff("who@desk.test", role))) == {ticket, theirs}


def test_administrators_see_none(ticket: Ticket) -> None:
    who = make_staff("root@desk.test", "administrator")

    assert list(access.tickets_visible_to(who)) == []
    assert list(access.queues_visible_to(who)) == []


def test_customers_see_what_they_asked(queue: Queue, customer: User) -> None:
    mine, _ = make_ticket(requester=customer), make_ticket(requester=make_user("other@home.test"))

    assert set(access.tickets_visible_to(customer)) == {mine}


def test_nobody_sees_nothing(ticket: Ticket, agent: User) -> None:
    agent.is_active = False

    assert list(access.tickets_visible_to(AnonymousUser())) == []
    assert list(access.tickets_visible_to(agent)) == []


@pytest.mark.parametrize("with_rights", [True, False])
def test_who_leaves_a_team_sees_nothing_of_it_at_the_next_request(
    ticket: Ticket, agent: User, *, with_rights: bool
) -> None:
    agent.memberships.all().delete()

    again = RightsBackend().get_user(agent.pk) if with_rights else User.objects.get(pk=agent.pk)

    assert again is not None
    assert list(access.tickets_visible_to(again)) == []


def test_every_surface_has_the_same_scope(theirs: Ticket, agent: User) -> None:
    with pytest.raises(Http404):
        access.get_ticket_for(agent, theirs.pk)
    assert search_tickets(agent, str(theirs.pk)) == []
    assert search_tickets(agent, "Theirs") == []
    assert search_tickets(agent, "Okafor") == []
    assert access.money_case_for(agent, str(theirs.pk)) is None


@pytest.mark.parametrize("number", [0, 2**63, 10**30])
def test_no_such_number(agent: User, number: int) -> None:
    with pytest.raises(Http404):
        access.get_ticket_for(agent, number)


class TestMoneyCase:
    @pytest.fixture
    def money(self, queue: Queue) -> Ticket:
        return make_ticket(customer=a_customer(), requester=make_user("lena@home.test"))

    def test_whose_money(self, money: Ticket, agent: User) -> None:
        assert access.money_case_for(agent, str(money.pk)) == Case(str(money.pk), money.customer_id or 0)

    @pytest.mark.parametrize("ref", ["", "x", "-1", "1.0", "１", "9" * 19, "0", " 1"])
    def test_no_number(self, money: Ticket, agent: User, ref: str) -> None:
        assert access.money_case_for(agent, ref) is None

    def test_customers_have_no_case(self, money: Ticket) -> None:
        assert access.money_case_for(money.requester or AnonymousUser(), str(money.pk)) is None

    def test_nobody_recognised_is_no_case(self, ticket: Ticket, agent: User) -> None:
        assert access.money_case_for(agent, str(ticket.pk)) is None


def test_customers_get_no_notes(queue: Queue, agent: User, customer: User) -> None:
    ticket = make_ticket(requester=customer)
    add_note(ticket, "She is angry.", by=agent, key=new_key(), at=NOW)

    assert [message.kind for message in access.messages_visible_to(customer, ticket)] == ["customer"]
    assert Message.objects.filter(ticket=ticket).count() == 2


def test_answers_carry_their_reason(ticket: Ticket, agent: User) -> None:
    auditor = make_staff("auditor@desk.test", "auditor")
    ticket.status = TicketStatus.SOLVED

    assert access.may_reply(agent, ticket) == access.YES
    assert access.may_change(agent, ticket).reason == "This ticket is solved. Open it again to change it."
    assert access.may_reply(auditor, ticket).reason == "Your role reads tickets and does not answer them."


def test_nobody_reviews_their_own(ticket: Ticket, lead: User, agent: User) -> None:
    assert access.may_review(lead, ticket, raised_by_id=agent.pk) == access.YES
    assert not access.may_review(lead, ticket, raised_by_id=lead.pk)
    assert not access.may_review(agent, ticket, raised_by_id=lead.pk)
