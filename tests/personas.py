"""The people of every test: agent and lead of one team, an outsider of another, a customer; and how they sign in.

    def test_queue(agent_client): ...
    client = sign_in(user, factor="stale")

``factor``: "fresh" (proved just now), "stale" (proved, too long ago for payment data), "none" (password only).
"""

from datetime import timedelta
from functools import cache
from typing import Literal

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from billing.access import factor as factors
from supportdesk.people import roles
from supportdesk.people.actions.accounts import put_in_team
from supportdesk.people.actions.roles import set_roles
from supportdesk.people.factors import new_seed
from supportdesk.people.models import Team, TotpDevice, User

PASSWORD = "ink on good paper"
BACKEND = "supportdesk.people.backends.RightsBackend"
Factor = Literal["fresh", "leaned on", "stale", "none"]


@cache
def _hashed(password: str) -> str:
    return make_password(password)  # slow on purpose, so once


def make_user(email: str, *, name: str = "", password: str = PASSWORD) -> User:
    user = User(email=email, name=name or email.partition("@")[0].capitalize())
    user.password = _hashed(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_staff(
    email: str, role: str, *, team: Team | None = None, is_lead: bool = False, password: str = PASSWORD
) -> User:
    user = make_user(email, password=password)
    set_roles(user, to=[role], by=None)
    if team is not None:
        put_in_team(user, team=team, is_lead=is_lead, by=None)
    make_app(user)
    found: User = User.objects.with_rights().get(pk=user.pk)
    return found


def make_app(user: User, *, name: str = "Phone") -> TotpDevice:
    made: TotpDevice = TotpDevice.objects.create(user=user, name=name, confirmed=True, seed=new_seed())
    return made


def sign_in(user: User, *, factor: Factor = "fresh", client: Client | None = None) -> Client:
    """A browser of this person, past password and, for staff, the second factor."""
    client = client or Client()
    client.force_login(user, backend=BACKEND)
    device = TotpDevice.objects.filter(user=user, confirmed=True).first()
    if device is None or factor == "none":
        return client
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    now = timezone.now()
    if factor == "fresh":
        session[factors.PROVED_AT] = session[factors.LEANED_ON_AT] = now.timestamp()
    elif factor == "leaned on":  # fresh enough to see, too old to move money
        session[factors.PROVED_AT] = (now - factors.MONEY - timedelta(minutes=5)).timestamp()
        session[factors.LEANED_ON_AT] = now.timestamp()
    else:
        long_ago = now - factors.HARD - timedelta(minutes=1)
        session[factors.PROVED_AT] = session[factors.LEANED_ON_AT] = long_ago.timestamp()
    session.save()
    return client


def age_factor(client: Client, by: timedelta) -> None:
    """As if this much time had passed since the factor was proved and last leaned on."""
    session = client.session
    for key in (factors.PROVED_AT, factors.LEANED_ON_AT):
        session[key] -= by.total_seconds()
    session.save()


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Payments")


@pytest.fixture
def other_team(db: None) -> Team:
    return Team.objects.create(name="Policies")


@pytest.fixture
def agent(team: Team) -> User:
    return make_staff("agent@desk.test", roles.AGENT, team=team)


@pytest.fixture
def lead(team: Team) -> User:
    return make_staff("lead@desk.test", roles.SUPERVISOR, team=team, is_lead=True)


@pytest.fixture
def outsider(other_team: Team) -> User:
    """An agent of another team."""
    return make_staff("outsider@desk.test", roles.AGENT, team=other_team)


@pytest.fixture
def customer(db: None) -> User:
    return make_user("customer@home.test")


@pytest.fixture
def agent_client(agent: User) -> Client:
    return sign_in(agent)


@pytest.fixture
def lead_client(lead: User) -> Client:
    return sign_in(lead)


@pytest.fixture
def outsider_client(outsider: User) -> Client:
    return sign_in(outsider)


@pytest.fixture
def customer_client(customer: User) -> Client:
    return sign_in(customer)
