"""How fast a file of payments comes in: rows a second by `import_billing`, and how fast it is known to be known."""

import json
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from io import StringIO
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
    import subprocess
    import sys

    subprocess.run(  # our own command
        [sys.executable, "manage.py", "migrate", "-v", "0"], env={**os.environ, "DATABASE_ROLE": "owner"}, check=True
    )


def bulk(rows: int) -> list[Figure]:
    set_up()
    from django.core.management import call_command

    stamp = f"b{int(time.time())}"  # ids of this run, so that the rows are new
    with tempfile.TemporaryDirectory() as folder:
        customers, payments = Path(folder, "customers.csv"), Path(folder, "payments.jsonl")
        customers.write_text("external_id\n" + "".join(f"{stamp}c{number}\n" for number in range(CUSTOMERS)))
        with payments.open("w") as file:
            file.writelines(_payment(stamp, number) for number in range(rows))
        call_command("import_billing", "customers", str(customers), stdout=StringIO(), stderr=StringIO())
        took = []
        for _ in range(2):
            began = time.perf_counter()
            call_command("import_billing", "payments", str(payments), stdout=StringIO(), stderr=StringIO())
            took.append(time.perf_counter() - began)
    return [
        seen("bulk: new payments with an attempt, booked", rows / took[0], "rows/s"),
        seen("bulk: the same file again, nothing written", rows / took[1], "rows/s"),
        seen("bulk: payments in that file", rows, "rows"),
    ]


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
