"""Small parts of a provider's events."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from billing.judging.world import Method


@dataclass(frozen=True, slots=True)
class Event:
    kind: str
    second: int
    thing: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """``newer``: bills and payments are tied by an object of their own, and name each other no more."""

    newer: bool
    default_on_customer: bool


def second(moment: datetime) -> int:
    return int(moment.timestamp())


def day_second(day: date) -> int:
    return second(datetime.combine(day, time(0, 0), UTC))


def method_details(method: Method) -> dict[str, Any]:
    if not method.card:
        details = {"last4": method.last4, "bank_name": "First Bank", "fingerprint": method.fingerprint}
        return {"type": "us_bank_account", "us_bank_account": details}
    year, month = method.exp or (None, None)
    card = {"brand": method.brand, "last4": method.last4, "exp_year": year, "exp_month": month}
    return {"type": "card", "card": card | {"fingerprint": method.fingerprint, "funding": "credit"}}
