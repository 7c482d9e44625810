"""What the security requirements promise in time: one owner a ticket, a chain in step, a door that tells nothing."""

import statistics
import time

import psycopg

from tests.benchmarks.desk import Desk, desk_with
from tests.benchmarks.pages import SMALL, program
from tests.benchmarks.relay import relay_of
from tests.benchmarks.results import Figure, at_most, seen

SMALLEST = 100  # tickets; each run leaves a thousand closed ones in its own queue
TRIES = 200
CROWD, RUSH_SECONDS = 100, 20
READS, READS_A_SECOND = 1_000, 100
WRITERS = 4
TAKE_MS, SEAL_SECONDS, DOOR_MS = 100, 5, 20

_LAGS = """
    SELECT extract(epoch FROM seal.sealed_at - read.at) FROM billing_paymentread AS read
    JOIN billing_seal AS seal ON seal.source = 'billing_paymentread' AND seal.source_id = read.id
    WHERE read.view = 'bench.reading' AND read.id > %s
"""


def claims(tickets: int) -> list[Figure]:
    """A thousand tickets get their owners (S-106): a hundred agents on a Monday morning, eight in a race."""
    figures = []
    for words, agents, seconds in (
        (f"take next, {CROWD} agents, 1,000 tickets in {RUSH_SECONDS} s", CROWD, RUSH_SECONDS),
        ("take next, 8 agents without a pause", 8, 0),
    ):
        found = program(desk_with(SMALLEST), "tests.benchmarks.claiming", str(agents), str(seconds))
        times = sorted(float(word) for word in found)
        figures += [
            seen(f"{words}, median", times[len(times) // 2] * 1000, "ms"),
            at_most(f"{words}, p99", times[int(len(times) * 0.99)] * 1000, "ms", TAKE_MS),
        ]
    return figures


def seals(tickets: int) -> list[Figure]:
    """A hundred reads of payment data a second, and how long each waits for its seal (S-96)."""
    desk = desk_with(SMALL)
    with relay_of(desk), _as_owner(desk) as owner:
        _wait_for_seals(owner)
        (before,) = owner.execute("SELECT coalesce(max(id), 0) FROM billing_paymentread").fetchone() or (0,)
        program(desk, "tests.benchmarks.reading", str(READS), str(READS_A_SECOND))
        end = time.monotonic() + 60
        while len(lags := [float(row[0]) for row in owner.execute(_LAGS, [before])]) < READS:
            if time.monotonic() > end:
                raise RuntimeError(f"{len(lags)} of {READS} reads were sealed")
            time.sleep(0.5)
    lags.sort()
    return [
        seen(f"read to seal at {READS_A_SECOND} a second, median", lags[len(lags) // 2], "s"),
        at_most(f"read to seal at {READS_A_SECOND} a second, p99", lags[int(len(lags) * 0.99)], "s", SEAL_SECONDS),
    ]


def door(tickets: int) -> list[Figure]:
    """A wrong password at a known and at an unknown address, in turns (S-15)."""
    words = program(desk_with(SMALL), "tests.benchmarks.knocking", str(TRIES))
    pairs = [tuple(map(float, word.split(":"))) for word in words]
    known, unknown = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    return [
        seen("wrong password at a known address, median", known, "ms"),
        at_most("sign-in, known against unknown address", abs(known - unknown), "ms apart", DOOR_MS),
    ]


def _as_owner(desk: Desk) -> "psycopg.Connection[tuple[float, ...]]":
    return psycopg.connect(f"host={desk.host} dbname={desk.name} user=postgres", autocommit=True)


def _wait_for_seals(owner: "psycopg.Connection[tuple[float, ...]]") -> None:
    """What the generator wrote is sealed first, else its backlog would be measured."""
    newest, end = -1.0, time.monotonic() + 120
    while time.monotonic() < end:
        (count,) = owner.execute("SELECT count(*) FROM billing_seal").fetchone() or (0.0,)
        if count == newest:
            return
        newest = count
        time.sleep(3)
    raise RuntimeError("The sealer did not catch up.")
