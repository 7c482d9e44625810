"""``/healthz`` while the process lives; ``/readyz`` once it can do its work.

Raw ASGI in front of Django: a health check comes every few seconds, with the machine's own address as its host and
without cookies. The answers say yes or no and name what is missing; they hold nothing else.
"""

import asyncio
import json
import time
from typing import Any

import psycopg
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from config.headers import bare
from config.heartbeat import connected
from supportdesk.stream.application import Receive, Scope, Send

OLDEST_HEARTBEAT = 15  # seconds; beats come every five
ANSWER_KEPT = 1.0  # seconds, so that nobody can load the database by asking

READY = "ready"
BACKGROUND = ("worker", "relay")  # the worker beats only while it is connected to the broker


class Readiness:
    """What is missing before this process can serve, asked at most once a second."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.asked_at = float("-inf")
        self.answer: dict[str, str] = {}
        self.expected: set[tuple[str, str]] | None = None  # the last migration of each app, until all were seen

    async def ask(self) -> dict[str, str]:
        async with self.lock:
            if time.monotonic() - self.asked_at > ANSWER_KEPT:
                self.answer = await asyncio.to_thread(self.look)
                self.asked_at = time.monotonic()
            return self.answer

    def look(self) -> dict[str, str]:
        try:
            with connected() as connection:
                if connection.execute("SELECT current_user").fetchone() != (settings.RUNTIME_ROLE,):
                    return {"database": "wrong role"}  # a pooler dropped `options`: nothing would bind us
                migrations = self.migrations(connection)
                beats = self.heartbeats(connection) if migrations == READY else {}
        except psycopg.Error:
            return {"database": "unreachable"}
        return {"database": READY, "migrations": migrations, **beats}

    def migrations(self, connection: "psycopg.Connection[tuple[Any, ...]]") -> str:
        if self.expected is None:
            self.expected = set(MigrationLoader(None).graph.leaf_nodes())
        if self.expected:
            if connection.execute("SELECT to_regclass('django_migrations') IS NULL").fetchone() == (True,):
                return "not applied"
            self.expected -= set(connection.execute("SELECT app, name FROM django_migrations"))
        return "not applied" if self.expected else READY

    def heartbeats(self, connection: "psycopg.Connection[tuple[Any, ...]]") -> dict[str, str]:
        fresh = connection.execute(
            "SELECT name FROM billing_heartbeat WHERE at > now() - make_interval(secs => %s)", [OLDEST_HEARTBEAT]
        )
        alive = {row[0] for row in fresh}
        return {name: READY if name in alive else "not running" for name in BACKGROUND}


class Health:
    def __init__(self) -> None:
        self.readiness = Readiness()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            await answer(send, 200, {"process": "alive"})
            return
        state = await self.readiness.ask()
        ready = all(value == READY for value in state.values())
        await answer(send, 200 if ready else 503, state)


async def answer(send: Send, status: int, body: dict[str, str]) -> None:
    headers = [(b"content-type", b"application/json"), *bare()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode() + b"\n"})
