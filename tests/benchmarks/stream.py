"""From commit to browser: 500 open streams, one event at a time, until the last listener has it."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection

import psycopg

from tests.benchmarks.desk import UVICORN, Desk, desk_with, serving
from tests.benchmarks.pages import AGENT, SMALL, program
from tests.benchmarks.relay import relay_of
from tests.benchmarks.results import Figure, at_most, seen

LISTENERS = 500
EVENTS = 40
GOAL_MS = 1_000


@dataclass(slots=True)
class Heard:
    """When each listener got each event, by the event's kind."""

    at: dict[str, list[float]] = field(default_factory=dict)


def stream(tickets: int, listeners: int = LISTENERS) -> list[Figure]:
    desk = desk_with(SMALL)
    cookie = program(desk, "tests.benchmarks.signing_in", AGENT)[0]
    with serving(desk, UVICORN) as port, relay_of(desk):
        waits, opened = asyncio.run(_listen(desk, port, cookie, listeners))
    waits.sort()
    return [
        seen(f"{listeners} streams opened in", opened, "s"),
        seen(f"commit to browser, {listeners} listeners, median", waits[len(waits) // 2] * 1000, "ms"),
        at_most(f"commit to browser, {listeners} listeners, p95", waits[int(len(waits) * 0.95)] * 1000, "ms", GOAL_MS),
    ]


async def _listen(desk: Desk, port: int, cookie: str, listeners: int) -> tuple[list[float], float]:
    heard = Heard()
    passes = stream_pass(port, cookie)
    began = time.monotonic()
    readers = [asyncio.create_task(listen_once(port, cookie, passes, heard)) for _ in range(listeners)]
    while len(heard.at.get("hello", ())) < listeners:
        await asyncio.sleep(0.05)
        if any(task.done() for task in readers):
            raise RuntimeError("a stream ended before it began")
        if time.monotonic() - began > 60:
            raise RuntimeError(f"only {len(heard.at.get('hello', ()))} of {listeners} streams opened")
    opened = time.monotonic() - began
    sent = await _send(desk)
    await asyncio.sleep(3)
    for task in readers:
        task.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    waits = [moment - at for kind, at in sent.items() for moment in heard.at.get(kind, ())]
    if len(waits) != listeners * EVENTS:
        raise RuntimeError(f"{len(waits)} of {listeners * EVENTS} events arrived")
    return waits, opened


async def _send(desk: Desk) -> dict[str, float]:
    """Commit events one after the other; the moment is taken when the commit has returned."""
    sent: dict[str, float] = {}
    url = f"host={desk.host} dbname={desk.name} user=redress_owner options='-c role=redress_app'"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for number in range(EVENTS):
            kind = f"timed-{number}"
            await connection.execute(
                "INSERT INTO billing_streamevent (topic, kind, ref) VALUES ('queue:payments', %s, '')", [kind]
            )
            sent[kind] = time.monotonic()
            await asyncio.sleep(0.25)
    return sent


async def listen_once(port: int, cookie: str, token: str, heard: Heard) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /stream/?pass={token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
    await writer.drain()
    try:
        async for line in reader:
            text = line.decode().strip()
            if text.startswith("HTTP/1.1") and " 200 " not in text:
                raise RuntimeError(f"the stream was refused: {text}")
            if text.startswith("retry:"):
                heard.at.setdefault("hello", []).append(time.monotonic())
            elif text.startswith("data:") and "timed-" in text:
                kind = text.partition('"kind":"')[2].partition('"')[0]
                heard.at.setdefault(kind, []).append(time.monotonic())
    finally:
        writer.close()


def stream_pass(port: int, cookie: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/live/pass/?topics=queue:payments", headers={"Cookie": cookie})
    answer = json.loads(connection.getresponse().read())
    token: str = answer["pass"]
    assert answer["topics"] == ["queue:payments"], answer
    return token
