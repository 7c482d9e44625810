"""The whole desk as processes on a database of its own: web, worker and relay, with the demo's people and cases."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from typing import Any

import psycopg
from django.db import connections

from tests.ops.broker import remove_queue

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds, for two busy processors
NAMES = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
WEB = "uvicorn config.asgi:application --log-level warning --timeout-graceful-shutdown 2 --port"
WORKER = "celery --quiet --skip-checks -A config worker --loglevel WARNING --concurrency 1 --without-gossip"
RELAY = "django relay"


@dataclass(frozen=True, slots=True)
class RunningDesk:
    address: str
    seeds: dict[str, str]  # of the people's apps, by address
    database: str


@contextmanager
def running_desk(directory: Path, *, migrated: str = "") -> Iterator[RunningDesk]:
    """Up until the block ends; then every process, the database and the queue are gone. `migrated` names a database
    that has the tables already; without it one is made."""
    database = migrated or f"desk_{uuid.uuid4().hex[:10]}"
    with as_owner("postgres") as owner:
        if not migrated:
            owner.execute(f'CREATE DATABASE "{database}"')
        try:
            yield from _with_processes(directory, database)
        finally:
            owner.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
            remove_queue(database)


def as_owner(database: str) -> psycopg.Connection:
    """Beside the desk, in its database or another of the same server."""
    parts = connections["default"].settings_dict
    login: dict[str, Any] = {key: str(parts[name]) for key, name in NAMES.items() if parts[name]}
    return psycopg.connect(**login, dbname=database, autocommit=True)


def _with_processes(directory: Path, database: str) -> Iterator[RunningDesk]:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DESK_DATABASE": database,
        "DESK_DIRECTORY": str(directory),
        "SITE_ADDRESS": address,
        "AUDIT_ANCHOR_PATH": str(directory / "anchor.log"),  # the checkout's own is of another trail
        "DJANGO_SETTINGS_MODULE": "tests.browser.desk_settings",
    }
    log = directory / "desk.log"
    seeds = _prepare(environment, log)
    started = [_start(words, environment, log) for words in (f"{WEB} {port}", WORKER, RELAY)]
    try:
        _wait(started, port, log)
        yield RunningDesk(address, seeds, database)
    finally:
        _stop(started)


def _prepare(environment: dict[str, str], log: Path) -> dict[str, str]:
    with log.open("ab") as errors:
        command = [sys.executable, "-m", "tests.browser.prepared_desk"]
        done = subprocess.run(  # noqa: S603  # our own command
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors
        )
    assert done.returncode == 0, f"The desk was not prepared: {_last_lines(log)}"
    seeds: dict[str, str] = json.loads(done.stdout)
    return seeds


def _start(words: str, environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", *words.split()]
    with log.open("ab") as said:
        return subprocess.Popen(  # noqa: S603  # our own command
            command, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True
        )


def _stop(started: "list[subprocess.Popen[bytes]]") -> None:
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(started: "list[subprocess.Popen[bytes]]", port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and all(process.poll() is None for process in started):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"The desk did not come up: {_last_lines(log)}")


def _last_lines(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
