"""A small company's records, as files of it."""

from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

CUSTOMERS = [{"external_id": "c1", "name": "Lena Ortiz", "email": "lena@example.org"}, {"external_id": "c2"}]
METHODS = [{"external_id": "m1", "customer": "c1", "kind": "card", "brand": "visa", "last4": "4242"}]
INVOICES = [
    {
        "external_id": "i1",
        "customer": "c1",
        "number": "N-1",
        "status": "paid",
        "currency": "USD",
        "total": "125.00",
        "issued_on": "2026-09-01",
        "line_description": "Premium",
        "line_amount": "125.00",
    },
]
PAYMENTS = [
    {
        "external_id": f"p{number}",
        "customer": "c1",
        "invoice": "i1" if number == 1 else "",
        "method": "m1",
        "status": "succeeded",
        "currency": "USD",
        "amount": "125.00",
        "created_at": "2026-09-12T09:14:02Z",
        "attempt_at": "2026-09-12T09:14:02Z",
        "attempt_outcome": "succeeded",
    }
    for number in (1, 2, 3, 4)
]
REFUNDS = [
    {
        "external_id": "r1",
        "payment": "p1",
        "status": "pending",
        "currency": "USD",
        "amount": "25.00",
        "requested_at": "2026-09-14T10:00:00Z",
    }
]
ALL: Mapping[str, Sequence[Mapping[str, str]]] = {
    "customers": CUSTOMERS,
    "methods": METHODS,
    "invoices": INVOICES,
    "payments": PAYMENTS,
    "refunds": REFUNDS,
}


def write_csv(folder: Path, kind: str, rows: Sequence[Mapping[str, str]]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names), *(",".join(f'"{row.get(name, "")}"' for name in names) for row in rows)]
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(kind: str, path: Path, **options: Any) -> tuple[str, str]:
    """What the command prints, and what it names on standard error, refused rows included."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_billing", kind, str(path), stdout=out, stderr=err, **options)
    except CommandError as refused:
        err.write(str(refused))
    return out.getvalue().strip(), err.getvalue().strip()


def load_all(folder: Path, **changed: Sequence[Mapping[str, str]]) -> None:
    for kind, rows in {**ALL, **changed}.items():
        run(kind, write_csv(folder, kind, rows))
