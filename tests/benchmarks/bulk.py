"""How fast a file of payments comes in: rows a second by `import_billing`, and how fast it is known to be known.

How many: `--tickets`, 1,000,000 for the figure in docs/importing.md.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.results import Figure, seen

CUSTOMERS = 2_000
FIRST = datetime(2024, 1, 1, 9, tzinfo=UTC)


def set_up() -> None:
    """This process becomes a desk of its own, in the benches' cluster."""
    from config import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    embedded.start()
    import django

    django.setup()
    _migrate_as_owner()


def _migrate_as_owner() -> None:
    subprocess.run(  # our own command
        [sys.executable, "manage.py", "migrate", "-v", "0"], env={**os.environ, "DATABASE_ROLE": "owner"}, check=True
    )


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of the command took."""

    seconds: float
    last_tenth: float  # of the time a row took in the first tenth, a row took so much in the last
    peak_mb: float


def bulk(rows: int) -> list[Figure]:
    set_up()
    stamp = f"b{int(time.time())}"  # ids of this run, so that the rows are new
    with tempfile.TemporaryDirectory() as folder:
        customers, payments = Path(folder, "customers.csv"), Path(folder, "payments.jsonl")
        customers.write_text("external_id\n" + "".join(f"{stamp}c{number}\n" for number in range(CUSTOMERS)))
        with payments.open("w") as file:
            file.writelines(_payment(stamp, number) for number in range(rows))
        loaded("customers", customers)
        new, again = loaded("payments", payments), loaded("payments", payments)
    return [
        seen("bulk: payments in the file", rows, "rows"),
        seen("bulk: new payments with an attempt, booked", rows / new.seconds, "rows/s"),
        seen("bulk: a row of the last tenth against one of the first", new.last_tenth, "times the time"),
        seen("bulk: peak memory of the importing process", new.peak_mb, "MB"),
        seen("bulk: the same file again, nothing written", rows / again.seconds, "rows/s"),
    ]


def loaded(kind: str, path: Path) -> Load:
    """By the command, in a process of its own, whose memory is its own too."""
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "manage.py", "import_billing", kind, str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    at = [time.perf_counter() for line in process.stderr if line.endswith(" rows\n")]  # after each batch
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"import_billing {kind} ended with {process.returncode}"
    tenth = len(at) // 10
    growth = (at[-1] - at[-1 - tenth]) / (at[tenth] - at[0]) if tenth else 1.0
    return Load(time.perf_counter() - began, growth, used.ru_maxrss / 1024)


def _payment(stamp: str, number: int) -> str:
    at = (FIRST + timedelta(minutes=number % 1_000_000)).isoformat()
    row = {
        "external_id": f"{stamp}p{number}",
        "customer": f"{stamp}c{number % CUSTOMERS}",
        "status": "succeeded",
        "currency": "USD",
        "amount": f"{number % 50_000 / 100 + 1:.2f}",
        "descriptor": "ACME* MOTOR POLICY",
        "created_at": at,
        "attempts": [{"at": at, "outcome": "succeeded", "network": "visa"}],
    }
    return json.dumps(row) + "\n"
