"""``make run`` as an operator meets it: up, stopped, killed in part, killed whole."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.ops.directories import open_directory

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_START = 240  # seconds; on an idle machine some twenty


class Run:
    def __init__(self, directory: Path, port: int) -> None:
        self.directory, self.var, self.port = directory, directory / "var", port
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> "subprocess.Popen[bytes]":
        self.output = self.directory / f"output.{len(self.started)}"
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "config.serve", "--port", str(self.port)],
                cwd=CHECKOUT,
                env={**os.environ, "REDRESS_VAR": str(self.var), "REDRESS_RUN": str(CHECKOUT)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def start_and_wait(self) -> "subprocess.Popen[bytes]":
        process = self.start()
        deadline = time.monotonic() + LONGEST_START
        while "Redress is up" not in self.said():
            assert process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)
        return process

    def answer(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return int(response.status)

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("REDRESS_VAR") == str(self.var) or process.cwd() == str(self.var / "pgdata"):
                    found.append(process)
        return found

    def the(self, words: str) -> psutil.Process:
        return next(process for process in self.processes() if words in " ".join(process.cmdline()))


@pytest.fixture
def run() -> Iterator[Run]:
    with open_directory() as directory, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        (directory / "var").mkdir()
        (directory / "var" / "prepared.json").write_text(json.dumps({"demo": True}))  # loading it is tested elsewhere
        made = Run(directory, port)
        yield made
        for process in made.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        for started in made.started:
            started.wait()


def test_up_once_then_down_without_a_trace(run: Run) -> None:
    process = run.start_and_wait()
    assert run.answer("/readyz") == 200
    again = run.start()
    assert again.wait(timeout=60) == 1
    assert f"already runs from here, at http://localhost:{run.port}" in run.said()

    os.killpg(process.pid, signal.SIGINT)

    assert process.wait(timeout=60) == 0
    assert run.processes() == []


def test_a_killed_process_is_said_and_a_killed_run_recovers(run: Run) -> None:
    process = run.start_and_wait()
    run.the("config worker").kill()
    assert process.wait(timeout=60) == 1
    assert "redress: worker was killed by signal 9" in run.said()
    assert run.processes() == []

    process = run.start_and_wait()
    process.kill()
    process.wait()
    run.the("bin/postgres -D").kill()
    assert run.processes() != []
    process = run.start_and_wait()
    assert "a run before this one was killed; ending the" in run.said()

    run.the("bin/postgres -D").kill()
    assert process.wait(timeout=60) == 1
    assert "redress: the database was killed or ended" in run.said()
    assert run.processes() == []

    process = run.start_and_wait()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert run.processes() == []


def test_a_taken_port_is_said_in_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", run.port)):
        assert run.start().wait(timeout=60) == 1

    assert run.said().startswith(f"redress: Port {run.port} on 127.0.0.1 is taken")
    assert len(run.said().splitlines()) == 1
