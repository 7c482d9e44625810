"""Production mode on a PostgreSQL and a broker of their own, prepared as docs/operations.md says."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds

pytestmark = [
    pytest.mark.production,
    pytest.mark.skipif(
        "DATABASE_URL" not in os.environ or "CELERY_BROKER_URL" not in os.environ,
        reason="needs DATABASE_URL and CELERY_BROKER_URL, as .ci/production sets them",
    ),
]


class Site:
    """The Procfile's processes in production mode."""

    def __init__(self, directory: Path, port: int) -> None:
        self.port = port
        self.log = directory / "log"
        self.environment = {
            **os.environ,
            **example(),
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "CELERY_BROKER_URL": os.environ["CELERY_BROKER_URL"],
            "REDRESS_VAR": str(directory / "var"),
            "AUDIT_ANCHOR_PATH": str(directory / "anchor.log"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PORT": str(port),
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=CHECKOUT, env=self.environment, check=True)

    def start(self) -> None:
        commands = parse_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8")).processes
        for name, command in commands.items():
            with self.log.open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    ["/bin/sh", "-c", command],
                    cwd=CHECKOUT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def stop(self) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def asked(self, path: str, **headers: str) -> tuple[int, Message, bytes]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            headers={"Host": "help.example.com", **{name.replace("_", "-"): value for name, value in headers.items()}},
        )
        try:
            with OPENER.open(request, timeout=10) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def readiness(self) -> tuple[int, dict[str, str]]:
        try:
            status, _, body = self.asked("/readyz")
        except OSError:
            return 0, {}
        return status, json.loads(body)

    def wait_for(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < deadline, f"{self.readiness()}\n{self.log.read_text()[-4000:]}"
            time.sleep(0.3)


class Unredirected(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *answer: object) -> None:
        return None


OPENER = urllib.request.build_opener(Unredirected)


def example() -> dict[str, str]:
    lines = (CHECKOUT / "docs" / "production.env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    made = Site(tmp_path, port)
    yield made
    made.stop()


def test_production_serves_and_says_when_it_does_not(site: Site) -> None:
    site.manage("migrate", "--no-input", "--verbosity", "0")
    site.manage("collectstatic", "--no-input", "--verbosity", "0")
    site.start()
    site.wait_for(lambda: site.readiness()[0] == 200)

    status, headers, _ = site.asked("/", X_Forwarded_Proto="https", X_Forwarded_For="192.0.2.1")
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "nonce-" in headers["Content-Security-Policy"]
    status, headers, _ = site.asked("/", X_Forwarded_For="192.0.2.1")
    assert (status, headers["Location"]) == (301, "https://help.example.com/")

    site.processes["relay"].kill()
    site.wait_for(lambda: site.readiness()[0] == 503)
    assert site.readiness()[1]["relay"] == "not running"
    assert site.asked("/healthz")[0] == 200
