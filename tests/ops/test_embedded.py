"""The embedded server: started once, found again, refused in one line."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.ops.directories import open_directory


def embedded(var: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "config.embedded", *command],
        env={**os.environ, "REDRESS_VAR": str(var)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def var() -> Iterator[Path]:
    with open_directory() as directory:
        yield directory / "var"
        embedded(directory / "var", "stop")


def postmaster(var: Path) -> psutil.Process:
    return psutil.Process(int((var / "pgdata" / "postmaster.pid").read_text().split()[0]))


def asked(var: Path, user: str, query: str) -> object:
    dsn = embedded(var, "dsn").stdout.strip().replace("redress_owner", user)
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_a_server_is_started_once_and_comes_back_after_being_killed(var: Path) -> None:
    assert embedded(var, "status").returncode == 3
    assert embedded(var, "start").returncode == 0
    first = postmaster(var)
    assert embedded(var, "start").returncode == 0
    assert postmaster(var) == first

    for process in [first, *first.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):  # orphans end by themselves, sometimes before we come to them
            process.kill()
    assert embedded(var, "status").returncode == 3
    assert embedded(var, "start").returncode == 0
    assert asked(var, "redress_owner", "SELECT 1") == 1


def test_the_roles_hold_what_they_need_and_no_more(var: Path) -> None:
    embedded(var, "start")

    assert asked(var, "redress_owner", "SELECT count(*) FROM pg_roles WHERE rolname ~ '^redress' AND rolsuper") == 0
    assert asked(var, "redress_owner", "SELECT has_schema_privilege('redress_app', 'public', 'CREATE')") is False
    assert asked(var, "redress_owner", "SELECT pg_has_role('redress_owner', 'redress_app', 'SET')") is True
    assert asked(var, "redress_broker", "SELECT has_database_privilege('redress', 'CREATE')") is False
    assert asked(var, "redress_broker", "SELECT queue_name FROM pgmq.meta") == "celery"


def test_a_stale_pid_that_is_somebody_elses_by_now_is_no_server(var: Path) -> None:
    embedded(var, "start")
    file = var / "pgdata" / "postmaster.pid"
    lines = file.read_text().splitlines()
    embedded(var, "stop")
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")  # as if this test had been given its pid

    assert embedded(var, "status").returncode == 3
    assert embedded(var, "start").returncode == 0
    assert postmaster(var).name() == "postgres"


def test_data_of_another_major_is_refused_in_one_line(var: Path) -> None:
    embedded(var, "start")
    embedded(var, "stop")
    (var / "pgdata" / "PG_VERSION").write_text("16\n")

    refused = embedded(var, "start")

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "was made by PostgreSQL 16 and this is 18" in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_somebody_elses_data_are_refused_in_one_line(var: Path) -> None:
    (var / "pgdata").mkdir(parents=True)
    (var / "pgdata" / "PG_VERSION").write_text("18\n")
    os.chown(var / "pgdata", 1, 1)

    refused = embedded(var, "start")

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "belongs to daemon" in refused.stderr


def test_the_server_outlives_the_signal_that_ends_whoever_started_it(var: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", "import time; from config import embedded; embedded.start(); time.sleep(60)"],
        env={**os.environ, "REDRESS_VAR": str(var)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while embedded(var, "status").returncode and time.monotonic() < deadline:
        time.sleep(0.2)

    os.killpg(starter.pid, signal.SIGTERM)
    starter.wait(timeout=30)

    assert asked(var, "redress_owner", "SELECT 1") == 1
