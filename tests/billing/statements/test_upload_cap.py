"""What is too large is refused before it is read, by what it says of itself or by the count."""

import asyncio
from typing import Any

import pytest

from config.body_cap import UploadCap

WORDS = "Too large."
SESSION = (b"cookie", b"a=b; session=xyz")


def ask(headers: list[tuple[bytes, bytes]], chunks: list[int], path: str = "/large/") -> tuple[list[Any], int, int]:
    """What was answered, how many chunks were read, and how many bytes the application saw."""
    sent: list[Any] = []
    read = seen = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        if read == len(chunks):
            return {"type": "http.disconnect"}
        read += 1
        return {"type": "http.request", "body": b"x" * chunks[read - 1], "more_body": read < len(chunks)}

    async def send(message: Any) -> None:
        sent.append(message)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        nonlocal seen
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            seen, more = seen + len(message["body"]), message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    cap = UploadCap(application, usual=10, large={"/large/": 100}, cookie="session", words=WORDS)
    asyncio.run(cap({"headers": headers, "path": path}, receive, send))
    return sent, read, seen


def status_of(sent: list[Any]) -> int:
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("headers", "path", "size", "status"),
    [
        ([SESSION], "/large/", 100, 200),
        ([SESSION], "/large/", 101, 413),
        ([], "/large/", 11, 413),
        ([SESSION], "/other/", 11, 413),
        ([], "/other/", 10, 200),
    ],
)
def test_each_address_takes_what_it_is_for(
    headers: list[tuple[bytes, bytes]], path: str, size: int, status: int
) -> None:
    said = [*headers, (b"content-length", str(size).encode())]
    by_word, read, _ = ask(said, [size], path)
    by_count, _, seen = ask(headers, [size // 2, size - size // 2], path)
    assert (status_of(by_word), status_of(by_count)) == (status, status)
    assert (read, seen) == ((0, size // 2) if status == 413 else (1, size))


def test_a_gigabyte_is_refused_without_reading_it() -> None:
    sent, read, seen = ask([SESSION, (b"content-length", b"1073741824")], [64] * 1000)
    assert (status_of(sent), sent[1]["body"], read, seen) == (413, b"Too large.\n", 0, 0)


def test_who_says_nothing_or_lies_is_counted() -> None:
    for told in ([SESSION], [SESSION, (b"content-length", b"5")]):
        sent, read, seen = ask(told, [40] * 1000)
        assert (status_of(sent), read, seen) == (413, 3, 80)
