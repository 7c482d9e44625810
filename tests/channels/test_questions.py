"""A customer's questions: the outcome first, then the timeline; notes never; solved or not is theirs to say."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.models import Customer, PaymentRead, Refund
from billing.states import RefundReason, RefundStatus
from supportdesk.helpsite.actions.articles import save_topic
from supportdesk.people.models import Team, User
from supportdesk.tickets.actions.conversation import add_note, reply
from supportdesk.tickets.actions.links import link_record
from supportdesk.tickets.actions.rows import note_deed
from supportdesk.tickets.actions.status import solve
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import Channel, Verb
from tests.billing.records import records_of
from tests.personas import make_user, sign_in
from tests.tickets.factories import as_it_is, make_queue, make_ticket, new_key


@pytest.fixture
def record(customer: User) -> Customer:
    return Customer.objects.create(reference="C-1", name="Lena Ortiz", email=customer.email, user=customer)


@pytest.fixture
def ticket(customer: User, record: Customer, team: Team) -> Ticket:
    make_queue(team)
    return make_ticket(requester=customer, customer=record, at=timezone.now() - timedelta(hours=2))


def page_of(client: Client, ticket: Ticket) -> str:
    response = client.get(f"/my/questions/{ticket.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_note_is_never_shown(ticket: Ticket, agent: User, customer_client: Client) -> None:
    add_note(ticket, "Marker of an internal note.", by=agent, key=new_key(), at=timezone.now())
    ticket.refresh_from_db()
    reply(ticket, "We look into it.", by=agent, version=ticket.version, key=new_key(), at=timezone.now())

    page = page_of(customer_client, ticket)

    assert "We look into it." in page
    assert "Marker of an internal note" not in page


def test_an_answer_that_quotes_an_amount_is_shown_to_its_customer(
    ticket: Ticket, agent: User, customer_client: Client
) -> None:
    reply(ticket, "We send $125.00 back.", by=agent, version=ticket.version, key=new_key(), at=timezone.now())

    assert "We send $125.00 back." in page_of(customer_client, ticket)
    assert list(PaymentRead.objects.values_list("outcome", "reading")) == [("seen", "own")]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (RefundStatus.REQUESTED, "We are preparing a refund for you."),
        (RefundStatus.PENDING, "You get $1.00 back by"),
        (RefundStatus.SUCCEEDED, "You get $1.00 back by"),
        (RefundStatus.FAILED, "Your refund of $1.00 came back from the bank."),
        (RefundStatus.REJECTED, "We are looking into it."),
    ],
)
def test_the_page_leads_with_the_outcome(
    ticket: Ticket, record: Customer, customer_client: Client, status: RefundStatus, said: str
) -> None:
    payment = records_of(record).payment
    with seeing_as_system():
        Refund.objects.create(
            customer=record,
            payment=payment,
            reference="R-outcome",
            status=status,
            amount_minor=100,
            currency="USD",
            reason=RefundReason.DUPLICATE,
            case_ref=str(ticket.pk),
            idempotency_key=new_key(),
            request_hash="0" * 64,
            expected_on=timezone.now().date() + timedelta(days=9),
        )

    assert said in page_of(customer_client, ticket)


def test_solved_is_the_customers_word(ticket: Ticket, agent: User, customer_client: Client) -> None:
    solve(ticket, by=agent, at=timezone.now())

    assert "It is solved" in page_of(customer_client, ticket)
    assert customer_client.post(f"/my/questions/{ticket.pk}/solved/").status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    assert ticket.confirmed_at is not None


def test_still_wrong_opens_it_again(ticket: Ticket, agent: User, customer_client: Client) -> None:
    solve(ticket, by=agent, at=timezone.now())

    customer_client.post(f"/my/questions/{ticket.pk}/still-wrong/")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count) == ("open", 1)


def test_writing_twice_with_one_key_is_one_message(ticket: Ticket, customer_client: Client) -> None:
    sent = {"text": "One more thing.", "key": new_key()}

    for _ in range(2):
        assert customer_client.post(f"/my/questions/{ticket.pk}/messages/", sent).status_code == 302

    assert ticket.messages.filter(body="One more thing.").count() == 1


def test_an_empty_message_is_named_and_nothing_is_sent(ticket: Ticket, customer_client: Client) -> None:
    before = as_it_is(ticket)

    response = customer_client.post(f"/my/questions/{ticket.pk}/messages/", {"text": " "})

    assert response.status_code == 422
    assert "Write something first." in response.content.decode()
    assert as_it_is(ticket) == before


@pytest.mark.parametrize("path", ["", "messages/", "solved/", "still-wrong/"])
def test_somebody_elses_question_is_not_there(ticket: Ticket, path: str) -> None:
    other, before = sign_in(make_user("other@home.test")), as_it_is(ticket)
    address = f"/my/questions/{ticket.pk}/{path}"

    response = other.post(address, {"text": "x"}) if path else other.get(address)

    assert response.status_code == 404
    assert as_it_is(ticket) == before


def test_a_get_changes_nothing(ticket: Ticket, agent: User, customer_client: Client) -> None:
    """Mail scanners open links (a known desk closed tickets by GET)."""
    solve(ticket, by=agent, at=timezone.now())
    before = as_it_is(ticket)

    assert customer_client.get(f"/my/questions/{ticket.pk}/solved/").status_code == 405
    assert as_it_is(ticket) == before


@pytest.mark.parametrize(
    "key", ["", "x", "_", "2026-11-21_", "_9", "2026-13-45T99:99_1", "2026-11-21T12:00:00_1", "9" * 400]
)
def test_a_broken_page_key_starts_at_the_top(ticket: Ticket, customer_client: Client, key: str) -> None:
    response = customer_client.get("/my/", {"before": key})

    assert response.status_code == 200
    assert ticket.subject in response.content.decode()


def test_a_question_that_nobody_asked_says_so_and_has_no_empty_conversation(
    ticket: Ticket, customer_client: Client
) -> None:
    at = timezone.now()
    noticed = Ticket.objects.create(
        subject="A payment needs attention",
        channel=Channel.MONEY_EVENT,
        queue=ticket.queue,
        customer=ticket.customer,
        requester=ticket.requester,
        created_at=at,
        updated_at=at,
        due_at=at,
    )
    note_deed(noticed, Verb.CREATED, at=at, by=None, data={"channel": Channel.MONEY_EVENT})

    page = page_of(customer_client, noticed)

    assert ("We noticed it" in page, "You told us" in page, "What was said" in page) == (True, False, False)


def test_the_list_says_which_question_waits_for_its_refund(ticket: Ticket, customer_client: Client) -> None:
    before = customer_client.get("/my/").content.decode()
    note_deed(ticket, Verb.REFUND_SENT, at=timezone.now(), by=None)
    after = customer_client.get("/my/").content.decode()

    assert ("We are on it" in before, "Refund on its way" in before) == (True, False)
    assert ("We are on it" in after, "Refund on its way" in after) == (False, True)
    assert f'Question <span class="ref">{ticket.pk}</span>' in after
    assert 'href="/my/" aria-current="true"' in after
    assert "Ask a question" in after


def test_that_we_looked_at_the_payments_is_told_once(ticket: Ticket, customer_client: Client) -> None:
    for verb in (Verb.DIAGNOSED, Verb.REFUND_APPROVED, Verb.DIAGNOSED):
        note_deed(ticket, verb, at=timezone.now(), by=None)

    assert page_of(customer_client, ticket).count("We looked at your payments") == 1


def test_who_has_asked_about_a_payment_is_shown_the_question(
    ticket: Ticket, record: Customer, customer_client: Client
) -> None:
    save_topic(slug="charged-twice", title="Twice?", summary="Look", ticket_category="missing_or_duplicate", position=0)
    payment = records_of(record).payment
    asking = f"/contact/charged-twice/?about={payment.reference}"
    before = customer_client.get(asking).content.decode()
    with seeing_as_system():
        link_record(ticket, payment, by=None, at=timezone.now())

    assert "You asked us about it" not in before
    assert (
        f'<a href="/my/questions/{ticket.pk}/">question {ticket.pk}</a>' in customer_client.get(asking).content.decode()
    )


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_costs_the_same_with_one_question_and_with_four(
    customer: User, record: Customer, team: Team, customer_client: Client, django_assert_num_queries: object, rows: int
) -> None:
    make_queue(team)
    for _ in range(rows):
        make_ticket(requester=customer, customer=record)

    with django_assert_num_queries(3):  # type: ignore[operator]  # session, user, questions
        customer_client.get("/my/")
