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
LONGEST_START = 180


class Run:
    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        self.output = var.parent / "output"
        self.starts = 0

    def start(self) -> "subprocess.Popen[bytes]":
        self.starts += 1
        self.output = self.output.with_suffix(f".{self.starts}")
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "config.serve", "--port", str(self.port)],
                cwd=CHECKOUT,
                env={**os.environ, "REDRESS_VAR": str(self.var), "REDRESS_RUN": str(CHECKOUT)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def start_and_wait(self) -> "subprocess.Popen[bytes]":
        process = self.start()
        deadline = time.monotonic() + LONGEST_START
        while not self.ready():
            assert process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)
        return process

    def ready(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status == 200)
        return False

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
        made = Run(directory / "var", port)
        yield made
        for process in made.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()


def test_up_once_then_down_without_a_trace(run: Run) -> None:
    process = run.start_and_wait()
    again = run.start()
    assert again.wait(timeout=60) == 1
    assert f"already runs from here, at http://localhost:{run.port}" in run.said()

    os.killpg(process.pid, signal.SIGINT)

    assert process.wait(timeout=60) == 0, run.output.with_suffix(".1").read_text()
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

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert run.processes() == []


def test_a_taken_port_is_said_in_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", run.port)):
        assert run.start().wait(timeout=60) == 1

    assert run.said().startswith(f"redress: Port {run.port} on 127.0.0.1 is taken")
    assert len(run.said().splitlines()) == 1
