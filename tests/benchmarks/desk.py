"""Databases of a given size, and servers on them. Everything is on this machine and ends with the run."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import socket

import psycopg

from config import embedded

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Desk:
    """A database with this many tickets."""

    tickets: int
    host: str

    @property
    def name(self) -> str:
        return f"bench_{self.tickets}"

    @property
    def environment(self) -> dict[str, str]:
        url = f"host={self.host} dbname={self.name} user=redress_owner"
        # No worker runs beside these servers: what the relay would publish may be forgotten.
        return {**os.environ, "DATABASE_URL": url, "CELERY_BROKER_URL": "memory://"}

    def manage(self, *arguments: str, **environment: str) -> None:
        subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env={**self.environment, **environment}, check=True
        )


def desk_with(tickets: int) -> Desk:
    """The desk of that size; made on first use, kept for the next run."""
    server = embedded.start()
    desk = Desk(tickets, str(server.socket_directory))
    with psycopg.connect(f"host={desk.host} dbname=postgres user=redress_owner", autocommit=True) as owner:
        known = owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [desk.name]).fetchone()
        if known is None:
            owner.execute(f'CREATE DATABASE "{desk.name}"')
    if (_counted(desk) or 0) < tickets:  # a bench may have left some of its own behind
        print(f"  making a desk with {tickets:,} tickets, this once", flush=True)
        desk.manage("migrate", "--no-input", "--verbosity", "0")
        desk.manage("load_articles", "--verbosity", "0")
        desk.manage("generate", "--tickets", str(tickets), "--seed", "7")
        with psycopg.connect(f"host={desk.host} dbname={desk.name} user=postgres", autocommit=True) as superuser:
            superuser.execute("VACUUM ANALYZE")  # what autovacuum would have done by the time anybody measures
    desk.manage("migrate", "--no-input", "--verbosity", "0")
    desk.manage("collectstatic", "--no-input", "--verbosity", "0")
    return desk


def _counted(desk: Desk) -> int | None:
    try:
        with psycopg.connect(f"host={desk.host} dbname={desk.name} user=redress_owner") as owner:
            row = owner.execute("SELECT count(*) FROM tickets_ticket").fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return int(row[0]) if row else None


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(desk: Desk, command: Sequence[str], *, ready: str = "/healthz", **environment: str) -> Iterator[int]:
    """Run a server of this desk; `{port}` in the command is the port it gets, which is also yielded."""
    port = free_port()
    words = [word.replace("{port}", str(port)) for word in command]
    log = embedded.var_directory() / "bench-server.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**desk.environment, **environment},
            stdout=output,
            stderr=output,
        )
        try:
            _wait(process, port, ready, log)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended by itself:\n{log.read_text()[-2000:]}")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not answer in {START_SECONDS} s:\n{log.read_text()[-2000:]}")


UVICORN = ("uvicorn", "config.asgi:application", "--port", "{port}", "--log-level", "warning")
