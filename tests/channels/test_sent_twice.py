"""Back, and Send again: the same words are one question, and other words are asked about."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from supportdesk.channels.sent import REMEMBERED_FOR, SENT
from supportdesk.helpsite.actions.articles import save_topic
from supportdesk.people.models import Team, User
from supportdesk.tickets.models import Message, Ticket
from tests.personas import make_user, sign_in
from tests.tickets.factories import make_queue, make_ticket, new_key

ADDRESS = "/contact/charged-twice/"


@pytest.fixture(autouse=True)
def desk(db: None, team: Team) -> None:
    cache.clear()
    save_topic(slug="charged-twice", title="Twice", summary="", ticket_category="missing_or_duplicate", position=0)
    make_queue(team)


def words(**changed: str) -> dict[str, str]:
    given = {"name": "Lena", "email": "lena@home.test", "subject": "Charged twice", "text": "Two times 125.00."}
    return given | {"key": new_key()} | changed


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("known", [True, False])
def test_the_same_words_in_a_form_drawn_anew_are_one_question(customer: User, known: bool) -> None:
    client = sign_in(customer) if known else Client()

    first, second = (client.post(ADDRESS, words()) for _ in range(2))  # two keys

    number = Ticket.objects.get().pk
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Location"] == (f"/my/questions/{number}/" if known else "/contact/sent/")
    assert Message.objects.count() == 1


@pytest.mark.parametrize("known", [True, False])
def test_other_words_under_the_same_key_are_asked_about(customer: User, known: bool) -> None:
    client, sent = sign_in(customer) if known else Client(), words()
    client.post(ADDRESS, sent)
    number = Ticket.objects.get().pk

    answer = client.post(ADDRESS, sent | {"text": "Three times."})

    page = answer.content.decode()
    link = f"/my/questions/{number}/" if known else "/contact/sent/"
    assert answer.status_code == 409
    assert "Your first message was sent already" in page
    assert f'<a href="{link}">question {number}</a>' in page
    assert "Three times." in page
    assert Ticket.objects.count() == 1

    again = client.post(ADDRESS, sent | {"text": "Three times.", "key": key_in(page)})
    assert again.status_code == 302
    assert sorted(Message.objects.values_list("body", flat=True)) == ["Three times.", "Two times 125.00."]


def test_other_words_in_another_browser_learn_no_number() -> None:
    """Whoever holds a key of somebody else's form: the question it made is not named."""
    sent = words()
    Client().post(ADDRESS, sent)

    page = Client().post(ADDRESS, sent | {"text": "Other words."}).content.decode()

    assert "Your first message was sent already" in page
    assert f"question {Ticket.objects.get().pk}" not in page


def test_the_form_says_that_one_was_just_sent_to_who_sent_it(customer: User) -> None:
    client = sign_in(customer)
    client.post(ADDRESS, words())
    link = f'<a href="/my/questions/{Ticket.objects.get().pk}/">'

    assert link in client.get(ADDRESS).content.decode()
    assert link not in sign_in(make_user("other@home.test"), client=client).get(ADDRESS).content.decode()


def test_it_is_remembered_for_an_hour(customer: User) -> None:
    client = sign_in(customer)
    client.post(ADDRESS, words())
    session = client.session
    long_ago = (timezone.now() - REMEMBERED_FOR - timedelta(minutes=1)).timestamp()
    session[SENT] = {digest: [number, long_ago] for digest, (number, _) in session[SENT].items()}
    session.save()

    client.post(ADDRESS, words())

    assert Ticket.objects.count() == 2


def test_a_refused_answer_can_be_sent_again(customer: User) -> None:
    """The portal's own form: other words under a used key come back with a key that is not used."""
    ticket = make_ticket(requester=customer)
    client, address = sign_in(customer), f"/my/questions/{ticket.pk}/messages/"
    sent = {"text": "One.", "key": new_key()}
    client.post(address, sent)

    refused = client.post(address, sent | {"text": "Two."})
    again = client.post(address, {"text": "Two.", "key": key_in(refused.content.decode())})

    assert (refused.status_code, again.status_code) == (409, 302)
    assert list(ticket.messages.order_by("pk").values_list("body", flat=True))[1:] == ["One.", "Two."]
