"""How fast a statement is imported, beside the least that could be done: the bare parser and COPY.

The bare way knows no account, no fingerprint, no redaction, no second upload and no half-read file: it parses the
fields that are kept and copies them into a table with the same columns, checks and indexes, and with ordinary foreign
keys where ours has a trigger that looks at all lines at once. Both run on one database, one after the other, and the
better of three runs counts: other work on the machine only ever adds.

    python -m config.with_database python -m tests.benchmarks.statements [MT940 "OFX 1" …]  # on the desk's own database
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from tests.benchmarks import bare_statements as bare
from tests.benchmarks import statement_files as files
from tests.benchmarks.desk import ROOT, desk_with
from tests.benchmarks.results import Figure, at_most, seen
from tests.benchmarks.statement_files import LINES

RUNS = 3
KEPT = "booked_on, value_on, amount_minor, currency, bank_reference, end_to_end_id, remittance, counterparty"


class Form(NamedTuple):
    account: str
    currency: str
    write: Callable[[Path, str], None]
    bare: Callable[[Path], Iterator[bare.Row]]


CSV_ACCOUNT = "BENCH-CSV"
FORMS = {
    "camt": Form(files.CAMT, "EUR", files.write_camt, bare.bare_camt),
    "CSV": Form(CSV_ACCOUNT, "EUR", files.write_csv, bare.bare_csv),
    "MT940": Form(files.MT940, "EUR", files.write_mt940, bare.bare_mt940),
    "OFX 1": Form(files.OFX1, "USD", files.write_ofx1, bare.bare_ofx1),
    "OFX 2": Form(files.OFX2, "USD", files.write_ofx2, bare.bare_ofx2),
    "BAI2": Form(files.BAI2, "USD", files.write_bai2, bare.bare_bai2),
    "NACHA": Form(files.NACHA, "USD", files.write_nacha, bare.bare_nacha),
}


def statements(tickets: int) -> list[Figure]:
    desk = desk_with(min(tickets, 100_000))
    output = subprocess.run(  # our own command
        [sys.executable, "-m", "tests.benchmarks.statements"],
        cwd=ROOT,
        env=desk.environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    figures = []
    for form, (ours, least) in json.loads(output.splitlines()[-1]).items():
        figures += [
            at_most(f"{form} import against bare parser and COPY", ours / least, "times the time", 2.0),
            seen(f"{form} lines imported", LINES / ours, "lines a second"),
            seen(f"{form} lines by the bare way", LINES / least, "lines a second"),
        ]
    return figures


def copied(owner: psycopg.Connection[Any], rows: Iterator[bare.Row]) -> None:
    into = f"COPY bench_lines (line_number, {KEPT}, fingerprint) FROM STDIN"
    with owner.transaction(), owner.cursor().copy(into) as copy:
        for place, row in enumerate(rows):
            # As scattered as a hash: keys in their order would fill the unique index faster than any real ones.
            copy.write_row((*row, f"{place * 0x9E3779B97F4A7C15 % 2**64:032x}"))


def make_bare_table(owner: psycopg.Connection[Any]) -> None:
    """A twin with the same columns, checks and indexes, foreign keys, and no policies, which COPY does not pass."""
    from billing.access.scopes import seeing_as_system
    from billing.models import BankAccount, Statement, StatementFile

    with seeing_as_system():
        account, _ = BankAccount.objects.get_or_create(number="BENCH", currency="EUR", defaults={"name": "Bench"})
        file, _ = StatementFile.objects.get_or_create(sha256="bench", defaults={"filename": "bench", "size_bytes": 1})
        statement = Statement.objects.create(file=file, account=account, currency="EUR")
    owner.execute("DROP TABLE IF EXISTS bench_lines")
    owner.execute("CREATE TABLE bench_lines (LIKE billing_statementline INCLUDING ALL)")
    owner.execute(
        "ALTER TABLE bench_lines"
        " ADD FOREIGN KEY (statement_id) REFERENCES billing_statement DEFERRABLE INITIALLY DEFERRED,"
        " ADD FOREIGN KEY (account_id) REFERENCES billing_bankaccount DEFERRABLE INITIALLY DEFERRED,"
        f" ALTER statement_id SET DEFAULT {statement.pk}, ALTER account_id SET DEFAULT {account.pk},"
        " ALTER kind SET DEFAULT 'other', ALTER pending SET DEFAULT false, ALTER matching SET DEFAULT 'open',"
        " ALTER structured_reference SET DEFAULT '', ALTER counterparty_last4 SET DEFAULT '',"
        " ALTER return_code SET DEFAULT '', ALTER returned_reference SET DEFAULT '',"
        " ALTER original_currency SET DEFAULT '', ALTER fee_minor SET DEFAULT 0, ALTER entry_reference SET DEFAULT ''"
    )


def seconds(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def measure(name: str, directory: Path, owner: psycopg.Connection[Any]) -> tuple[float, float]:
    from django.utils import timezone

    from billing.actions import statements as deeds
    from billing.models import StatementFile

    form = FORMS[name]
    ours, least = [], []
    for run in range(RUNS):
        path = directory / f"{name}-{run}"
        form.write(path, salt_of(name, run))
        owner.execute("TRUNCATE bench_lines")
        least.append(seconds(lambda path=path: copied(owner, form.bare(path))))  # type: ignore[misc]  # bound in its own turn
        file = deeds.receive_statement_file([path.read_bytes()], filename=path.name, account=None, by=None).file
        ours.append(
            seconds(lambda file=file: deeds.import_statement_file(file.pk, at=timezone.now()))  # type: ignore[misc]  # the same
        )
        found = StatementFile.objects.get(pk=file.pk)
        told = list(found.remarks.values_list("reason", flat=True))
        assert (found.status, found.lines_imported, told) == ("imported", LINES, []), (found.status_reason, told)
        assert both_brought_the_same(owner, file.pk)
    return min(ours), min(least)


def both_brought_the_same(owner: psycopg.Connection[Any], file_id: int) -> bool:
    """Or the two were not beside each other."""
    lines = "SELECT count(*) FROM bench_lines"
    other = (
        f"SELECT count(*) FROM (SELECT {KEPT} FROM bench_lines EXCEPT ALL SELECT {KEPT} FROM billing_statementline"
        " WHERE statement_id IN (SELECT id FROM billing_statement WHERE file_id = %s)) AS other"
    )
    return (owner.execute(lines).fetchone(), owner.execute(other, [file_id]).fetchone()) == ((LINES,), (0,))


def salt_of(name: str, run: int) -> str:
    """By the second: a database that is kept knows no line of it yet. With the zero it is no card's number."""
    return f"{chr(ord('A') + list(FORMS).index(name))}{chr(ord('A') + run)}0{int(time.time()) % 100_000:05}"


def make_accounts() -> None:
    """Those that the files name. The CSV names none: its columns are told once, and whose they are."""
    from billing.access.scopes import seeing_as_system
    from billing.actions.statements import account_called
    from billing.models import CsvMapping
    from billing.statements.mapping import CsvRules, header_sha256

    header = ["Booking date", "Value date", "Payee", "Description", "Reference", "Amount", "Currency"]
    roles = ["booked_on", "value_on", "counterparty", "remittance", "reference", "amount", "currency"]
    rules = CsvRules(
        delimiter=";",
        decimal=",",
        date_order="dmy",
        columns={role: (place,) for place, role in enumerate(roles)},
    )
    with seeing_as_system():
        accounts = {
            form.account: account_called(form.account, currency=form.currency, name="Bench") for form in FORMS.values()
        }
    CsvMapping.objects.update_or_create(
        header_sha256=header_sha256(header),
        defaults={"name": "Bench", "rules": rules.as_json(), "account": accounts[CSV_ACCOUNT]},
    )


def main(forms: list[str]) -> None:
    import tempfile

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    with tempfile.TemporaryDirectory() as directory:
        settings.STATEMENT_STORAGE = Path(directory) / "kept"
        make_accounts()
        known = connection.get_connection_params()
        place = {key: known[key] for key in ("dbname", "user", "password", "host", "port") if known.get(key)}
        with psycopg.connect(**place, options="-c redress.scope=system", autocommit=True) as owner:
            make_bare_table(owner)
            print(json.dumps({form: measure(form, Path(directory), owner) for form in forms or FORMS}))
            owner.execute("DROP TABLE bench_lines")


if __name__ == "__main__":
    main(sys.argv[1:])
