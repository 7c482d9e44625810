"""Whenever what a person may see changes, their open pages are told, in the transaction of the change."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from billing.models import StreamEvent
from supportdesk.people.actions.accounts import disable, enable, put_in_team, reset_second_factor, take_out_of_team
from supportdesk.people.actions.roles import set_roles
from supportdesk.people.models import Team, User
from supportdesk.people.states import IDLE, SEEN_AT, ResetReason
from tests.personas import PASSWORD, sign_in

SIGN_IN = "/accounts/login/"
Change = Callable[[User, User, Team], object]


def told() -> list[tuple[str, str]]:
    return list(StreamEvent.objects.order_by("pk").values_list("topic", "kind"))


def request_of(person: User) -> HttpRequest:
    request: HttpRequest = sign_in(person).get("/desk/").wsgi_request
    return request


CHANGES: dict[str, Change] = {
    "joins a team": lambda user, by, team: put_in_team(user, team=team, is_lead=False, by=by),
    "leads a team": lambda user, by, team: put_in_team(user, team=team, is_lead=True, by=by),
    "leaves a team": lambda user, by, team: take_out_of_team(user, team=team, by=by),
    "gets a role": lambda user, by, team: set_roles(user, to=["agent", "auditor"], by=by),
    "loses every role": lambda user, by, team: set_roles(user, to=[], by=by),
    "is disabled": lambda user, by, team: disable(user, by=by, request=request_of(by)),
    "is enabled": lambda user, by, team: enable(user, by=by, request=request_of(by)),
    "loses the factor": lambda user, by, team: reset_second_factor(
        user, by=by, why=ResetReason.LOST, at=timezone.now(), request=request_of(by)
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_open_pages_are_told(change: Change, agent: User, lead: User, team: Team) -> None:
    StreamEvent.objects.all().delete()

    change(agent, lead, team)

    assert set(told()) == {(f"user:{agent.pk}", "access_changed")}


def test_roles_that_stay_the_same_are_no_news(agent: User, lead: User) -> None:
    StreamEvent.objects.all().delete()

    set_roles(agent, to=["agent"], by=lead)

    assert told() == []


def test_signing_out_is_told_to_the_other_tabs(agent: User, agent_client: Client) -> None:
    StreamEvent.objects.all().delete()

    agent_client.post("/accounts/logout/")

    assert told() == [(f"user:{agent.pk}", "access_changed")]


def test_a_session_that_idled_out_is_told(agent: User, agent_client: Client) -> None:
    session = agent_client.session
    session[SEEN_AT] -= IDLE.total_seconds() + 5
    session.save()
    StreamEvent.objects.all().delete()

    assert agent_client.get("/desk/")["Location"].startswith(SIGN_IN)

    assert told() == [(f"user:{agent.pk}", "access_changed")]


def test_a_new_password_is_told(agent: User, agent_client: Client) -> None:
    agent_client.post("/accounts/reauthenticate/?next=/desk/", {"password": PASSWORD})
    StreamEvent.objects.all().delete()
    new = "paper, ink and patience"

    agent_client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert told() == [(f"user:{agent.pk}", "access_changed")]
