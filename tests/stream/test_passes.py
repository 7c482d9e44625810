"""Who may open a stream, and on what."""

import time
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.test import Client

from supportdesk.people.models import Team, User
from supportdesk.stream.passes import PassRefused, digest, make_pass, read_pass
from tests.personas import make_user, sign_in
from tests.tickets.factories import make_queue, make_ticket


def test_a_pass_says_what_was_put_in() -> None:
    token = make_pass(user_id=7, session_epoch=2, session_key="abc", topics={"ticket:1", "queue:x"})

    found = read_pass(token, session_key="abc")

    assert (found.user_id, found.session_epoch, found.session_key) == (7, 2, "abc")
    assert found.topics == {"ticket:1", "queue:x"}


@pytest.mark.parametrize("session_key", ["", "abd", "ABC"])
def test_a_pass_of_another_session_is_refused(session_key: str) -> None:
    token = make_pass(user_id=7, session_epoch=2, session_key="abc", topics={"ticket:1"})

    with pytest.raises(PassRefused):
        read_pass(token, session_key=session_key)


def test_an_old_pass_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = make_pass(user_id=7, session_epoch=2, session_key="abc", topics=())
    later = time.time() + 61
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    with pytest.raises(PassRefused):
        read_pass(token, session_key="abc")


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "." * 5000, "ü", "\0"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(PassRefused):
        read_pass(text, session_key="abc")


def test_the_session_key_cannot_be_read_from_a_pass() -> None:
    token = make_pass(user_id=7, session_epoch=2, session_key="a-secret-key", topics=())

    assert "a-secret-key" not in str(signing.loads(token, salt="supportdesk.stream"))
    assert digest("a-secret-key") != digest("a-secret-kez")


def asked(client: Client, *topics: str) -> list[str]:
    response = client.get("/live/pass/?" + urlencode({"topics": ",".join(topics)}))
    assert response.status_code == 200
    topics_given: list[str] = response.json()["topics"]
    return topics_given


def test_staff_follow_what_they_may_see(team: Team, agent: User, outsider: User) -> None:
    queue = make_queue(team)
    ticket = make_ticket()
    topics = (f"ticket:{ticket.pk}", f"queue:{queue.slug}")

    assert asked(sign_in(agent), *topics) == sorted(topics)
    assert asked(sign_in(outsider), *topics) == []


def test_customers_follow_their_own_question_and_no_queue(team: Team, customer: User) -> None:
    queue = make_queue(team)
    ticket = make_ticket(requester=customer)
    topics = (f"ticket:{ticket.pk}", f"queue:{queue.slug}")

    assert asked(sign_in(customer), *topics) == [f"ticket:{ticket.pk}"]
    assert asked(sign_in(make_user("other@home.test")), *topics) == []


@pytest.mark.parametrize(
    "topic",
    ["queue:%", "queue:_", "ticket:%", "ticket:١", "ticket:-1", "ticket:1e3", "*", "ticket:" + "9" * 40, "user:1"],
)
def test_patterns_and_other_peoples_topics_are_not_given(team: Team, agent: User, topic: str) -> None:
    make_queue(team)
    make_ticket()
    client = sign_in(agent)

    assert asked(client, topic) == ([topic] if topic == f"user:{agent.pk}" else [])


def test_every_stream_follows_what_its_reader_may_see(team: Team, agent: User) -> None:
    """Also where the page asked for something else: else nobody tells it that its reader's rights changed."""
    make_queue(team)
    ticket = make_ticket()
    client = sign_in(agent)

    given = client.get("/live/pass/?" + urlencode({"topics": f"ticket:{ticket.pk}"})).json()

    held = read_pass(given["pass"], session_key=client.session.session_key or "")
    assert held.topics == {f"ticket:{ticket.pk}", f"user:{agent.pk}"}
