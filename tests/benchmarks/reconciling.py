"""One reconciliation measured from inside. A program of its own: `python -m tests.benchmarks.reconciling 100000`.

It loads the lines and payments, and measures on the same rows: the bare SQL hash joins that find the same exact
matches, then ours, which keeps what it finds, then the books. The answer is one line of JSON.
"""

import json
import os
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
        " JOIN billing_payment p ON p.reference = replace(substring(l.remittance FROM '/ROC/(.{17})'), ' ', '')"
    ),
)
RULES = (
    "payment_reference",
    "external_id",
    "external_id",
    "payment_reference",
    "creditor_reference",
    "reference_in_text",
    "reference_in_text",
)
BOOKED = 20_000
# What a match says at the least, in a table without index, check or trigger.
BARE_KEPT = """
CREATE TABLE bare_kept AS
SELECT line_id, payment_id, amount_minor AS line_minor, amount_minor AS expected_minor, rule, 1000::smallint AS score,
    'found'::text AS status, now() AS made_at
FROM ({found}) AS bare
"""
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
    from django.utils import timezone

    from billing.access.scopes import seeing_as_system
    from billing.actions.reconciliation.booking import book_found
    from billing.actions.reconciliation.expecting import take_up_expected_money
    from billing.actions.reconciliation.run import WORK_MEM
    from billing.models import ExpectedMoney, StatementLine
    from config import embedded
    from tests.benchmarks.bank_loading import load_bank
    from tests.benchmarks.bank_scoring import score_run
    from tests.benchmarks.memory import PeakMemory

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
        bare, bare_kept, bare_pairs = bare_joins()
        payments = ExpectedMoney.objects.count()
        counted = StatementLine.objects.count()
    command = [sys.executable, "-m", "tests.benchmarks.reconciling", "run"]
    server = embedded.start().pid
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running,  # noqa: S603  # our own program
        PeakMemory(server, running.pid) as memory,
    ):
        answer, _ = running.communicate()
    if running.returncode:
        raise SystemExit(running.returncode)
    run: dict[str, object] = json.loads(answer.splitlines()[-1])
    with seeing_as_system():
        score = score_run(truth)
        rules = sorted(score.right_pairs | score.wrong_pairs)
    began = time.monotonic()
    booked = book_found(at=timezone.now(), most=BOOKED)
    booking = time.monotonic() - began
    return {
        "lines": counted,
        "payments": payments,
        "taking_up": taking_up,
        "bare": bare,
        "bare_kept": bare_kept,
        "bare_pairs": bare_pairs,
        **run,
        "memory_mib": memory.mib,
        "booked_a_second": booked / booking,
        "precision": score.precision,
        "recall": score.recall,
        "rules": {rule: [score.right_pairs[rule], score.wrong_pairs[rule]] for rule in rules},
        "missed": dict(score.missed_pairs),
        "discrepancies": dict(score.right_discrepancies),
        "wrong_discrepancies": dict(score.wrong_discrepancies),
        "missed_discrepancies": dict(score.missed_discrepancies),
    }


def bare_joins() -> tuple[float, float, int]:
    """Seconds of the joins, each into a temporary table; seconds with what they found kept in one; how many pairs."""
    from django.db import connection

    began = time.monotonic()
    with connection.cursor() as cursor:
        # Hash joins they are, whatever the planner thinks of tables whose policies it cannot estimate.
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true)")
        for place, statement in enumerate(BARE):
            amount = "-p.amount_minor" if "billing_refund" in statement else "p.captured_minor"
            cursor.execute(
                f"CREATE TEMPORARY TABLE bare_{place} (line_id, payment_id, amount_minor, rule) ON COMMIT DROP AS "
                + statement.replace("l.id, p.id", f"l.id, p.id, l.amount_minor, '{RULES[place]}'::text")
                + SAME_MONEY.format(amount=amount)
            )
        joined = time.monotonic() - began
        cursor.execute(BARE_KEPT.format(found=" UNION ALL ".join(f"TABLE bare_{place}" for place in range(len(BARE)))))
        kept = time.monotonic() - began
        cursor.execute("SELECT count(*) FROM (SELECT DISTINCT line_id FROM bare_kept) AS line")
        (pairs,) = cursor.fetchone()
        cursor.execute("DROP TABLE bare_kept")
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true), set_config('enable_mergejoin', 'on', true)")
    return joined, kept, pairs


def vacuum() -> None:
    """What autovacuum would have done by the time that statements come in."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        for table in ("statementline", "expectedmoney", "payment", "invoice", "refund", "matchpart", "customer"):
            cursor.execute(f"VACUUM ANALYZE billing_{table}")


def python_peak() -> float:
    """Of this program alone: what getrusage tells may be the parent's, as it was when it started this one."""
    return _of_process("self", "VmHWM") / 1024


def server_peak() -> float:
    """Of the database's process that did the work: its own memory, without the cache that all share."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return (_of_process(pid, "VmHWM") - _of_process(pid, "RssShmem")) / 1024


def _of_process(pid: int | str, field: str) -> int:
    """In KiB."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields[field].split()[0])


if __name__ == "__main__":
    main(sys.argv[1:])
