"""One reconciliation measured from inside. A program of its own: `python -m tests.benchmarks.reconciling 100000`.

It loads the lines and payments, and measures in one process, on the same rows: the bare SQL hash joins that find the
same exact matches, then ours, which keeps what it finds. The answer is one line of JSON.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

SEED = 20
# The four exact rules as one would write them by hand: names compared as they stand, or taken from the text.
BARE = (
    "SELECT l.id, p.id FROM billing_statementline l JOIN billing_payment p ON p.reference = l.end_to_end_id",
    "SELECT l.id, p.id FROM billing_statementline l JOIN billing_payment p ON p.external_id = l.end_to_end_id",
    "SELECT l.id, p.id FROM billing_statementline l JOIN billing_payment p ON p.external_id = l.bank_reference",
    "SELECT l.id, p.id FROM billing_statementline l JOIN billing_refund p ON p.reference = l.end_to_end_id",
    (
        "SELECT l.id, p.id FROM billing_statementline l"
        " JOIN billing_invoice i ON i.number = regexp_replace(l.structured_reference, '^RF[0-9]{2} ', '')"
        " JOIN billing_payment p ON p.invoice_id = i.id"
    ),
    (
        "SELECT l.id, p.id FROM billing_statementline l"
        " JOIN billing_invoice i ON i.number = substring(l.remittance FROM 'INV-[0-9]{4}-[0-9]{7}')"
        " JOIN billing_payment p ON p.invoice_id = i.id"
    ),
    (
        "SELECT l.id, p.id FROM billing_statementline l"
        " JOIN billing_payment p ON p.reference = replace(substring(l.remittance FROM '/ROC/(.{15})'), ' ', '')"
    ),
)
SAME_MONEY = " AND p.currency = l.currency AND {amount} = l.amount_minor"


def main(arguments: Sequence[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps(timed_run() if arguments[0] == "run" else measure(int(arguments[0]))))


def timed_run() -> dict[str, object]:
    """In a process of its own: what the truth of a million lines takes is not counted as ours."""
    from django.utils import timezone

    from billing.access.scopes import seeing_as_system
    from billing.actions.reconciliation.run import reconcile

    began = time.monotonic()
    with seeing_as_system():
        outcome = reconcile(at=timezone.now())
        ours, server = time.monotonic() - began, server_peak()
    counts = {name: getattr(outcome, name) for name in outcome.__slots__}
    return {"ours": ours, "server_mib": server, "python_mib": python_peak(), "outcome": counts}


def measure(lines: int) -> dict[str, object]:
    from django.db import connection

    from billing.access.scopes import seeing_as_system
    from billing.actions.reconciliation.expecting import take_up_expected_money
    from billing.actions.reconciliation.run import WORK_MEM
    from billing.models import ExpectedMoney, StatementLine
    from tests.benchmarks.bank_loading import load_bank
    from tests.benchmarks.bank_scoring import score_run

    with seeing_as_system():
        with connection.cursor() as cursor:  # the history of loaded rows is not what is measured here
            cursor.execute("SET LOCAL session_replication_role = replica")
        truth = load_bank(lines, seed=SEED)
    vacuum()
    with seeing_as_system():
        began = time.monotonic()
        take_up_expected_money()
        taking_up = time.monotonic() - began
    vacuum()
    with seeing_as_system():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('work_mem', %s, true)", [WORK_MEM])
        bare = bare_joins()
        payments = ExpectedMoney.objects.count()
        counted = StatementLine.objects.count()
    command = [sys.executable, "-m", "tests.benchmarks.reconciling", "run"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own program
    run: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    with seeing_as_system():
        score = score_run(truth)
        rules = sorted(score.right_pairs | score.wrong_pairs)
    return {
        "lines": counted,
        "payments": payments,
        "taking_up": taking_up,
        "bare": bare,
        **run,
        "precision": score.precision,
        "recall": score.recall,
        "rules": {rule: [score.right_pairs[rule], score.wrong_pairs[rule]] for rule in rules},
        "missed": dict(score.missed_pairs),
        "discrepancies": dict(score.right_discrepancies),
        "wrong_discrepancies": dict(score.wrong_discrepancies),
        "missed_discrepancies": dict(score.missed_discrepancies),
    }


def bare_joins() -> float:
    from django.db import connection

    began = time.monotonic()
    with connection.cursor() as cursor:
        for place, statement in enumerate(BARE):
            amount = "-p.amount_minor" if "billing_refund" in statement else "p.captured_minor"
            cursor.execute(
                f"CREATE TEMPORARY TABLE bare_{place} (line_id, payment_id) ON COMMIT DROP AS "
                + statement
                + SAME_MONEY.format(amount=amount)
            )
    return time.monotonic() - began


def vacuum() -> None:
    """What autovacuum would have done by the time that statements come in."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        for table in ("statementline", "expectedmoney", "payment", "invoice", "refund", "matchpart", "customer"):
            cursor.execute(f"VACUUM ANALYZE billing_{table}")


def python_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def server_peak() -> float:
    """Of the database's process that did the work: its own memory, without the cache that all share."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return (int(fields["VmHWM"].split()[0]) - int(fields["RssShmem"].split()[0])) / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
