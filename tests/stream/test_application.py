"""`/stream/` as a browser meets it: refused without a pass, quiet of content, ended when the session is."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings

from supportdesk.stream.application import Message, StreamApplication
from supportdesk.stream.hub import Change, Hub
from supportdesk.stream.passes import make_pass
from tests.stream.test_hub import Quiet

SESSION = "the-session"


def scope(query: str, *, cookie: str = SESSION, method: str = "GET") -> dict[str, Any]:
    headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())] if cookie else []
    return {"type": "http", "method": method, "path": "/stream/", "query_string": query.encode(), "headers": headers}


def token(*topics: str) -> str:
    return make_pass(user_id=1, session_epoch=0, session_key=SESSION, topics=topics)


def run(hub: Hub, asked: dict[str, Any], changes: Iterable[Change | None] = ()) -> list[Message]:
    """What was sent; the changes are delivered once the stream is open, and then the reader goes away."""

    async def play() -> list[Message]:
        sent: list[Message] = []
        gone = asyncio.Event()

        async def receive() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        serving = asyncio.create_task(StreamApplication(hub)(asked, receive, send))
        await asyncio.sleep(0.05)
        hub.deliver(change for change in changes if change)
        await asyncio.sleep(0.05)
        gone.set()
        await asyncio.wait_for(serving, 5)
        return sent

    return asyncio.run(play())


def body(sent: list[Message]) -> str:
    return b"".join(message.get("body", b"") for message in sent).decode()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (scope(""), 401),
        (scope("pass=nonsense"), 401),
        (scope(f"pass={token('ticket:1')}", cookie="another-session"), 401),
        (scope(f"pass={token('ticket:1')}", cookie=""), 401),
        (scope(f"pass={token('ticket:1')}", method="POST"), 405),
        (scope("&".join(f"a{number}=1" for number in range(9))), 401),
    ],
)
def test_who_shows_no_pass_of_this_session_is_refused(asked: dict[str, Any], status: int) -> None:
    hub = Quiet()

    sent = run(hub, asked)

    assert sent[0]["status"] == status
    assert len(hub) == 0


def test_an_event_names_what_changed_and_carries_nothing_of_it() -> None:
    hub = Quiet()

    sent = run(
        hub, scope(f"pass={token('ticket:1')}"), [Change(7, "ticket:1", "changed"), Change(8, "ticket:2", "changed")]
    )

    headers = dict(sent[0]["headers"])
    assert (sent[0]["status"], headers[b"content-type"], headers[b"cache-control"]) == (
        200,
        b"text/event-stream",
        b"no-store",
    )
    events = [line.removeprefix("data: ") for line in body(sent).splitlines() if line.startswith("data: ")]
    assert [json.loads(event) for event in events] == [{"cursor": 7, "topic": "ticket:1", "kind": "changed"}]
    assert "id: 7\n" in body(sent)
    assert len(hub) == 0  # the reader went, and its place with it


def test_browsers_are_told_to_come_back_at_different_moments() -> None:
    waits = {body(run(Quiet(), scope(f"pass={token('ticket:1')}"))).splitlines()[0] for _ in range(5)}

    assert len(waits) > 1
    assert all(2_000 <= int(line.removeprefix("retry: ")) <= 15_000 for line in waits)


def test_who_missed_too_much_is_told_to_load_anew() -> None:
    hub = Quiet()
    hub._cursor = 90

    assert "event: reload" in body(run(hub, scope(f"pass={token('ticket:1')}&since=3")))


@pytest.mark.parametrize("since", ["", "x", "-1", "1e3", "9" * 40, "١"])
def test_an_odd_cursor_is_taken_for_none(since: str) -> None:
    assert run(Quiet(), scope(f"pass={token('ticket:1')}&since={since}"))[0]["status"] == 200
