"""A session ends while a customer writes: the words are theirs again after signing in, and nobody else's ever."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from supportdesk.channels.unsent import KEPT_FOR, NOT_SENT, UNSENT
from supportdesk.helpsite.actions.articles import save_topic
from supportdesk.people.models import Team, User
from supportdesk.tickets.models import Message, Ticket
from tests.personas import PASSWORD, make_user, sign_in
from tests.tickets.factories import make_queue, make_ticket

CARD = "4111 1111 1111 1111"
CONTACT = "/contact/charged-twice/"
WORDS = "The second one was on Friday."
SIGN_IN = "/accounts/login/?next="


@pytest.fixture(autouse=True)
def desk(db: None, team: Team) -> None:
    cache.clear()
    save_topic(slug="charged-twice", title="Twice", summary="", ticket_category="missing_or_duplicate", position=0)
    make_queue(team)


@pytest.fixture
def ticket(customer: User, desk: None) -> Ticket:
    return make_ticket(requester=customer)


def page_of(ticket: Ticket) -> str:
    return f"/my/questions/{ticket.pk}/"


def form_on(client: Client, address: str) -> dict[str, str]:
    """The hidden fields of the form, as a browser would send them back."""
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return {name: hidden[name] for name in ("key", "drawn_for")}


def end_session(client: Client) -> None:
    Session.objects.filter(session_key=client.session.session_key).delete()


def write_too_late(client: Client, ticket: Ticket, text: str = WORDS) -> Any:
    form = form_on(client, page_of(ticket))
    end_session(client)
    return client.post(page_of(ticket) + "messages/", {**form, "text": text})


def sign_in_by_form(client: Client, user: User, follow: str) -> None:
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, "next": follow})
    assert (answer.status_code, answer["Location"]) == (302, follow)


def test_an_answer_is_there_again_and_can_be_sent(customer: User, ticket: Ticket) -> None:
    client = sign_in(customer)

    refused = write_too_late(client, ticket)
    told = client.get(refused["Location"]).content.decode()
    sign_in_by_form(client, customer, page_of(ticket))
    page = client.get(page_of(ticket)).content.decode()

    assert refused["Location"] == SIGN_IN + page_of(ticket).replace("/", "%2F")
    assert "What you wrote is kept: sign in, then send it." in told
    assert NOT_SENT in page
    assert f">\n{WORDS}</textarea>" in page
    assert not Message.objects.filter(body=WORDS).exists()
    client.post(page_of(ticket) + "messages/", {**form_on(client, page_of(ticket)), "text": WORDS})
    assert Message.objects.filter(body=WORDS).count() == 1
    assert NOT_SENT not in client.get(page_of(ticket)).content.decode()


def test_a_question_is_there_again_and_can_be_sent(customer: User) -> None:
    client = sign_in(customer)
    form = {**form_on(client, CONTACT), "subject": "Charged twice", "text": WORDS, "about": "INV-1"}
    end_session(client)

    client.post(CONTACT, form)
    sign_in_by_form(client, customer, CONTACT)
    page = client.get(CONTACT).content.decode()

    assert NOT_SENT in page
    for kept in ('value="Charged twice"', f">\n{WORDS}</textarea>", 'value="INV-1"', form["key"]):
        assert kept in page
    client.post(CONTACT, {**form_on(client, CONTACT), "subject": "Charged twice", "text": WORDS})
    assert Ticket.objects.get().requester == customer
    assert UNSENT not in client.session


@pytest.mark.parametrize("who", ["another customer", "nobody"])
def test_it_is_shown_to_nobody_else(customer: User, ticket: Ticket, who: str) -> None:
    """The same browser, on a table in a library."""
    client = sign_in(customer)
    write_too_late(client, ticket)
    form = {**form_on(sign_in(customer), CONTACT), "subject": "Charged twice", "text": WORDS}
    client.post(CONTACT, form)
    assert UNSENT in client.session

    if who == "another customer":
        sign_in_by_form(client, make_user("other@home.test"), CONTACT)
        assert UNSENT not in client.session

    pages = [client.get(address, follow=True).content.decode() for address in (CONTACT, page_of(ticket), "/my/")]
    assert [WORDS in page for page in pages] == [False] * 3


def test_it_does_not_survive_signing_out_or_another_in_between(customer: User, ticket: Ticket) -> None:
    for leave in (lambda client: client.post("/accounts/logout/"), _other_signs_in):
        client = sign_in(customer)
        write_too_late(client, ticket)
        sign_in(customer, client=client)
        assert NOT_SENT in client.get(page_of(ticket)).content.decode()

        leave(client)
        sign_in(customer, client=client)

        assert NOT_SENT not in client.get(page_of(ticket)).content.decode()


def _other_signs_in(client: Client) -> None:
    sign_in(make_user("other@home.test"), client=client)


def test_it_is_gone_after_an_hour(customer: User, ticket: Ticket) -> None:
    client = sign_in(customer)
    write_too_late(client, ticket)
    held = Session.objects.get(session_key=client.cookies[settings.SESSION_COOKIE_NAME].value)
    assert held.expire_date <= timezone.now() + KEPT_FOR
    session = client.session
    session[UNSENT]["at"] -= (KEPT_FOR + timedelta(seconds=1)).total_seconds()
    session.save()

    sign_in_by_form(client, customer, page_of(ticket))

    assert WORDS not in client.get(page_of(ticket)).content.decode()
    assert UNSENT not in client.session


def test_a_card_number_is_not_kept(customer: User, ticket: Ticket) -> None:
    client = sign_in(customer)
    write_too_late(client, ticket, f"My card is {CARD}.")

    assert CARD not in str(dict(client.session.items()))
    sign_in_by_form(client, customer, page_of(ticket))
    assert "My card is" in client.get(page_of(ticket)).content.decode()


@pytest.mark.parametrize("note", ["", "forged", "WzEsICIvbXkvIl0:1abc:x"])
def test_without_the_signed_note_nothing_is_kept(ticket: Ticket, note: str) -> None:
    """A stranger fills no session of ours with words."""
    client = Client()

    answer = client.post(page_of(ticket) + "messages/", {"text": WORDS, "drawn_for": note})

    assert answer["Location"] == "/accounts/login/"
    assert UNSENT not in client.session


def test_only_so_much_is_kept(customer: User, ticket: Ticket) -> None:
    client = sign_in(customer)
    write_too_late(client, ticket, "x" * 90_000)

    assert len(client.session[UNSENT]["fields"]["text"]) == 20_000
