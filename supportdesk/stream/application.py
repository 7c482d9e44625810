"""`/stream/`: server-sent events as a raw ASGI application beside Django.

It knows no ORM and no template. An event carries a cursor and a topic, never content: the page then asks for the
fragment by its own address and with its own rights.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from random import SystemRandom
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from psycopg.conninfo import make_conninfo

from supportdesk.stream.hub import Change, Hub, Listener
from supportdesk.stream.passes import PassRefused, StreamPass, read_pass

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT_SECONDS = 20
LIFE_SECONDS = 300  # then the page asks for a new pass, and so proves its rights anew
TOO_MANY = 5_000
RETRY_MS = (2_000, 15_000)  # after a restart everybody comes back, but not at once

_random = SystemRandom()
_headers = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class StreamApplication:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405)
        elif len(self.hub) >= TOO_MANY:
            await _refuse(send, 503)
        elif (asked := _asked(scope)) is None:
            await _refuse(send, 401)
        else:
            await self._serve(*asked, receive, send)

    async def _serve(self, holder: StreamPass, since: int | None, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _headers})
        listener, complete = self.hub.open(holder, since=since)
        gone = asyncio.create_task(_gone(receive))
        try:
            hello = f"retry: {_random.randint(*RETRY_MS)}\n\n" + ("" if complete else "event: reload\ndata: {}\n\n")
            await _write(send, hello)
            await self._pump(listener, gone, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            pass  # the reader left while we wrote
        finally:
            self.hub.close(listener)
            gone.cancel()

    async def _pump(self, listener: Listener, gone: "asyncio.Task[None]", send: Send) -> None:
        loop = asyncio.get_running_loop()
        end_at = loop.time() + LIFE_SECONDS * _random.uniform(0.8, 1.0)
        while (left := end_at - loop.time()) > 0:
            waiting = asyncio.ensure_future(listener.queue.get())
            await asyncio.wait({waiting, gone}, timeout=min(HEARTBEAT_SECONDS, left), return_when="FIRST_COMPLETED")
            if gone.done():
                waiting.cancel()
                return
            if not waiting.done():
                waiting.cancel()
                await _write(send, ": here\n\n")
                continue
            change = waiting.result()
            if change is None:
                return
            await _write(send, _event(change))


def make_application() -> StreamApplication:
    """The application on the database that Django uses, with a direct connection: LISTEN needs a session of its own."""
    database = settings.DATABASES["default"]
    parts = {"dbname": database["NAME"], "user": database["USER"], "password": database["PASSWORD"]}
    parts |= {"host": database["HOST"], "port": database["PORT"], "options": f"-c role={settings.RUNTIME_ROLE}"}
    return StreamApplication(Hub(make_conninfo("", **{key: str(value) for key, value in parts.items() if value})))


def _asked(scope: Scope) -> tuple[StreamPass, int | None] | None:
    """The pass and the cursor of the request, or None where the pass does not hold."""
    query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10)
    since = query.get("since", [""])[0]
    try:
        holder = read_pass(query.get("pass", [""])[0], session_key=_session_key(scope))
    except PassRefused:
        return None
    return holder, int(since) if since.isascii() and since.isdigit() and len(since) < 19 else None


def _session_key(scope: Scope) -> str:
    header = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        cookie = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _event(change: Change) -> str:
    data = json.dumps({"cursor": change.cursor, "topic": change.topic, "kind": change.kind}, separators=(",", ":"))
    return f"id: {change.cursor}\nevent: change\ndata: {data}\n\n"


async def _gone(receive: Receive) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    headers = [header for header in _headers if header[0] != b"content-type"] + [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
