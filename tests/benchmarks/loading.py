"""How fast the generator loads a desk, and how long a task waits between its commit and its start."""

import time

import psycopg

from config import embedded
from tests.benchmarks.broker_latency import broker_latency
from tests.benchmarks.desk import Desk
from tests.benchmarks.results import Figure, at_most, seen

MINUTES = 5.0


def generator(tickets: int) -> list[Figure]:
    """A new desk from nothing, thrown away afterwards."""
    server = embedded.start()
    desk = Desk(-tickets, str(server.socket_directory))
    with psycopg.connect(f"host={desk.host} dbname=postgres user=redress_owner", autocommit=True) as owner:
        owner.execute(f'DROP DATABASE IF EXISTS "{desk.name}"')
        owner.execute(f'CREATE DATABASE "{desk.name}"')
        desk.manage("migrate", "--no-input", "--verbosity", "0")
        began = time.monotonic()
        desk.manage("generate", "--tickets", str(tickets), "--seed", "3")
        seconds = time.monotonic() - began
        with psycopg.connect(f"host={desk.host} dbname={desk.name} user=redress_owner") as reader:
            row = reader.execute("SELECT pg_database_size(current_database())").fetchone()
        owner.execute(f'DROP DATABASE "{desk.name}" WITH (FORCE)')
    assert row is not None
    return [
        at_most(
            f"generator, {tickets:,} tickets with their records",
            seconds / 60,
            "minutes",
            MINUTES * max(tickets / 100_000, 1),
        ),
        seen("generator", tickets / seconds, "tickets a second"),
        seen(f"database at {tickets:,} tickets", row[0] / 2**20, "MiB"),
    ]


def broker(tickets: int) -> list[Figure]:
    latency = broker_latency()
    return [
        seen("task published to started, median", latency.median_ms, "ms"),
        seen("task published to started, p95", latency.p95_ms, "ms"),
    ]
