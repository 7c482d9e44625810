"""Amounts and dates as banks write them, read exactly: text in, whole minor units out."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from billing.currencies import EXPONENTS
from billing.money import LARGEST_MINOR
from billing.statements.records import LineRejected

# Gone, but old statements are in them; whoever keeps the books in one of them is told so on import.
_ENDED: Final[Mapping[str, int]] = dict.fromkeys(
    "ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK".split(), 2
)
DIGITS: Final[Mapping[str, int]] = {**EXPONENTS, **_ENDED}
_LONG: Final = len(str(LARGEST_MINOR))  # an amount that may be too large
_PLAIN = re.compile(r"([+-]?)([0-9]{0,18})(?:[.,]([0-9]{0,17}))?")


def digits_of(currency: str) -> int:
    try:
        return DIGITS[currency]
    except KeyError:
        raise LineRejected(f"“{currency[:10]}” is not a currency we know.") from None


def plain_minor(text: str, currency: str) -> int:
    """``1234.5``, ``1234,5`` or ``-3``: digits with at most one decimal mark and no thousands mark."""
    digits = digits_of(currency)
    whole, _, fraction = text.partition(".")
    unsigned = whole.removeprefix("-") + fraction
    if len(fraction) == digits and len(text) < _LONG and unsigned.isdigit() and text.isascii():  # as nearly all are
        return int(whole + fraction)
    found = _PLAIN.fullmatch(text.strip())
    sign, whole, fraction = found.groups("") if found is not None else ("", "", "")
    if not (whole or fraction):
        raise LineRejected(f"“{text.strip()[:30]}” is not an amount.")
    return signed_minor(sign == "-", whole, fraction, digits, currency)


def signed_minor(negative: bool, whole: str, fraction: str, digits: int, currency: str) -> int:
    if len(fraction) > digits:
        if fraction[digits:].strip("0"):
            raise LineRejected(f"“{whole}.{fraction[:20]}” has more decimals than {currency} has.")
        fraction = fraction[:digits]
    minor = int((whole or "0") + fraction.ljust(digits, "0"))
    if minor > LARGEST_MINOR:
        raise LineRejected("The amount is too large.")
    return -minor if negative else minor


def implied_minor(text: str, currency: str) -> int:
    """Digits whose last places are decimals, as BAI2 and NACHA write them: ``000012345`` is 123.45."""
    if text.isdigit() and text.isascii() and len(text) < _LONG and currency in DIGITS:  # as nearly all are
        return int(text)
    bare = text.strip()
    sign, bare = (bare[0], bare[1:]) if bare[:1] in {"+", "-"} else ("", bare)
    if not bare.isascii() or not bare.isdigit() or len(bare) > 40:
        raise LineRejected(f"“{text.strip()[:30]}” is not an amount.")
    digits_of(currency)
    minor = int(bare)
    if minor > LARGEST_MINOR:
        raise LineRejected("The amount is too large.")
    return -minor if sign == "-" else minor


@lru_cache(maxsize=4096)  # a statement has many lines of one day
def iso_date(text: str) -> date:
    """``2026-11-22``, alone or in front of a time."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise LineRejected(f"“{text.strip()[:30]}” is not a date.") from None


@lru_cache(maxsize=4096)
def compact_date(text: str) -> date:
    """``20261122`` or ``261122``; of two figures every year belongs to 1970 to 2069."""
    bare = text.strip()
    try:
        if len(bare) == 6 and bare.isascii() and bare.isdigit():
            year = int(bare[:2])
            return date(year + (2000 if year < 70 else 1900), int(bare[2:4]), int(bare[4:6]))
        if len(bare) == 8 and bare.isascii() and bare.isdigit():
            return date(int(bare[:4]), int(bare[4:6]), int(bare[6:8]))
    except ValueError:
        pass
    raise LineRejected(f"“{bare[:30]}” is not a date.")
