"""A million statement lines against a million payments: how long, how much memory, how right."""

import json
import subprocess
import sys
from typing import Any

import psycopg

from config import embedded
from tests.benchmarks.desk import ROOT, Desk
from tests.benchmarks.results import Figure, at_least, at_most, seen

EXACT = ("payment_reference", "external_id", "creditor_reference", "reference_in_text")
SMALL = 100_000


def reconciliation(lines: int) -> list[Figure]:
    small = measured(min(SMALL, lines))
    big = measured(lines) if lines > SMALL else small
    growth = (big["ours"] / big["lines"]) / (small["ours"] / small["lines"])
    # Told in bare joins, so that a slower moment of the machine is not taken for a slower rule.
    in_joins = (big["ours"] / big["bare"]) / (small["ours"] / small["bare"])
    size = f"{big['lines']:,} lines"
    exact = [big["rules"].get(rule, [0, 0]) for rule in EXACT]
    right, wrong = sum(each[0] for each in exact), sum(each[1] for each in exact)
    return [
        seen(f"bare SQL hash joins, {size} against {big['payments']:,}", big["bare"], "s"),
        seen("the same, with what they found kept in a table", big["bare_kept"], "s"),
        seen("exact matches that the bare joins find", big["bare_pairs"], "lines"),
        seen("exact matches that the rules find", right + wrong, "lines"),
        seen(f"taking up what is expected, {size}", big["taking_up"], "s"),
        seen(f"reconciliation, {size}", big["ours"], "s"),
        at_most(f"reconciliation, {size}", big["ours"] / big["bare"], "times the joins", 3.0),
        seen(f"reconciliation, {size}, joins that keep", big["ours"] / big["bare_kept"], "times the joins"),
        at_most(f"cost per line, {size} against {small['lines']:,}", growth, "times", 1.3),
        seen("the same, each told in its own run's bare joins", in_joins, "times"),
        at_most(f"memory of database and process, {size}", big["memory_mib"], "MiB", 1024),
        seen(f"of it the process, {size}", big["python_mib"], "MiB"),
        seen(f"of it the database's process, {size}", big["server_mib"], "MiB"),
        seen(f"booking, {size}", big["booked_a_second"], "lines a second"),
        at_least("precision of the exact rules", right / max(right + wrong, 1), "of 1", 1.0),
        at_least("precision overall", big["precision"], "of 1", 0.999),
        at_least("recall overall", big["recall"], "of 1", 0.99),
        *(
            seen(f"precision of {rule} ({sum(pairs):,})", pairs[0] / sum(pairs), "of 1")
            for rule, pairs in sorted(big["rules"].items())
        ),
    ]


def measured(lines: int) -> dict[str, Any]:
    """In a database of its own, thrown away afterwards."""
    server = embedded.start()
    desk = Desk(lines, str(server.socket_directory))
    name = f"reconcile_{lines}"
    url = f"host={desk.host} dbname={name} user=redress_owner"
    with psycopg.connect(f"host={desk.host} dbname=postgres user=postgres", autocommit=True) as superuser:
        superuser.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        superuser.execute(f'CREATE DATABASE "{name}" OWNER redress_owner')
        superuser.execute("GRANT SET ON PARAMETER session_replication_role TO redress_owner, redress_app")
        environment = {**desk.environment, "DATABASE_URL": url}
        subprocess.run(  # our own command
            [sys.executable, "manage.py", "migrate", "--no-input", "--skip-checks", "--verbosity", "0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        print(f"  {lines:,} lines …", flush=True)
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-m", "tests.benchmarks.reconciling", str(lines)],
            cwd=ROOT,
            env={**environment, "DATABASE_ROLE": "owner"},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        superuser.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
