"""Reads a request's body before the application does, up to a size and for a time, whatever its headers promise.

Django collects an ASGI request's body before any view can look at it; a sender who needs no account could fill the disk
with it, or keep it waiting. So this stands before the addresses that anybody may post to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from config.headers import bare

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


class UploadCap:
    """Before the pages: what is larger than its address takes is refused as soon as that is known, by its own word
    about its length or by the count, and not a byte more is read. Large files are for one address, and for people who
    bring a session's cookie with them; whether it is worth anything, the guard behind decides."""

    def __init__(
        self, application: Application, *, usual: int, large: Mapping[str, int], cookie: str, words: str
    ) -> None:
        self.application, self.usual, self.large = application, usual, large
        self.cookie, self.words = f"{cookie}=".encode(), words.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        largest = self.large.get(scope["path"], 0) if self.cookie in headers.get(b"cookie", b"") else 0
        counted = _Counted(receive, send, max(largest, self.usual))
        said = headers.get(b"content-length", b"0")
        if not (said.isdigit() and int(said[:20]) > counted.largest):
            await self.application(scope, counted.receive, counted.send)
            if not counted.too_large or counted.has_answered:
                return
        await _refuse(send, 413, self.words)


class _Counted:
    """The application hears of an end when too much has come, and its answer to that is not sent."""

    def __init__(self, receive: Receive, send: Send, largest: int) -> None:
        self.inner_receive, self.inner_send, self.largest = receive, send, largest
        self.size = 0
        self.too_large = self.has_answered = False

    async def receive(self) -> Message:
        message = {"type": "http.disconnect"} if self.too_large else await self.inner_receive()
        self.size += len(message.get("body", b""))
        if self.size > self.largest:
            self.too_large = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if not self.too_large or self.has_answered:
            self.has_answered = True
            await self.inner_send(message)


async def _refuse(send: Send, status: int, words: bytes = b"Refused.") -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *bare()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words + b"\n"})
