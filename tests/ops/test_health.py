"""/healthz and /readyz, asked as a load balancer asks: with no host we know, no cookie and no patience."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from billing.outbox.heartbeat import beat
from config.health import OLDEST_HEARTBEAT, Health


def asked(health: Health, path: str) -> tuple[int, dict[str, str]]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "path": path, "method": "GET", "headers": [(b"host", b"10.0.0.7")]}
    asyncio.run(health(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def database_away() -> Iterator[None]:
    parameters = connections["default"].settings_dict
    here = parameters["HOST"], parameters["PORT"]
    parameters["HOST"], parameters["PORT"] = "127.0.0.1", "1"
    yield
    parameters["HOST"], parameters["PORT"] = here


def test_ready_when_worker_and_relay_beat(transactional_db: None, now: datetime) -> None:
    beat("worker", at=now)
    beat("relay", at=now)

    assert asked(Health(), "/readyz") == (
        200,
        {"database": "ready", "migrations": "ready", "worker": "ready", "relay": "ready"},
    )


@pytest.mark.parametrize("silent", ["worker", "relay"])
def test_not_ready_when_one_fell_silent(transactional_db: None, now: datetime, silent: str) -> None:
    for name in ("worker", "relay"):
        beat(name, at=now)
    beat(silent, at=now - timedelta(seconds=OLDEST_HEARTBEAT + 1))

    status, state = asked(Health(), "/readyz")

    assert status == 503
    assert {name for name, value in state.items() if value != "ready"} == {silent}


def test_not_ready_before_the_first_beat(transactional_db: None) -> None:
    assert asked(Health(), "/readyz") == (
        503,
        {"database": "ready", "migrations": "ready", "worker": "not running", "relay": "not running"},
    )


def test_not_ready_while_a_migration_waits(transactional_db: None, now: datetime) -> None:
    health = Health()
    health.readiness.expected = {("billing", "9999_to_come")}

    assert asked(health, "/readyz") == (503, {"database": "ready", "migrations": "not applied"})


@pytest.mark.django_db
def test_alive_though_not_ready_while_the_database_is_away(database_away: None) -> None:
    assert asked(Health(), "/readyz") == (503, {"database": "unreachable"})
    assert asked(Health(), "/healthz") == (200, {"process": "alive"})


def test_not_ready_as_a_role_that_nothing_binds(transactional_db: None) -> None:
    options = connections["default"].settings_dict["OPTIONS"]
    bound = options["options"]
    options["options"] = ""
    try:
        assert asked(Health(), "/readyz") == (503, {"database": "wrong role"})
    finally:
        options["options"] = bound


def test_an_answer_is_kept_for_a_second(transactional_db: None, now: datetime) -> None:
    health = Health()
    assert asked(health, "/readyz")[0] == 503
    beat("worker", at=now)
    beat("relay", at=now)

    assert asked(health, "/readyz")[0] == 503
