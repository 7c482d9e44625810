"""Workers as processes of their own, to be started, killed and waited for."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests.ops.broker_app import app, record

PATIENCE = 60  # seconds; two busy processors, and a worker that imports the whole desk


class Bench:
    """A queue, a record of what ran, and the workers over it."""

    def __init__(self, directory: Path) -> None:
        self.queue = f"ops_{uuid.uuid4().hex[:12]}"
        self.path = directory / "record.jsonl"
        self.log = directory / "worker.log"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.connection = app.connection_for_write()

    def publish(self, task: str, token: str) -> None:
        app.send_task(task, args=[token], queue=self.queue, connection=self.connection)

    def start_worker(self) -> "subprocess.Popen[bytes]":
        command = [
            sys.executable,
            "-m",
            "celery",
            "--quiet",
            "--skip-checks",
            "-A",
            "tests.ops.broker_app",
            "worker",
            "-l",
            "WARNING",
        ]
        command += ["--concurrency", "1", "-Q", self.queue, "--without-gossip", "--without-mingle"]
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                command,
                env={**os.environ, "OPS_QUEUE": self.queue, "OPS_RECORD": str(self.path)},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def kill(self, worker: "subprocess.Popen[bytes]") -> None:
        """As a machine that loses power would: the worker and the process that runs the task."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def seen(self, deed: str, token: str) -> list[dict[str, Any]]:
        return [entry for entry in record(self.path) if (entry["deed"], entry["token"]) == (deed, token)]

    def wait_for(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not what():
            if time.monotonic() > deadline or any(worker.poll() for worker in self.workers[-1:]):
                log = self.log.read_text(errors="replace")[-3000:] if self.log.exists() else "no worker"
                raise AssertionError(f"It did not happen. Record: {record(self.path)}. Worker: {log}")
            time.sleep(0.02)

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                self.kill(worker)
        remove_queue(self.queue)
        self.connection.release()


def remove_queue(name: str) -> None:
    conninfo = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("conn_string")
    if isinstance(conninfo, str):
        with psycopg.connect(conninfo) as broker:
            broker.execute("SELECT pgmq.drop_queue(%s)", [name])
    else:
        with app.connection_for_write() as connection:
            connection.default_channel.queue_delete(name)


@contextmanager
def bench(directory: Path) -> Iterator[Bench]:
    made = Bench(directory)
    try:
        yield made
    finally:
        made.close()
