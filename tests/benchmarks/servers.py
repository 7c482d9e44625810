"""Which server: the queue page under load while 500 streams are open, on two cores shared with the client."""

import asyncio
import contextlib
import time
from collections.abc import Iterator

from tests.benchmarks.desk import desk_with, serving
from tests.benchmarks.pages import AGENT, SMALL, program
from tests.benchmarks.results import Figure, seen
from tests.benchmarks.stream import Heard, listen_once, stream_pass

STREAMS = 500
SECONDS = 10.0
CLIENTS = 8
ROUNDS = 2  # each candidate comes round twice, so that a slow minute of the machine is not one candidate's alone
APPLICATION = "config.asgi:application"
_UVICORN = ("uvicorn", APPLICATION, "--port", "{port}", "--log-level", "warning")
_FAST = ("--loop", "uvloop", "--http", "httptools")
_GRANIAN = ("granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", "{port}", "--no-access-log", APPLICATION)
_GUNICORN = ("gunicorn", APPLICATION, "--bind", "127.0.0.1:{port}", "--log-level", "warning")
CANDIDATES = {
    "uvicorn, 1 worker, pure Python": (*_UVICORN, "--loop", "asyncio", "--http", "h11"),
    "uvicorn, 1 worker, uvloop and httptools": (*_UVICORN, *_FAST),
    "uvicorn, 2 workers, uvloop and httptools": (
        *_UVICORN,
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--workers",
        "2",
    ),
    "granian, 1 worker": (*_GRANIAN, "--workers", "1"),
    "granian, 2 workers": (*_GRANIAN, "--workers", "2"),
    "gunicorn, 2 of its ASGI workers": (*_GUNICORN, "--worker-class", "asgi", "--workers", "2"),
}


def servers(tickets: int) -> list[Figure]:
    desk = desk_with(SMALL)
    cookie = program(desk, "tests.benchmarks.signing_in", AGENT)[0]
    times: dict[str, list[float]] = {}
    seconds: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, command in CANDIDATES.items():
            try:
                with serving(desk, command) as port:
                    answered, took = asyncio.run(_load(port, cookie))
            except RuntimeError as error:
                print(f"  {name}: {str(error).splitlines()[-1]}")
                continue
            times.setdefault(name, []).extend(answered)
            seconds[name] = seconds.get(name, 0.0) + took
    return [figure for name in times for figure in _figures(name, sorted(times[name]), seconds[name])]


def _figures(name: str, times: list[float], seconds: float) -> Iterator[Figure]:
    yield seen(f"{name}: queue pages with {STREAMS} streams open", len(times) / seconds, "a second")
    yield seen(f"{name}: queue page, median", times[len(times) // 2] * 1000, "ms")
    yield seen(f"{name}: queue page p99", times[int(len(times) * 0.99)] * 1000, "ms")


async def _load(port: int, cookie: str) -> tuple[list[float], float]:
    heard = Heard()
    token = stream_pass(port, cookie)
    streams = [asyncio.create_task(listen_once(port, cookie, token, heard)) for _ in range(STREAMS)]
    end = time.monotonic() + 60
    while len(heard.at.get("hello", ())) < STREAMS:
        await asyncio.sleep(0.1)
        if time.monotonic() > end or any(task.done() for task in streams):
            raise RuntimeError(f"only {len(heard.at.get('hello', ()))} of {STREAMS} streams opened")
    times: list[float] = []
    await _ask_for(port, cookie, SECONDS / 5, [])  # warm
    began = time.monotonic()
    await asyncio.gather(*(_ask_for(port, cookie, SECONDS, times) for _ in range(CLIENTS)))
    seconds = time.monotonic() - began
    for task in streams:
        task.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    return times, seconds


async def _ask_for(port: int, cookie: str, seconds: float, times: list[float]) -> None:
    """Ask for the queue page again and again on one kept connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET /desk/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    end = time.monotonic() + seconds
    with contextlib.closing(writer):
        while (began := time.monotonic()) < end:
            writer.write(request)
            await _whole_answer(reader)
            times.append(time.monotonic() - began)


async def _whole_answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(f"the queue page answered {head[:40]!r}")
    _, _, after = head.partition(b"content-length: ")
    if after:
        await reader.readexactly(int(after.split(b"\r\n", 1)[0]))
        return
    while (size := int(await reader.readuntil(b"\r\n"), 16)) > 0:
        await reader.readexactly(size + 2)
    await reader.readexactly(2)
