"""The words findings are made of: amounts, dates, lists. The same facts give the same letters."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from billing.diagnosis.records import AgreementFact, MethodFact
from billing.money import Money
from billing.states import MethodKind

NO_BREAK = "\u00a0"  # prices and dates are never wrapped

_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "Eftpos",
    "interac": "Interac",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


def money(minor: int, currency: str) -> str:
    return Money(minor, currency).format()


def change(minor: int, currency: str) -> str:
    return Money(minor, currency).format(sign=True)


def day(on: date, *, at: date) -> str:
    """``Fri 4 December``, with the year where it is not this one. ``at`` is today, or now."""
    text = f"{on:%a}{NO_BREAK}{on.day}{NO_BREAK}{on:%B}"
    return text if on.year == at.year else f"{text}{NO_BREAK}{on.year}"


def date_of(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def day_of(moment: datetime, *, at: datetime, zone: str) -> str:
    return day(date_of(moment, zone), at=at)


def clock(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def span(seconds: float) -> str:
    """``41 s``, ``3 min``, ``5 h``, ``2 days``: how far apart two moments are."""
    whole = abs(round(seconds))
    for size, unit in ((86_400, "day"), (3_600, "h"), (60, "min")):
        if whole >= size:
            count = whole // size
            return f"{count}{NO_BREAK}{unit}{'s' if unit == 'day' and count != 1 else ''}"
    return f"{whole}{NO_BREAK}s"


def count(number: int, noun: str, plural: str = "") -> str:
    return f"{number}{NO_BREAK}{noun if number == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str]) -> str:
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def brand(name: str) -> str:
    return _BRANDS.get(name.lower(), name.replace("_", " ").title() if name.islower() else name)


def method(fact: MethodFact | None) -> str:
    """``Visa •••• 4242``, ``bank account •••• 6789``, ``card``."""
    if fact is None:
        return "the payment method"
    default = {MethodKind.CARD: "card", MethodKind.BANK_ACCOUNT: "bank account"}.get(fact.kind, "payment method")
    name = brand(fact.brand) if fact.brand and fact.kind is MethodKind.CARD else default
    return f"{name}{NO_BREAK}••••{NO_BREAK}{fact.last4}" if fact.last4 else name


def yours(fact: MethodFact | None) -> str:
    """How a customer calls it: ``your card ending in 4242``."""
    default = "account" if fact is not None and fact.kind is MethodKind.BANK_ACCOUNT else "card"
    if fact is None or fact.kind is MethodKind.OTHER:
        return "your way of paying"
    return f"your {default} ending in {fact.last4}" if fact.last4 else f"your {default}"


def contract(fact: AgreementFact) -> str:
    """How a customer calls it: ``policy 44-1907``."""
    return f"{'subscription' if fact.kind == 'subscription' else 'policy'} {fact.reference}"
