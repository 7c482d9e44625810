"""Amounts as banks print them: either mark for decimals, the sign before, behind, in brackets or in letters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from billing.currencies import EXPONENTS, SYMBOLS

LARGEST: Final = 10**13


class Way(Enum):
    OUT = auto()
    IN = auto()
    UNSAID = auto()


@dataclass(frozen=True, slots=True)
class Amount:
    minor: int
    currency: str
    way: Way
    start: int
    end: int


_NUMBER: Final = r"\d{1,3}(?:[ .,'\u00a0\u202f]\d{3})+(?:[.,]\d{1,3})?|\d+(?:[.,]\d{1,3})?"
_CODES: Final = "|".join(EXPONENTS)
_TOKEN: Final = re.compile(
    rf"(?<![\w.,*/-])(?P<open>\()?(?P<sign>[-+\u2212])?\s?(?P<code>(?:{_CODES})(?=[\s\d])|[$\u20ac\u00a3\u00a5\u20b9\u20a9])?\s?"
    rf"(?P<sign2>[-+\u2212])?(?P<number>{_NUMBER})(?P<close>\))?\s{{0,3}}(?P<code2>(?:{_CODES})\b|[$\u20ac\u00a3\u00a5\u20b9\u20a9])?\s?"
    r"(?P<after>[-+\u2212](?!\w)|CR\b|DR\b|H\b|S\b)?(?![\w.,*/]*\d)"
)
_BY_SYMBOL: Final = {symbol: code for code, symbol in SYMBOLS.items()}
_OUT: Final = frozenset({"-", "\u2212", "DR", "S"})
_IN: Final = frozenset({"+", "CR", "H"})


def find_amount(text: str, *, currency: str) -> Amount | None:
    """The first amount in the line; what follows it is mostly the balance. Whole numbers count only with a mark or a
    currency beside them, or as the last word: others are store numbers and references."""
    return next(find_amounts(text, currency=currency), None)


def find_amounts(text: str, *, currency: str) -> Iterator[Amount]:
    return (amount for match in _TOKEN.finditer(text) if (amount := _read(match, text, currency)) is not None)


def _read(match: "re.Match[str]", text: str, currency: str) -> Amount | None:
    code = _currency(match["code"]) or _currency(match["code2"])
    number, digits = match["number"], EXPONENTS[code or currency]
    whole, fraction = _split(number, digits)
    bare = not re.search(r"[.,' \u00a0\u202f]", number)
    last = not text[match.end() :].strip()
    if bare and not code and not match["open"] and not (last and digits == 0) and not _signs(match):
        return None
    if len(fraction) > digits:
        return None
    minor = int(whole + fraction.ljust(digits, "0"))
    if not 0 < minor < LARGEST:
        return None
    return Amount(minor, code or currency, _way(match), *match.span())


def _split(number: str, digits: int) -> tuple[str, str]:
    """The last mark is the decimals' where as many digits follow as the currency has, or one fewer."""
    cut = max(number.rfind("."), number.rfind(","))
    behind = len(number) - cut - 1
    decimal = cut >= 0 and digits > 0 and behind <= digits and (behind != 3 or number.count(number[cut]) == 1)
    whole = number[:cut] if decimal else number
    return re.sub(r"\D", "", whole) or "0", number[cut + 1 :] if decimal else ""


def _currency(code: str | None) -> str:
    if not code:
        return ""
    return _BY_SYMBOL.get(code, code if code in EXPONENTS else "")


def _signs(match: "re.Match[str]") -> list[str]:
    return [sign for sign in (match["sign"], match["sign2"], match["after"]) if sign]


def _way(match: "re.Match[str]") -> Way:
    signs = _signs(match)
    if match["open"] and match["close"]:
        return Way.OUT
    if any(sign in _OUT for sign in signs):
        return Way.OUT
    return Way.IN if any(sign in _IN for sign in signs) else Way.UNSAID
