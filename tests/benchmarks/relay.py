import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from config import embedded
from tests.benchmarks.desk import ROOT, Desk


@contextmanager
def relay_of(desk: Desk) -> Iterator[None]:
    """The relay on this desk's database, for the length of the block."""
    with (embedded.var_directory() / "bench-relay.log").open("w") as output:
        process = subprocess.Popen(  # our own command
            [sys.executable, "manage.py", "relay"], cwd=ROOT, env=desk.environment, stdout=output, stderr=output
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)
