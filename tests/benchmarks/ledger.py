"""The books under random histories (S-83), and fifty who refund the same remainder at once (S-85)."""

import json
import subprocess
import sys

import psycopg

from config import embedded
from tests.benchmarks.desk import ROOT, Desk
from tests.benchmarks.ledger_run import HISTORIES, LIVES, RUNS
from tests.benchmarks.results import Figure, seen


def ledger(tickets: int) -> list[Figure]:
    """On a new, empty desk, thrown away afterwards. No lock gives up early: every thread gets its answer."""
    server = embedded.start()
    desk = Desk(-83, str(server.socket_directory))
    with psycopg.connect(f"host={desk.host} dbname=postgres user=redress_owner", autocommit=True) as owner:
        owner.execute(f'DROP DATABASE IF EXISTS "{desk.name}"')
        owner.execute(f'CREATE DATABASE "{desk.name}"')
        desk.manage("migrate", "--no-input", "--verbosity", "0", DATABASE_ROLE="owner")
        environment = {**desk.environment, "DATABASE_POOL_SIZE": "60", "DATABASE_LIMITS": "no"}
        told = subprocess.run(  # our own command
            [sys.executable, "-m", "tests.benchmarks.ledger_run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        owner.execute(f'DROP DATABASE "{desk.name}" WITH (FORCE)')
    found = json.loads(told.stdout)
    for part in found.values():
        for words in part["broken"][:5]:
            print(f"  BROKEN {words}")
    histories, lives, races = found["histories"], found["lives"], found["races"]
    return [
        _all_hold("ledger, random histories that kept every invariant", histories, HISTORIES),
        seen("ledger, operations in them", histories["operations"], "postings"),
        _all_hold("ledger, lives of bills by real deeds that did", lives, LIVES),
        _all_hold("refund races of 50 threads with exactly the allowed total", races, RUNS),
    ]


def _all_hold(name: str, part: dict[str, object], wanted: int) -> Figure:
    broken = part["broken"]
    held = int(str(part["sequences"])) - (len(broken) if isinstance(broken, list) else 0)
    return Figure(name, held, "of them", f"all {wanted:,}", held == wanted)
