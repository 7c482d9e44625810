"""Reads a request's body before the application does, up to a size and for a time, whatever its headers promise.

Django collects an ASGI request's body before any view can look at it; a sender who needs no account could fill the disk
with it, or keep it waiting. So this stands before the addresses that anybody may post to.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class TooLarge(Exception):
    pass


class Gone(Exception):
    """The sender hung up."""


class BodyCap:
    def __init__(self, application: Application, *, largest: int, seconds: float) -> None:
        self.application, self.largest, self.seconds = application, largest, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self.seconds):
                body = await self._read(scope, receive)
        except TooLarge:
            await _refuse(send, 413)
        except TimeoutError:
            await _refuse(send, 408)
        except Gone:
            return
        else:
            await self.application(scope, _given(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said[:20]) > self.largest:
            raise TooLarge
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self.largest:
                raise TooLarge
            more = message.get("more_body", False)
        return b"".join(parts)


def _given(body: bytes, receive: Receive) -> Receive:
    """The whole body in one message, and after it whatever comes."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"Refused.\n"})
