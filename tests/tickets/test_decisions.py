"""What waits for a second person is told to those who may decide it: a number, no payment data, one query."""

from typing import Any

import pytest
from django.test import Client

from billing.access.scopes import seeing_as_system
from billing.actions.credits import reject_credit
from billing.actions.reconciliation.deciding import refuse_match
from billing.actions.reconciliation.making import set_line_aside
from billing.actions.refunds import approve_refund
from billing.credits.plans import Goodwill
from billing.models import Refund, StreamEvent
from billing.queries.deciding import TOPIC
from supportdesk.people import roles
from supportdesk.people.models import Team, User
from supportdesk.tickets.actions.escalations import escalate
from supportdesk.tickets.models import Queue
from supportdesk.tickets.queries.deciding import CREDITS, REFUNDS, to_decide_by
from supportdesk.tickets.states import EscalationReason
from tests.billing.credits import bills
from tests.billing.reconciliation.records import a_line
from tests.billing.refunds import people
from tests.personas import make_staff, sign_in
from tests.tickets.factories import NOW, make_ticket, new_key

pytestmark = pytest.mark.django_db
TO_REFUNDS = "/admin/billing/refund/?status__exact=requested"


@pytest.fixture
def asker() -> User:
    return people.somebody("asker@desk.test", limit_minor=0)


def asked(by: User, *, key: str = "key-1") -> Refund:
    refund = people.ask(people.a_payment(), by=by, key=key)
    assert refund.approval_needed
    return refund


def told() -> int:
    return StreamEvent.objects.filter(topic=TOPIC).count()


@pytest.mark.parametrize("factor", ["fresh", "stale"])
def test_the_desk_says_how_much_waits_and_leads_there(lead: User, queue: Queue, asker: User, factor: Any) -> None:
    for key in ("key-1", "key-2"):
        asked(asker, key=key)

    page = sign_in(lead, factor=factor).get("/desk/").content.decode()

    assert f'<a href="{TO_REFUNDS}">2 <span class="decisions-words">to decide</span></a>' in page
    assert f'<a href="{TO_REFUNDS}">2 refunds to decide</a>' in page


def test_several_kinds_lead_to_the_page_that_lists_them(lead: User, queue: Queue, agent: User, asker: User) -> None:
    asked(asker)
    bills.ask(bills.a_bill(), Goodwill(5_000), by=bills.with_budget("b@desk.test", grant=100, monthly=100))
    ticket = make_ticket()
    escalate(ticket, reason=EscalationReason.STUCK, tried="I asked.", by=agent, key=new_key(), at=NOW)
    client = sign_in(lead, factor="stale")

    desk, admin = client.get("/desk/").content.decode(), client.get("/admin/").content.decode()

    assert '<a href="/admin/">3 <span class="decisions-words">to decide</span></a>' in desk
    for url, words in (
        (TO_REFUNDS, "1 refund to decide"),
        ("/admin/billing/creditnote/?status__exact=requested", "1 credit note to decide"),
        ("/admin/tickets/escalation/?status__exact=waiting", "1 escalation to decide"),
    ):
        assert f'<a href="{url}">{words}</a>' in desk
        assert f'<a href="{url}">{words}</a>' in admin
    assert '<a href="/admin/">3 to decide</a>' in admin


def test_the_list_it_leads_to_shows_what_waits_alone(lead_client: Client, lead: User, asker: User) -> None:
    done, waits = asked(asker), asked(asker, key="key-2")
    with seeing_as_system():
        approve_refund(done.pk, by=lead, note="", at=people.AT)

    page = lead_client.get(TO_REFUNDS).content.decode()

    assert waits.reference in page
    assert done.reference not in page


def test_one_s_own_is_not_counted_and_comes_back_for_another(lead: User, team: Team) -> None:
    asked(lead)
    other = make_staff("second@desk.test", roles.SUPERVISOR, team=team)

    assert to_decide_by(lead).counts == {}
    assert to_decide_by(other).counts == {REFUNDS: 1}


def test_who_decides_nothing_is_told_nothing(agent_client: Client, lead: User, queue: Queue) -> None:
    asked(lead)

    page = agent_client.get("/desk/").content.decode()

    assert "to decide" not in page
    assert 'id="decisions"' not in page
    assert agent_client.get("/desk/decisions/").content.strip() == b""


def test_finance_is_told_without_escalations(queue: Queue, agent: User, asker: User) -> None:
    finance = make_staff("finance@desk.test", roles.FINANCE)
    asked(asker)
    escalate(make_ticket(), reason=EscalationReason.STUCK, tried="I asked.", by=agent, key=new_key(), at=NOW)

    assert to_decide_by(finance).counts == {REFUNDS: 1}


def test_it_costs_one_query_and_only_those_who_decide(
    lead: User, queue: Queue, asker: User, django_assert_num_queries: Any
) -> None:
    asked(asker)
    client = sign_in(lead, factor="stale")

    with django_assert_num_queries(6):  # the queue's five while payment data is locked, and this one
        client.get("/desk/")


def test_whoever_decides_may_follow_it_and_is_told_of_each_step(lead: User, agent: User, asker: User) -> None:
    follow = "/live/pass/?topics=decisions"
    assert sign_in(lead).get(follow).json()["topics"] == [TOPIC]
    assert sign_in(agent).get(follow).json()["topics"] == []

    refund = asked(asker)
    assert told() == 1
    with seeing_as_system():
        approve_refund(refund.pk, by=lead, note="", at=people.AT)
    assert told() == 2


def test_a_credit_is_told_when_asked_for_and_when_decided(lead: User) -> None:
    credit = bills.ask(bills.a_bill(), Goodwill(5_000), by=bills.with_budget("b@desk.test", grant=100, monthly=100))
    assert (told(), to_decide_by(lead).counts) == (1, {CREDITS: 1})

    with seeing_as_system():
        reject_credit(credit.pk, by=lead, note="", at=people.AT)

    assert (told(), to_decide_by(lead).counts) == (2, {})


def test_a_posting_is_told_when_asked_for_and_when_decided(lead: User, asker: User) -> None:
    with seeing_as_system():
        match = set_line_aside(a_line(amount_minor=50_00).pk, note="", by=asker, key="a" * 32, at=people.AT)
        assert (match.status, told()) == ("waiting", 1)

        refuse_match(match.pk, by=lead, at=people.AT)

    assert told() == 2


def test_what_needs_no_second_person_tells_nobody() -> None:
    people.ask(people.a_payment(), by=people.somebody("b@desk.test", limit_minor=100_00))

    assert told() == 0


def test_counting_opens_no_row(lead: User, asker: User) -> None:
    asked(asker)

    assert to_decide_by(lead).counts == {REFUNDS: 1}
    assert Refund.objects.count() == 0
