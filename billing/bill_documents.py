"""A bill as words and amounts, to be frozen as it was first seen. Pure but for the rows it is handed."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from billing.models import Invoice, InvoiceLine
from billing.states import LineKind

VERSION = 1
ABOUT_PEOPLE = frozenset({"version", "issuer", "customer"})


def bill_document(invoice: Invoice, lines: Iterable[InvoiceLine], *, issuer: Iterable[str]) -> dict[str, Any]:
    """Everything that is printed on the bill. What happened to it afterwards (paid, credited) is not on it."""
    customer, agreement = invoice.customer, invoice.agreement
    printed = list(lines)
    return {
        "version": VERSION,
        "number": invoice.number,
        "issued_on": _day(invoice.issued_on),
        "due_on": _day(invoice.due_on),
        "period_start": _day(invoice.period_start),
        "period_end": _day(invoice.period_end),
        "currency": invoice.currency,
        "corrects": invoice.corrects.number if invoice.corrects else "",
        "issuer": [line for line in issuer if line],
        "customer": {
            "reference": customer.reference,
            "name": customer.name,
            "email": customer.email,
            "address": customer.address_lines,
            "country": customer.country,
        },
        "agreement": (agreement.title or agreement.reference) if agreement else "",
        "lines": [
            {
                "kind": line.kind,
                "description": line.description,
                "amount_minor": line.amount_minor,
                "since_on": _day(line.since_on),
            }
            for line in printed
        ],
        "tax_minor": sum(line.amount_minor for line in printed if line.kind == LineKind.TAX),
        "total_minor": invoice.total_minor,
        "carried_minor": invoice.carried_minor,
    }


def hash_of(document: Mapping[str, Any]) -> str:
    """The same for the same words, whatever the order in which the database gives them back."""
    return sha256(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def same_bill(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """A customer who moves, or an issuer with a new address, changes no bill that was written before."""
    return all(one.get(name) == other.get(name) for name in one.keys() | other.keys() if name not in ABOUT_PEOPLE)


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
