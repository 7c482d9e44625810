"""Times of requests to one or more pages, asked in turns so that a noisy machine disturbs all of them alike."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse


@dataclass(slots=True)
class Page:
    port: int
    path: str
    marker: str  # a text that every right answer has
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.times)


def in_turns(pages: Mapping[str, Page], *, rounds: int, warm: int = 10) -> None:
    """Ask every page once a round on a kept connection; the first `warm` rounds are not counted."""
    connections = {name: HTTPConnection("127.0.0.1", page.port, timeout=60) for name, page in pages.items()}
    for number in range(warm + rounds):
        for name, page in pages.items():
            seconds = ask(connections[name], page)
            if number >= warm:
                page.times.append(seconds)
    for connection in connections.values():
        connection.close()


def ask(connection: HTTPConnection, page: Page) -> float:
    """Seconds until the last byte.

    Raises:
        RuntimeError: the page did not answer with 200 and its marker.
    """
    began = time.perf_counter()
    connection.request(page.method, page.path, page.body or None, dict(page.headers))
    response: HTTPResponse = connection.getresponse()
    body = response.read()
    seconds = time.perf_counter() - began
    if response.status != 200 or page.marker.encode() not in body:
        raise RuntimeError(f"{page.path} answered {response.status} without {page.marker!r}: {body[:300]!r}")
    return seconds
