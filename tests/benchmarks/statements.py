"""How fast a statement is imported, beside the least that could be done: the bare parser and COPY.

The bare way knows no account, no fingerprint, no redaction, no second upload and no half-read file: it parses the
fields that are kept and copies them into a table with the same columns, checks and indexes, and with ordinary foreign
keys where ours has a trigger that looks at all lines at once. Both run on one database, one after the other, and the
better of three runs counts: other work on the machine only ever adds.
"""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from tests.benchmarks.desk import ROOT, desk_with
from tests.benchmarks.results import Figure, at_most, seen

LINES = int(os.environ.get("BENCH_STATEMENT_LINES", "100000"))
RUNS = 3
FIRST = date(2026, 1, 1)
COLUMNS = (
    "line_number, booked_on, value_on, amount_minor, currency, bank_reference, end_to_end_id, remittance, counterparty"
)


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
    for form, (ours, bare) in json.loads(output.splitlines()[-1]).items():
        figures += [
            at_most(f"{form} import against bare parser and COPY", ours / bare, "times the time", 2.0),
            seen(f"{form} lines imported", LINES / ours, "lines a second"),
            seen(f"{form} lines by the bare way", LINES / bare, "lines a second"),
        ]
    return figures


def write_camt(path: Path, salt: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
            f"<BkToCstmrStmt><GrpHdr><MsgId>{salt}</MsgId><CreDtTm>2026-11-21T06:00:00</CreDtTm></GrpHdr><Stmt>"
            f"<Id>{salt}</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        )
        for number in range(LINES):
            day = FIRST + timedelta(days=number // 400)
            file.write(
                f'<Ntry><Amt Ccy="EUR">{number % 997}.{number % 100:02}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
                f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{salt}{number:08}"
                "</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
                f"</BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>POLICY-{number:07}</EndToEndId></Refs><RltdPties><Dbtr><Pty>"
                f"<Nm>Customer {number % 5000}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id>"
                f"</DbtrAcct></RltdPties><RmtInf><Ustrd>Premium {number % 12 + 1}/2026 policy {number:07}</Ustrd>"
                "</RmtInf></TxDtls></NtryDtls></Ntry>\n"
            )
        file.write("</Stmt></BkToCstmrStmt></Document>\n")


def write_csv(path: Path, salt: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Booking date;Value date;Payee;Description;Reference;Amount;Currency\n")
        for number in range(LINES):
            day = FIRST + timedelta(days=number // 400)
            file.write(
                f"{day:%d.%m.%Y};{day:%d.%m.%Y};Customer {number % 5000};Premium policy {number:07};{salt}{number:08};"
                f"{number % 997},{number % 100:02};EUR\n"
            )


Row = tuple[Any, ...]


def bare_camt(path: Path) -> Iterator[Row]:
    """What a short script does: the fields by their paths, entry by entry."""
    from lxml import etree

    space = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"

    def at(path: str) -> str:
        return "/".join(space + name for name in path.split("/"))

    paths = [
        at(path)
        for path in (
            "BookgDt/Dt",
            "ValDt/Dt",
            "AcctSvcrRef",
            "NtryDtls/TxDtls/Refs/EndToEndId",
            "NtryDtls/TxDtls/RmtInf/Ustrd",
            "NtryDtls/TxDtls/RltdPties/Dbtr/Pty/Nm",
        )
    ]
    for _, entry in etree.iterparse(str(path), tag=space + "Ntry"):
        amount, sign = entry.find(space + "Amt"), entry.findtext(space + "CdtDbtInd")
        minor = int(Decimal(amount.text) * 100)
        booked, valued, reference, end_to_end, text, name = (entry.findtext(each) or "" for each in paths)
        yield (
            entry.sourceline,
            date.fromisoformat(booked),
            date.fromisoformat(valued),
            minor if sign == "CRDT" else -minor,
            amount.get("Ccy"),
            reference,
            end_to_end,
            text,
            name,
        )
        entry.clear()
        while entry.getprevious() is not None:
            del entry.getparent()[0]


def bare_csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        for number, (booked, valued, name, text, reference, amount, currency) in enumerate(reader, start=2):
            yield (
                number,
                date(int(booked[6:]), int(booked[3:5]), int(booked[:2])),
                date(int(valued[6:]), int(valued[3:5]), int(valued[:2])),
                int(Decimal(amount.replace(".", "").replace(",", ".")) * 100),
                currency,
                reference,
                "",
                text,
                name,
            )


def copied(owner: psycopg.Connection[Any], rows: Iterator[Row]) -> None:
    with owner.transaction(), owner.cursor().copy(f"COPY bench_lines ({COLUMNS}, fingerprint) FROM STDIN") as copy:
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


def measure(form: str, directory: Path, owner: psycopg.Connection[Any]) -> tuple[float, float]:
    from django.utils import timezone

    from billing.actions import statements as deeds
    from billing.models import StatementFile

    write, bare = (write_camt, bare_camt) if form == "camt" else (write_csv, bare_csv)
    ours, least = [], []
    for run in range(RUNS):
        path = directory / f"{form}-{run}"
        write(path, f"{os.getpid()}{form[0]}{run}")
        owner.execute("TRUNCATE bench_lines")
        least.append(seconds(lambda path=path: copied(owner, bare(path))))  # type: ignore[misc]  # bound in its own turn
        file = deeds.receive_statement_file([path.read_bytes()], filename=path.name, account=None, by=None).file
        ours.append(
            seconds(lambda file=file: deeds.import_statement_file(file.pk, at=timezone.now()))  # type: ignore[misc]  # the same
        )
        found = StatementFile.objects.get(pk=file.pk)
        assert (found.status, found.lines_imported) == ("imported", LINES), (found.status, found.status_reason)
    return min(ours), min(least)


def main() -> None:
    import tempfile

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    from billing.access.scopes import seeing_as_system
    from billing.actions.statements import account_called
    from billing.models import CsvMapping
    from billing.statements.mapping import CsvRules, header_sha256

    header = ["Booking date", "Value date", "Payee", "Description", "Reference", "Amount", "Currency"]
    places = {
        "booked_on": 0,
        "value_on": 1,
        "counterparty": 2,
        "remittance": 3,
        "reference": 4,
        "amount": 5,
        "currency": 6,
    }
    rules = CsvRules(
        delimiter=";", decimal=",", date_order="dmy", columns={role: (place,) for role, place in places.items()}
    )
    with tempfile.TemporaryDirectory() as name:
        settings.STATEMENT_STORAGE = Path(name) / "kept"
        with seeing_as_system():
            account = account_called("BENCH-CSV", currency="EUR", name="Bench")
            account_called("DE89370400440532013000", currency="EUR", name="Bench")
        CsvMapping.objects.update_or_create(
            header_sha256=header_sha256(header),
            defaults={"name": "Bench", "rules": rules.as_json(), "account": account},
        )
        known = connection.get_connection_params()
        place = {key: known[key] for key in ("dbname", "user", "password", "host", "port") if known.get(key)}
        with psycopg.connect(**place, options="-c redress.scope=system", autocommit=True) as owner:
            make_bare_table(owner)
            print(json.dumps({form: measure(form, Path(name), owner) for form in ("camt", "CSV")}))
            owner.execute("DROP TABLE bench_lines")


if __name__ == "__main__":
    main()
