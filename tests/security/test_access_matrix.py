"""Every URL × every caller × every method, compared with what the view declares and whose the object is.

A URL pattern without an example fails; so does an example of a URL that is gone. tests/security/examples.py says how
to add one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from billing.access.factor import MONEY
from billing.access.policies import Audience, Declared
from config.headers import EVERYWHERE
from supportdesk.people.third_party_policies import BY_NAMESPACE
from supportdesk.people.urlmap import Door, doors
from tests.security.examples import Example, all_examples, prepare
from tests.security.world import STAFF, Caller, World, build

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SOME = (Caller.ANONYMOUS, Caller.CUSTOMER, Caller.AGENT, Caller.SUPERVISOR)  # for the methods hardly anything takes
OURS = [door for door in doors() if door.namespace not in BY_NAMESPACE]
THEIRS = [door for door in doors() if door.namespace in BY_NAMESPACE]
SIGN_IN, PROVE = "/accounts/login/", "/factor/prove/"
# A GET may write these and nothing else: the session's own row, who read payment data, and what a diagnosis told them.
SANCTIONED = {"django_session", "billing_paymentread", "billing_sighting"}
WRITES = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?|MERGE INTO)\s+"?(\w+)"?', re.IGNORECASE)
BORNE = {name: {value} for name, value in EVERYWHERE.items()} | {
    "X-Content-Type-Options": {"nosniff"},
    "X-Frame-Options": {"DENY"},
    "Referrer-Policy": {"same-origin", "strict-origin"},  # the latter where the address itself is a secret
    "Cross-Origin-Opener-Policy": {"same-origin"},
}
ANSWERS = {200, 204, 302, 303, 400, 409, 422}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once; each call below is rolled back to it."""
    with django_db_blocker.unblock(), _rolled_back():
        made = build()
        prepare(made)
        made.things["cookies"] = {caller: made.client_of(caller).cookies for caller in Caller}
        made.things["browser"] = Client(raise_request_exception=False)
        yield made


@contextmanager
def _rolled_back() -> Iterator[None]:
    block: Any = transaction.atomic()
    block._from_testcase = True  # so that durable transactions may run inside it, as in Django's own TestCase
    with block:
        yield
        transaction.set_rollback(True)


def _call(world: World, caller: Caller, method: str, address: str, **request: Any) -> HttpResponseBase:
    client: Client = world.things["browser"]  # one for all: each new one would load the middleware again
    client.cookies = world.things["cookies"][caller].copy()
    with _rolled_back():
        response: HttpResponseBase = client.generic(method, address, **request)
    return response


def _address(door: Door, world: World, example: Example) -> str:
    return reverse(door.name, kwargs=example.kwargs(world)) + (f"?{example.query}" if example.query else "")


@pytest.mark.parametrize("door", OURS, ids=lambda door: door.name or door.route)
def test_every_url_has_an_example(door: Door) -> None:
    assert door.name in all_examples(), f"{door.route}: add an example, as tests/security/examples.py says"


def test_no_example_is_left_of_a_url_that_is_gone() -> None:
    assert set(all_examples()) - {door.name for door in OURS} == set()


@pytest.mark.parametrize("door", OURS, ids=lambda door: door.name or door.route)
def test_url_answers_each_caller_as_declared(door: Door, world: World) -> None:
    example = all_examples()[door.name]
    assert door.declared is not None
    address = _address(door, world, example)
    wrong = []
    for method in METHODS:
        for caller in Caller if method in {"GET", "POST"} else SOME:
            body = _body(world, example) if method == "POST" else {}
            response = _call(world, caller, method, address, **body)
            expected = expect(door.declared, world, caller, method, example)
            if not expected.admits(response) and response.status_code not in example.also:
                wrong.append(f"{method} as {caller.value}: {_seen(response)}, expected {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("door", OURS + THEIRS, ids=lambda door: f"{door.name}:{door.route}")
def test_every_answer_bears_the_headers(door: Door, world: World) -> None:
    address = _address(door, world, all_examples()[door.name]) if door in OURS else door_to_admin(door)
    for caller in (Caller.ANONYMOUS, Caller.CUSTOMER, Caller.AGENT, Caller.ADMINISTRATOR):
        for method in ("GET", "POST", "DELETE"):
            response = _call(world, caller, method, address)
            policy = response.get("Content-Security-Policy", "")
            wrong = {name: response.get(name) for name, value in BORNE.items() if response.get(name) not in value}
            assert not wrong, f"{method} as {caller.value}, {response.status_code}"
            assert "default-src 'none'" in policy, f"{method} as {caller.value}"
            assert "unsafe" not in policy, f"{method} as {caller.value}"


@pytest.mark.parametrize("door", OURS, ids=lambda door: door.name or door.route)
def test_get_writes_nothing(door: Door, world: World) -> None:
    if door.declared is None or "GET" not in door.declared.methods:
        return
    example = all_examples()[door.name]
    address = _address(door, world, example)
    written: set[str] = set()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        written.update(WRITES.findall(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for caller in (*SOME, Caller.AGENT_STALE, Caller.FINANCE, Caller.ADMINISTRATOR):
            _call(world, caller, "GET", address)
            _call(world, caller, "GET", address, headers={"HX-Request": "true"})
    assert written - SANCTIONED == set()


@pytest.mark.parametrize("door", OURS, ids=lambda door: door.name or door.route)
def test_fragments_of_a_stale_sign_in_redirect_the_whole_page(door: Door, world: World) -> None:
    """401 with HX-Redirect: a sign-in page must never be swapped into a panel."""
    if door.declared is None or door.declared.policy.rule.audience in {Audience.ANYONE, Audience.MACHINE}:
        return
    if "django" not in door.pattern.callback.__module__ and "GET" in door.declared.methods and _is_ours(door):
        address = _address(door, world, all_examples()[door.name])
        response = _call(world, Caller.ANONYMOUS, "GET", address, headers={"HX-Request": "true"})
        assert (response.status_code, response["HX-Redirect"].partition("?")[0]) == (401, SIGN_IN)


@pytest.mark.parametrize("door", THEIRS, ids=lambda door: f"{door.name}:{door.route}")
def test_admin_lets_in_whom_its_policy_admits_and_nobody_else(door: Door, world: World) -> None:
    address = door_to_admin(door)
    assert door.declared is not None
    wrong = []
    for caller in Caller:
        response = _call(world, caller, "GET", address)
        expected = expect(door.declared, world, caller, "GET", Example())
        if expected.status is None:  # inside, each page asks its model's permission
            fine = response.status_code in ANSWERS | {403, 404, 405}
        else:
            fine = expected.admits(response)
        if not fine:
            wrong.append(f"{caller.value}: {_seen(response)}, expected {expected}")
    assert not wrong, "\n".join(wrong)


def door_to_admin(door: Door) -> str:
    """Patterns filled with something of the right shape; whether it exists does not matter at the door."""
    route = door.route.replace("<path:object_id>", "1").replace("<int:content_type_id>", "1")
    route = route.replace("<path:object_id>", "1")
    route = re.sub(r"\(\?P<app_label>([^)]*)\)", lambda found: found[1].split("|")[0], route)
    route = re.sub(r"\(\?P<url>[^)]*\)\$?", "nowhere/", route)
    return re.sub(r"<[^>]+>", "1", route).replace("^", "").replace("$", "")


class Expected:
    """``status`` None: admitted, and whatever the view does with a good request, it is not a refusal."""

    def __init__(self, status: int | None, towards: str = "", or_404: bool = False) -> None:
        self.status, self.towards, self.or_404 = status, towards, or_404

    def admits(self, response: HttpResponseBase) -> bool:
        status, location = response.status_code, response.get("Location", "")
        if self.or_404 and status == 404:
            return True
        if self.status is None:
            return status in ANSWERS and not (status == 302 and location.startswith((SIGN_IN + "?", PROVE + "?")))
        return status == self.status and location.startswith(self.towards)

    def __str__(self) -> str:
        return "an answer" if self.status is None else f"{self.status} {self.towards}".strip()


def expect(declared: Declared, world: World, caller: Caller, method: str, example: Example) -> Expected:
    rule = declared.policy.rule
    person, factor = world.people.get(caller), STAFF.get(caller, ("", "none"))[1]
    unseen = example.seen_by is not None and caller not in example.seen_by
    if method not in declared.methods:
        return Expected(405)
    if rule.audience in {Audience.ANYONE, Audience.MACHINE}:
        return Expected(404) if unseen else Expected(None)
    if person is None or caller is Caller.DISABLED:
        return Expected(302, SIGN_IN)
    if rule.audience is not Audience.SIGNED_IN and person.is_staff != (rule.audience is Audience.STAFF):
        return Expected(403)
    if rule.fresh_for_staff and not person.is_staff:
        return Expected(None)
    if (rule.verified or rule.fresh_for_staff) and factor == "none":
        return Expected(302, PROVE)
    if not person.has_perms(declared.permissions):
        return Expected(403)
    if rule.hard_limit is not None and (factor == "stale" or (factor == "leaned on" and rule.hard_limit == MONEY)):
        return Expected(302, PROVE, or_404=unseen)
    return Expected(404) if unseen else Expected(None)


def _body(world: World, example: Example) -> dict[str, Any]:
    from django.utils.http import urlencode

    data = urlencode(example.data(world), doseq=True)
    return {"data": data.encode(), "content_type": "application/x-www-form-urlencoded"}


def _is_ours(door: Door) -> bool:
    return not door.name.startswith("account_")


def _seen(response: HttpResponseBase) -> str:
    return f"{response.status_code} {response.get('Location', '')}".strip()
