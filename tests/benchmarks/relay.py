import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from config import embedded
from tests.benchmarks.desk import ROOT, START_SECONDS, Desk


@contextmanager
def relay_of(desk: Desk) -> Iterator[None]:
    """The relay on this desk's database, for the length of the block, which begins when the relay is at work."""
    with (
        psycopg.connect(f"host={desk.host} dbname={desk.name} user=redress_owner", autocommit=True) as owner,
        (embedded.var_directory() / "bench-relay.log").open("w") as output,
    ):
        owner.execute("DELETE FROM billing_heartbeat WHERE name = 'relay'")
        process = subprocess.Popen(  # our own command
            [sys.executable, "manage.py", "relay"], cwd=ROOT, env=desk.environment, stdout=output, stderr=output
        )
        try:
            _wait(owner, process)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(owner: "psycopg.Connection[tuple[object, ...]]", process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if owner.execute("SELECT 1 FROM billing_heartbeat WHERE name = 'relay'").fetchone():
            return
        time.sleep(0.1)
    raise RuntimeError("The relay did not start.")
