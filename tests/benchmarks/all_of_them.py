"""The benches by their names, and the table of what they found.

Figures are ratios within one run wherever a goal is held to: machines are shared and noisy, and milliseconds do not
travel. The table goes to the screen and to `kept`, as JSON. The exit code says nothing of goals: a bench is no test.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from config import embedded
from tests.benchmarks import (
    bulk,
    diagnosis,
    ledger,
    loading,
    outbox,
    pages,
    reconciliation,
    safety,
    servers,
    statements,
    stream,
    webhook,
)
from tests.benchmarks.results import Figure, keep

BENCHES: dict[str, Callable[[int], list[Figure]]] = {
    "queue": pages.queue,
    "webhook": webhook.webhook,
    "stream": stream.stream,
    "broker": loading.broker,
    "outbox": outbox.outbox,
    "ledger": ledger.ledger,
    "claims": safety.claims,
    "seals": safety.seals,
    "door": safety.door,
    "servers": servers.servers,
    "generator": loading.generator,
    "statements": statements.statements,
    "diagnosis": diagnosis.diagnosis,
    "bulk": bulk.bulk,
    "reconciliation": reconciliation.reconciliation,
}
# Told by its own size: --lines.
BY_LINES = frozenset({"reconciliation"})


def main(*, kept: Path) -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(BENCHES), help="one of the benches")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of the statements that are reconciled")
    asked = parser.parse_args()
    figures: list[Figure] = []
    try:
        for name, bench in BENCHES.items():
            if asked.only in {None, name}:
                print(f"{name} …", flush=True)
                figures += bench(asked.lines if name in BY_LINES else asked.tickets)
                keep(figures, kept)
    finally:
        embedded.stop()
    print()
    for figure in figures:
        print(figure.row())
