"""From a commit to the start of the task it asked for: outbox, relay, queue and worker, as `make run` has them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from config import embedded
from tests.benchmarks.desk import ROOT, START_SECONDS
from tests.benchmarks.results import Figure, seen

TASKS, PAUSE = 100, 0.1  # seconds: an idle desk, not a backlog
WARM = 5
PROCESSES = {
    "relay": [sys.executable, "manage.py", "relay"],
    "worker": [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", "--loglevel", "WARNING"],
}
_ASK = """
    INSERT INTO billing_outboxmessage (key, task, payload, origin, publications, failures, last_error)
    VALUES (%s, 'supportdesk.tickets.tasks.diagnose', jsonb_build_object('ticket', %s::bigint), '{}', 0, 0, '')
    RETURNING id
"""
# The worker marks when it begins and forgets the mark when it is done, so the moment is noted in passing.
_NOTE_STARTS = """
    CREATE TABLE IF NOT EXISTS bench_started (id bigint PRIMARY KEY, at timestamptz NOT NULL);
    GRANT INSERT ON bench_started TO redress_app;
    CREATE OR REPLACE FUNCTION bench_note_start() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN INSERT INTO bench_started VALUES (NEW.id, clock_timestamp()) ON CONFLICT DO NOTHING; RETURN NEW; END$$;
    CREATE OR REPLACE TRIGGER bench_note_start BEFORE UPDATE OF running_until ON billing_outboxmessage
        FOR EACH ROW WHEN (NEW.running_until IS NOT NULL) EXECUTE FUNCTION bench_note_start();
"""
_STARTED = "SELECT extract(epoch FROM at) FROM bench_started WHERE id = %s"


def outbox(tickets: int) -> list[Figure]:
    waits = sorted(_waits()[WARM:])
    return [
        seen("commit to start of its task, median", waits[len(waits) // 2] * 1000, "ms"),
        seen("commit to start of its task, p95", waits[int(len(waits) * 0.95)] * 1000, "ms"),
    ]


def _waits() -> list[float]:
    server = embedded.start()
    with psycopg.connect(server.dsn(user="redress_owner"), autocommit=True) as owner:
        ticket = _some_ticket(owner)
        owner.execute(_NOTE_STARTS)
        with _running(owner):
            return [_wait_once(owner, ticket, number) for number in range(TASKS + WARM)]


def _some_ticket(owner: "psycopg.Connection[tuple[object, ...]]") -> int:
    _manage("migrate", "--no-input", "--verbosity", "0")
    newest = "SELECT id FROM tickets_ticket ORDER BY id DESC LIMIT 1"
    if (row := owner.execute(newest).fetchone()) is None:
        _manage("generate", "--tickets", "100", "--seed", "7")
        row = owner.execute(newest).fetchone()
    assert row is not None
    return int(str(row[0]))


def _manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=_environment(), check=True)  # noqa: S603


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}}


@contextmanager
def _running(owner: "psycopg.Connection[tuple[object, ...]]") -> Iterator[None]:
    owner.execute("DELETE FROM billing_heartbeat")
    with (embedded.var_directory() / "bench-outbox.log").open("w") as log:
        started = [
            subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=log, stderr=log)  # noqa: S603  # our own
            for command in PROCESSES.values()
        ]
        try:
            _wait_for_beats(owner, started)
            yield
        finally:
            for process in started:
                process.terminate()
            for process in started:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(40)


def _wait_for_beats(owner: "psycopg.Connection[tuple[object, ...]]", started: "list[subprocess.Popen[bytes]]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and all(process.poll() is None for process in started):
        if owner.execute("SELECT count(*) FROM billing_heartbeat").fetchone() == (len(PROCESSES),):
            return
        time.sleep(0.2)
    raise RuntimeError("The relay or the worker did not start.")


def _wait_once(owner: "psycopg.Connection[tuple[object, ...]]", ticket: int, number: int) -> float:
    """Seconds."""
    row = owner.execute(_ASK, [f"bench-{time.time_ns()}-{number}", ticket]).fetchone()
    committed = time.time()
    assert row is not None
    end = time.monotonic() + 30
    while (started := owner.execute(_STARTED, row).fetchone()) is None:
        if time.monotonic() > end:
            raise RuntimeError("A task was not started within 30 seconds.")
        time.sleep(PAUSE)
    return float(str(started[0])) - committed
