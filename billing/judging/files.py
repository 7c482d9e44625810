"""Histories written as the files that `import_billing` reads."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from random import Random
from typing import Any, Final

from billing.judging.world import Agreement, Bill, Method, Payment, Promise, Refund, World

DIGITS: Final = {"JPY": 0, "KWD": 3}
Row = Mapping[str, Any]
PARTS: Final = {"invoices": ("lines", "line_"), "payments": ("attempts", "attempt_")}


def as_files(worlds: Sequence[World], random: Random) -> dict[str, tuple[str, str]]:
    """Kind to the file's ending and its text; CSV or JSON Lines, in no particular order of rows."""
    files = {}
    for kind, rows_of in ROWS.items():
        rows = [row for world in worlds for row in rows_of(world)]
        random.shuffle(rows)
        if rows:
            files[kind] = ("csv", _csv(kind, rows)) if random.random() < 0.5 else ("jsonl", _json(rows))
    return files


def _customers(world: World) -> list[Row]:
    return [{"external_id": f"cus_{world.id}", "name": f"Customer {world.id}", "country": "US"}]


def _methods(world: World) -> list[Row]:
    return [_method(world, method) for method in world.methods]


def _method(world: World, method: Method) -> Row:
    year, month = method.exp or ("", "")
    return {
        "external_id": method.id,
        "customer": f"cus_{world.id}",
        "kind": "card" if method.card else "bank_account",
        "status": method.status,
        "brand": method.brand,
        "last4": method.last4,
        "exp_year": year,
        "exp_month": month,
        "fingerprint": method.fingerprint,
    }


def _agreements(world: World) -> list[Row]:
    return [_agreement(world, agreement) for agreement in world.agreements]


def _agreement(world: World, agreement: Agreement) -> Row:
    return {
        "external_id": agreement.id,
        "customer": f"cus_{world.id}",
        "kind": "policy" if agreement.policy else "subscription",
        "title": agreement.title,
        "status": agreement.status,
        "amount": _amount(agreement.amount, world.currency),
        "currency": world.currency,
        "interval_months": agreement.months,
        "autopay": agreement.autopay,
        "method": agreement.method.id if agreement.method else "",
        "started_on": _day(agreement.started),
        "next_bill_on": _day(agreement.next_bill),
        "grace_until": _day(agreement.grace_until),
        "ended_on": _day(agreement.ended),
    }


def _invoices(world: World) -> list[Row]:
    return [_invoice(world, bill) for bill in world.bills]


def _invoice(world: World, bill: Bill) -> Row:
    # The bill of a debit that was booked as good on the day it was sent.
    early = next((payment for payment in world.payments_for(bill) if payment.told_as == "succeeded"), None)
    return {
        "external_id": bill.id,
        "customer": f"cus_{world.id}",
        "agreement": bill.agreement.id,
        "number": bill.number,
        "status": "paid" if early else bill.status,
        "currency": world.currency,
        "total": _amount(bill.total, world.currency),
        "issued_on": _day(bill.issued),
        "due_on": _day(bill.due),
        "period_start": _day(bill.start),
        "period_end": _day(bill.end),
        "paid_at": _moment(bill.paid_at or (early.at if early else None)),
        "next_retry_at": _moment(bill.next_retry),
        "lines": [
            {
                "kind": line.kind,
                "description": line.text,
                "amount": _amount(line.amount, world.currency),
                "since_on": _day(line.since),
            }
            for line in bill.lines
        ],
    }


def _payments(world: World) -> list[Row]:
    return [_payment(world, as_sent(payment)) for payment in world.payments]


def as_sent(payment: Payment) -> Payment:
    """What the company knew before its bank answered."""
    if not payment.told_as:
        return payment
    if payment.told_as == "processing":
        return replace(payment, status="processing", failed_at=None, attempts=[])
    first = replace(payment.attempts[0], outcome="succeeded", decline="", number="", advice="")
    return replace(
        payment,
        status="succeeded",
        captured=payment.amount,
        captured_at=payment.captured_at or payment.at,
        failed_at=None,
        attempts=[first],
    )


def _payment(world: World, payment: Payment) -> Row:
    currency = payment.currency or world.currency
    return {
        "external_id": payment.id,
        "customer": f"cus_{world.id}",
        "invoice": payment.bill.id if payment.bill else "",
        "intended_invoice": payment.intended.id if payment.intended else "",
        "method": payment.method.id,
        "status": payment.status,
        "currency": currency,
        "amount": _amount(payment.amount, currency),
        "captured": _amount(payment.captured, currency) if payment.status == "succeeded" else "",
        "descriptor": payment.descriptor,
        "created_at": _moment(payment.at),
        "authorised_at": _moment(payment.authorised_at),
        "hold_expires_at": _moment(payment.hold_ends),
        "captured_at": _moment(payment.captured_at),
        "failed_at": _moment(payment.failed_at),
        "attempts": [
            {
                "at": _moment(attempt.at),
                "outcome": attempt.outcome,
                "decline_code": attempt.decline,
                "network_code": attempt.number,
                "advice_code": attempt.advice,
                "network": attempt.network,
            }
            for attempt in payment.attempts
        ],
    }


def _refunds(world: World) -> list[Row]:
    return [_refund(world, refund) for refund in world.refunds]


def _refund(world: World, refund: Refund) -> Row:
    return {
        "external_id": refund.id,
        "payment": refund.payment.id,
        "status": refund.status,
        "currency": refund.payment.currency or world.currency,
        "amount": _amount(refund.amount, refund.payment.currency or world.currency),
        "requested_at": _moment(refund.asked),
        "sent_at": _moment(refund.asked),
        "settled_at": _moment(refund.settled),
        "expected_on": _day(refund.expected),
        "failed_at": _moment(refund.failed),
        "failure_reason": refund.reason,
    }


def _promises(world: World) -> list[Row]:
    return [_promise(world, promise) for promise in world.promises]


def _promise(world: World, promise: Promise) -> Row:
    return {
        "external_id": promise.id,
        "customer": f"cus_{world.id}",
        "agreement": promise.agreement.id if promise.agreement else "",
        "reference": promise.words,
        "kind": promise.kind,
        "amount": _amount(promise.amount, world.currency),
        "currency": world.currency,
        "starts_on": _day(promise.starts),
        "ends_on": _day(promise.ends),
    }


# In the order in which they are loaded.
ROWS: Final[Mapping[str, Callable[[World], list[Row]]]] = {
    "customers": _customers,
    "methods": _methods,
    "agreements": _agreements,
    "invoices": _invoices,
    "payments": _payments,
    "refunds": _refunds,
    "promises": _promises,
}


def _amount(minor: int, currency: str) -> str:
    digits = DIGITS.get(currency, 2)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}" + (f".{rest:0{digits}}" if digits else "")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _json(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def _csv(kind: str, rows: Sequence[Row]) -> str:
    part, prefix = PARTS.get(kind, ("", ""))
    names = [name for name in rows[0] if name != part]
    inner = [f"{prefix}{name}" for row in rows for each in row.get(part, ())[:1] for name in each]
    names += list(dict.fromkeys(inner))
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    for row in rows:
        own = {name: value for name, value in row.items() if name != part}
        for each in row.get(part, ()) or [{}]:
            writer.writerow(own | {f"{prefix}{name}": value for name, value in each.items()})
    return text.getvalue()
