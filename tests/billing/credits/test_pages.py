"""Crediting from a case and deciding in the admin: what is shown before it happens, who may, what a refusal leaves."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.models import CreditNote, GoodwillBudget, Invoice, MoneyEvent, PaymentRead, RefundLimit
from billing.states import CreditStatus
from supportdesk.people import roles
from supportdesk.people.models import Team, User
from supportdesk.tickets.actions.money import record_money_event
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import TicketStatus
from tests.billing.credits.bills import a_bill, fresh, owed_by
from tests.personas import age_factor, make_staff, sign_in
from tests.tickets.factories import make_queue, make_ticket, verbs

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bill() -> Invoice:
    return a_bill()


@pytest.fixture
def ticket(bill: Invoice, team: Team) -> Ticket:
    make_queue(team)
    with seeing_as_system():
        return make_ticket(customer=bill.customer)


def limit(minor: int) -> None:
    agents = Group.objects.get(name=roles.AGENT)
    RefundLimit.objects.create(group=agents, currency="USD", limit_minor=minor, daily_count=20)
    GoodwillBudget.objects.create(group=agents, currency="USD", grant_limit_minor=minor, monthly_minor=minor)


def address(ticket: Ticket, bill: Invoice, last: str = "credits") -> str:
    return f"/billing/case/{ticket.pk}/bills/{bill.pk}/{last}/"


FEE = {"kind": "fee_waiver", "line": "2", "note": "Asked on the phone.", "back": "keep", "key": "a" * 32}


def preview(client: Client, ticket: Ticket, bill: Invoice, **asked: str) -> tuple[str, str]:
    """The page's words, and the digest of what they describe."""
    page = client.post(address(ticket, bill), {**FEE, **asked}, headers=HTMX).content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    return page, seen[1] if seen else ""


def test_what_will_happen_is_said_before_it_happens(
    agent: User, agent_client: Client, ticket: Ticket, bill: Invoice
) -> None:
    limit(5_000)

    page, seen = preview(agent_client, ticket, bill)

    assert f"Bill {bill.number} of $115.00 is credited with $15.00; $100.00 of it stay." in page
    assert "$15.00 was paid already and stays on the customer" in page
    assert "Credit it now" in page
    with seeing_as_system():
        assert CreditNote.objects.count() == 0

    done = agent_client.post(address(ticket, bill), {**FEE, "confirmed": "on", "seen": seen}, headers=HTMX)

    assert (done.status_code, done["HX-Trigger"]) == (200, "money-changed")
    assert (
        "CN-2026-000001" in done.content.decode() or f"CN-{timezone.localdate().year}-000001" in done.content.decode()
    )
    assert (fresh(bill).credited_minor, owed_by(bill)) == (1_500, -1_500)


def test_confirmed_twice_it_is_credited_once(agent: User, agent_client: Client, ticket: Ticket, bill: Invoice) -> None:
    limit(5_000)
    _, seen = preview(agent_client, ticket, bill)

    for _ in range(2):
        agent_client.post(address(ticket, bill), {**FEE, "confirmed": "on", "seen": seen}, headers=HTMX)

    assert fresh(bill).credited_minor == 1_500


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_what_was_not_shown_is_not_done(
    agent: User, agent_client: Client, ticket: Ticket, bill: Invoice, seen: str
) -> None:
    limit(5_000)

    refused = agent_client.post(address(ticket, bill), {**FEE, "confirmed": "on", "seen": seen}, headers=HTMX)

    assert refused.status_code == 409
    assert "The bill changed since it was shown to you." in refused.content.decode()
    assert (fresh(bill).credited_minor, owed_by(bill)) == (0, 0)


def test_above_the_limit_the_requester_is_told_in_their_own_words(
    agent: User, agent_client: Client, ticket: Ticket, bill: Invoice
) -> None:
    limit(1_000)
    page, seen = preview(agent_client, ticket, bill)
    assert "A second person decides first" in page

    done = agent_client.post(address(ticket, bill), {**FEE, "confirmed": "on", "seen": seen}, headers=HTMX)

    assert "Above your limit of $10.00. A second person decides" in done.content.decode()
    with seeing_as_system():
        credit = CreditNote.objects.get()
    assert (credit.status, credit.approval_reason) == (
        CreditStatus.REQUESTED,
        "Above the requester's limit of $10.00.",
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"line": "1"}, "Choose a fee that is on this bill."),
        ({"line": ""}, "Choose a fee."),
        ({"note": ""}, "Say why"),
        ({"back": "burn"}, "Select a valid choice"),
        ({"kind": "goodwill", "amount": "1e3"}, ""),
        ({"kind": "goodwill", "amount": "-5"}, ""),
        ({"kind": "goodwill", "amount": "115.01"}, "can still be credited"),
        ({"kind": "correction", "line_1": "100", "line_2": ""}, "Write 0 to take this line off."),
        ({"kind": "correction", "line_1": "100", "line_2": "15", "added_kind": "rider"}, "Say what the line is for."),
        ({"kind": "promotion", "code": "NOPE", "on": "2026-11-01"}, "There is no promotion"),
    ],
)
def test_what_was_typed_wrong_is_said_beside_it_and_kept(
    agent: User, agent_client: Client, ticket: Ticket, bill: Invoice, asked: dict[str, str], words: str
) -> None:
    limit(10**6)

    refused = agent_client.post(address(ticket, bill), {**FEE, **asked}, headers=HTMX)

    assert refused.status_code in {422, 409}
    assert words in refused.content.decode()
    with seeing_as_system():
        assert CreditNote.objects.count() == 0


def test_a_plain_browser_gets_whole_pages(agent: User, agent_client: Client, ticket: Ticket, bill: Invoice) -> None:
    for page in (
        agent_client.get(address(ticket, bill, "credit")).content.decode(),
        agent_client.get(address(ticket, bill, "credit") + "?kind=correction").content.decode(),
        agent_client.post(address(ticket, bill), FEE).content.decode(),
    ):
        assert page.startswith("<!doctype html>")
        assert f'action="{address(ticket, bill)}"' in page


def test_it_needs_a_factor_of_the_last_five_minutes(
    agent: User, agent_client: Client, ticket: Ticket, bill: Invoice
) -> None:
    age_factor(agent_client, timedelta(minutes=6))

    locked = agent_client.post(address(ticket, bill), {**FEE, "confirmed": "on"}, headers=HTMX)

    assert "data-lock" in locked.content.decode()
    assert fresh(bill).credited_minor == 0


def test_nobody_elses_bill_is_credited_from_this_case(
    agent: User, agent_client: Client, outsider_client: Client, ticket: Ticket, bill: Invoice
) -> None:
    other = a_bill()

    assert agent_client.get(address(ticket, other, "credit")).status_code == 404
    assert agent_client.post(address(ticket, other), FEE).status_code == 404
    assert outsider_client.post(address(ticket, bill), FEE).status_code == 404


def test_the_panel_shows_credits_and_what_is_owed(
    agent: User, agent_client: Client, ticket: Ticket, bill: Invoice
) -> None:
    limit(5_000)
    _, seen = preview(agent_client, ticket, bill)
    agent_client.post(address(ticket, bill), {**FEE, "confirmed": "on", "seen": seen}, headers=HTMX)

    panel = agent_client.get(f"/billing/case/{ticket.pk}/panel/", headers=HTMX).content.decode()

    assert "Credits and balance" in panel
    assert 'we owe the customer <span class="money">$15.00</span>' in panel
    assert f'href="{address(ticket, bill, "credit")}"' in panel


@pytest.fixture
def waiting(agent: User, agent_client: Client, ticket: Ticket, bill: Invoice) -> CreditNote:
    limit(1_000)
    _, seen = preview(agent_client, ticket, bill, back="send")
    agent_client.post(address(ticket, bill), {**FEE, "back": "send", "confirmed": "on", "seen": seen}, headers=HTMX)
    with seeing_as_system():
        return CreditNote.objects.get()


def review(credit: CreditNote) -> str:
    return f"/admin/billing/creditnote/{credit.pk}/change/"


def test_the_second_person_sees_all_of_it_and_approves(
    waiting: CreditNote, lead_client: Client, bill: Invoice, ticket: Ticket
) -> None:
    page = lead_client.get(review(waiting)).content.decode()
    for words in (
        "$15.00 was paid already and goes back to Visa •••• 4242.",
        "Above the requester&#x27;s limit of $10.00.",
        "Asked on the phone.",
        "Administrative fee",
        bill.number,
    ):
        assert words in page

    done = lead_client.post(review(waiting), {"decision": "approve", "note": "Right.", "seen": waiting.request_hash})

    assert done.status_code == 302
    with seeing_as_system():
        credit = CreditNote.objects.select_related("refund", "decided_by").get()
        assert credit.refund is not None
        assert (credit.status, credit.refund.status, credit.decision_note) == ("issued", "approved", "Right.")
    assert fresh(bill).credited_minor == 1_500


def test_a_page_about_another_credit_decides_nothing(waiting: CreditNote, lead_client: Client, bill: Invoice) -> None:
    refused = lead_client.post(review(waiting), {"decision": "approve", "note": "", "seen": "0" * 64})

    assert refused.status_code == 422
    assert fresh(bill).credited_minor == 0


def test_a_rejection_says_why(waiting: CreditNote, lead_client: Client, bill: Invoice) -> None:
    assert lead_client.post(review(waiting), {"decision": "reject", "seen": waiting.request_hash}).status_code == 422

    lead_client.post(review(waiting), {"decision": "reject", "note": "The fee is due.", "seen": waiting.request_hash})

    with seeing_as_system():
        assert CreditNote.objects.get().status == CreditStatus.REJECTED
    assert fresh(bill).credited_minor == 0


def test_who_asked_withdraws_it_from_the_panel(
    agent_client: Client, lead_client: Client, waiting: CreditNote, ticket: Ticket, bill: Invoice
) -> None:
    address = f"/billing/case/{ticket.pk}/credits/{waiting.pk}/withdraw/"
    panel = f"/billing/case/{ticket.pk}/panel/"

    assert address in agent_client.get(panel).content.decode()
    assert address not in lead_client.get(panel).content.decode()
    assert "Only whoever asked" in lead_client.post(address).content.decode()
    assert "You took it back" in agent_client.post(address).content.decode()

    with seeing_as_system():
        assert CreditNote.objects.get(pk=waiting.pk).status == "withdrawn"
    assert address not in agent_client.get(panel).content.decode()
    assert agent_client.post(f"/billing/case/{ticket.pk}/credits/999999/withdraw/").status_code == 404


def test_looks_and_decisions_need_their_rights(waiting: CreditNote, agent_client: Client, bill: Invoice) -> None:
    decision = {"decision": "approve", "note": "", "seen": waiting.request_hash}

    assert agent_client.get(review(waiting)).status_code == 403
    assert sign_in(make_staff("aud@desk.test", roles.AUDITOR)).post(review(waiting), decision).status_code == 403
    stale = sign_in(make_staff("fin@desk.test", roles.FINANCE), factor="stale")
    assert stale.post(review(waiting), decision).status_code == 302
    assert fresh(bill).credited_minor == 0
    finance = sign_in(make_staff("fin2@desk.test", roles.FINANCE))
    assert finance.post(review(waiting), decision).status_code == 302
    assert fresh(bill).credited_minor == 1_500


def test_the_list_is_a_recorded_look(waiting: CreditNote, lead_client: Client) -> None:
    page = lead_client.get("/admin/billing/creditnote/").content.decode()

    assert waiting.reference in page
    assert PaymentRead.objects.filter(outcome="seen", reading="admin").count() == 1


def test_the_ticket_hears_of_it_and_a_rejection_brings_it_back(
    waiting: CreditNote, lead_client: Client, ticket: Ticket
) -> None:
    lead_client.post(review(waiting), {"decision": "reject", "note": "Due.", "seen": waiting.request_hash})
    Ticket.objects.filter(pk=ticket.pk).update(status=TicketStatus.WAITING_OTHERS)
    with seeing_as_system():
        events = list(MoneyEvent.objects.order_by("pk").values_list("pk", flat=True))

    for event_id in events:
        record_money_event(event_id, at=timezone.now())

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.OPEN
    assert [verb for verb in verbs(ticket) if verb.startswith("credit")] == ["credit_requested", "credit_rejected"]
