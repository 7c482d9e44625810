"""The whole desk as processes on a database of its own: web, worker and relay, with the demo's people and cases."""

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

import psycopg
from django.db import connections

from tests.ops.broker import remove_queue

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds, for two busy processors


@dataclass(frozen=True, slots=True)
class RunningDesk:
    address: str
    environment: dict[str, str]

    def manage(self, *arguments: str, **extra: str) -> str:
        """The output of one of our commands on this desk."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **extra},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout


@contextmanager
def running_desk(directory: Path) -> Iterator[RunningDesk]:
    """Up until the block ends; then every process, the database and the queue are gone."""
    database = f"desk_{uuid.uuid4().hex[:10]}"
    parts = connections["default"].settings_dict
    login = {key: str(parts[name]) for key, name in NAMES.items() if parts[name]}
    with psycopg.connect(**login, dbname="postgres", autocommit=True) as owner:  # type: ignore[arg-type]  # plain strings
        owner.execute(f'CREATE DATABASE "{database}"')
        try:
            yield from _with_processes(directory, database)
        finally:
            owner.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
            remove_queue(database)


NAMES = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
WEB = ("uvicorn", "config.asgi:application", "--port", "{port}", "--log-level", "warning")
WORKER = tuple("celery --quiet --skip-checks -A config worker --loglevel WARNING --concurrency 1".split())
RELAY = ("django", "relay")


def _with_processes(directory: Path, database: str) -> Iterator[RunningDesk]:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DESK_DATABASE": database,
        "DESK_DIRECTORY": str(directory),
        "SITE_ADDRESS": address,
        "DJANGO_SETTINGS_MODULE": "tests.browser.desk_settings",
    }
    desk = RunningDesk(address, environment)
    desk.manage("migrate", "--no-input", "--verbosity", "0", DATABASE_ROLE="owner")
    desk.manage("collectstatic", "--no-input", "--verbosity", "0")
    desk.manage("load_demo", "--tickets", "0")
    started = [
        _start(words, port, environment, directory)
        for words in (WEB, (*WORKER, "--without-gossip", "--without-mingle"), RELAY)
    ]
    try:
        _wait(started, port, directory)
        yield desk
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _start(
    words: tuple[str, ...], port: int, environment: dict[str, str], directory: Path
) -> "subprocess.Popen[bytes]":
    command = [word.replace("{port}", str(port)) for word in words]
    with (directory / "desk.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def _wait(started: "list[subprocess.Popen[bytes]]", port: int, directory: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and all(process.poll() is None for process in started):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"The desk did not come up: {(directory / 'desk.log').read_text(errors='replace')[-3000:]}")


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
