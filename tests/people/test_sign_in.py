import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache.backends.base import BaseCache
from django.db import OperationalError
from django.test import Client

from supportdesk.people.models import User
from tests.personas import PASSWORD, make_user

pytestmark = pytest.mark.django_db

LOGIN, SIGN_UP = "/accounts/login/", "/accounts/signup/"
CODE, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
RESET = "/accounts/password/reset/"


def code_in(message: mail.EmailMessage) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(message.body), re.MULTILINE)
    assert found is not None, message.body
    return found[1]


def test_agent_signs_in_with_a_password_and_is_asked_for_the_factor(agent: User) -> None:
    client = Client()
    response = client.post(LOGIN, {"login": agent.email, "password": PASSWORD})
    assert response["Location"] == "/factor/"
    assert client.get("/factor/")["Location"] == "/desk/"
    assert client.get("/factor/devices/")["Location"] == "/factor/prove/?next=%2Ffactor%2Fdevices%2F"


def test_address_is_one_however_it_is_written(agent: User) -> None:
    response = Client().post(LOGIN, {"login": "AGENT@Desk.Test", "password": PASSWORD})
    assert response.status_code == 302
    assert User.objects.filter(email="AGENT@desk.test").get() == agent


def test_customer_signs_in_with_a_mailed_code(customer: User) -> None:
    client = Client()
    client.post(CODE, {"email": customer.email})
    response = client.post(CONFIRM, {"code": code_in(mail.outbox[0])})
    assert response["Location"] == "/factor/"
    assert client.get("/factor/")["Location"] == "/my/"


def test_staff_get_no_code_but_a_mail_that_says_why(agent: User) -> None:
    client = Client()
    response = client.post(CODE, {"email": agent.email})
    assert (response.status_code, response["Location"]) == (302, CONFIRM)
    [message] = mail.outbox
    assert (message.subject, message.to) == ("Sign in with your password", [agent.email])


def test_anybody_may_become_a_customer_by_their_address() -> None:
    client = Client()
    client.post(SIGN_UP, {"email": "Fresh@home.test"})
    user = User.objects.get(email="fresh@home.test")
    assert (user.is_staff, user.has_usable_password()) == (False, False)
    client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])})
    assert EmailAddress.objects.get(user=user).verified is True
    assert client.get("/factor/")["Location"] == "/my/"


@pytest.mark.parametrize("extra", [{"is_staff": "on", "groups": "1", "session_epoch": "9", "is_active": ""}])
def test_signing_up_gives_no_rights(extra: dict[str, str]) -> None:
    Client().post(SIGN_UP, {"email": "fresh@home.test", **extra})
    user = User.objects.get(email="fresh@home.test")
    assert (user.is_staff, user.roles, user.session_epoch, user.is_active) == (False, frozenset(), 0, True)


@pytest.mark.parametrize(
    ("address", "field"),
    [(LOGIN, "login"), (CODE, "email"), (SIGN_UP, "email"), (RESET, "email")],
)
def test_known_and_unknown_addresses_are_answered_alike(customer: User, address: str, field: str) -> None:
    make_user("aaaaaaaa@home.test")
    answers = []
    for email in ("aaaaaaaa@home.test", "bbbbbbbb@home.test"):
        client = Client()
        response = client.post(address, {field: email, "password": "wrong wrong wrong"}, follow=True)
        page = response.content.decode().replace(email, "")
        page = re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": |nonce=)"[^"]*"', "", page)
        answers.append((response.redirect_chain, response.status_code, len(page)))
    assert answers[0] == answers[1]


def test_guessing_a_password_is_stopped_after_five(agent: User) -> None:
    for _ in range(5):
        Client().post(LOGIN, {"login": agent.email, "password": "wrong wrong wrong"})
    response = Client().post(LOGIN, {"login": agent.email, "password": PASSWORD})
    assert response.status_code == 200
    assert "Too many failed login attempts." in response.content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "CF-Connecting-IP", "X-Real-IP", "Forwarded"])
def test_a_written_address_does_not_buy_more_tries(agent: User, header: str) -> None:
    for number in range(20):
        Client().post(CODE, {"email": f"{number}@home.test"}, headers={header: f"203.0.113.{number}"})
    mail.outbox.clear()

    response = Client().post(CODE, {"email": "20@home.test"}, headers={header: "203.0.113.20"})

    assert "Too many failed login attempts." in response.content.decode()
    assert mail.outbox == []


def test_links_in_mail_come_from_the_settings(settings: "object") -> None:
    settings.SITE_ADDRESS = "https://help.example.com"  # type: ignore[attr-defined]
    Client().post(
        CODE, {"email": "nobody@home.test"}, headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"}
    )
    body = str(mail.outbox[0].body)
    assert "https://help.example.com/accounts/signup/" in body
    assert ("localhost" in body, "evil.example" in body) == (False, False)


def test_disabled_account_does_not_sign_in(agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(is_active=False)
    response = Client().post(LOGIN, {"login": agent.email, "password": PASSWORD})
    assert response["Location"] == "/accounts/inactive/"


def test_password_reset_never_verifies(agent: User) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": agent.email})
    client.post("/accounts/password/reset/confirm/", {"code": code_in(mail.outbox[0])})
    new = {"password1": "seven brown otters", "password2": "seven brown otters"}
    client.post("/accounts/password/reset/complete/", new)
    agent.refresh_from_db()
    assert agent.check_password("seven brown otters")
    assert client.get("/factor/devices/")["Location"].startswith("/accounts/login/")


def test_eleven_characters_are_too_few_for_staff_and_enough_for_customers(agent: User, customer: User) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    validate_password("brown otter", customer)
    with pytest.raises(ValidationError) as refused:
        validate_password("brown otter", agent)
    assert refused.value.messages == ["A password needs at least 12 characters."]


class CacheThatIsAway(BaseCache):
    def __init__(self, *args: object) -> None:
        super().__init__({})

    def add(self, *args: object, **options: object) -> bool:
        raise OperationalError("the database is away")

    get = set = delete = add  # type: ignore[assignment]  # whatever is asked of it


def test_where_tries_cannot_be_counted_nobody_signs_in(agent: User, settings: "object") -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.CacheThatIsAway"}}  # type: ignore[attr-defined]
    client = Client(raise_request_exception=False)
    response = client.post(LOGIN, {"login": agent.email, "password": PASSWORD})
    assert (response.status_code, "_auth_user_id" in client.session) == (503, False)
