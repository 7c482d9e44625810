"""Before Django has a request, its body is read up to a size and for a time."""

import asyncio
from typing import Any

import pytest

from config.body_cap import BodyCap
from config.headers import BARE


async def echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


def answers(parts: list[bytes | None], *, said: bytes | None = None, pause: float = 0) -> list[Any]:
    """What is sent back for a body in these parts; None hangs up."""
    sent: list[Any] = []
    waiting = list(parts)

    async def receive() -> Any:
        await asyncio.sleep(pause)
        part = waiting.pop(0)
        if part is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": part, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-length", said)] if said is not None else []
    asyncio.run(BodyCap(echo, largest=10, seconds=0.2)({"headers": headers}, receive, send))
    return [message.get("status", message.get("body")) for message in sent]


@pytest.mark.parametrize(
    ("parts", "said", "expected"),
    [
        ([b"12345", b"67890"], b"10", [200, b"1234567890"]),
        ([b""], None, [200, b""]),
        ([b"12345", b"67890", b""], None, [200, b"1234567890"]),
        ([b"12345", b"678901", b"never asked for"], None, [413, b"Refused.\n"]),
        ([b"never asked for"], b"11", [413, b"Refused.\n"]),
        ([b"never asked for"], b"9" * 400, [413, b"Refused.\n"]),
        ([b"12345", b"678901"], b"5", [413, b"Refused.\n"]),
        ([b"12", None], None, []),
    ],
)
def test_bodies(parts: list[bytes | None], said: bytes | None, expected: list[Any]) -> None:
    assert answers(parts, said=said) == expected


def test_a_body_that_trickles_in_is_cut_off() -> None:
    assert answers([b"1"] * 9, pause=0.1) == [408, b"Refused.\n"]


def test_a_refusal_before_django_bears_the_headers_too() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"headers": [(b"content-length", b"11")]}
    asyncio.run(BodyCap(echo, largest=10, seconds=0.2)(scope, asyncio.Queue().get, send))

    headers = dict(sent[0]["headers"])
    assert {name: headers[name.lower().encode()].decode() for name in BARE} == BARE
