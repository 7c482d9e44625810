"""Money: whole minor units and a currency. No floats anywhere; two currencies never mix."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from billing.currencies import EXPONENTS, SYMBOLS

MINUS: Final = "−"  # U+2212: as wide as a digit, so that columns stay straight
NARROW: Final = "\u00a0"  # keeps code and amount on one line
LARGEST_MINOR: Final = 2**63 - 1  # a bigint column

# ASCII on purpose: \d would admit full-width and Arabic digits.
_AMOUNT = re.compile(r"(?P<whole>0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]{1,19})(?:\.(?P<fraction>[0-9]{1,4}))?")


class MoneyError(ValueError):
    """An amount that cannot be read or computed; the sentence is fit for a user."""


class UnknownCurrency(MoneyError):
    def __init__(self, currency: object) -> None:
        super().__init__(f"{currency!r} is not a currency we know; use three letters such as EUR.")


class MixedCurrencies(MoneyError):
    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other} cannot be mixed.")


@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:  # bool is an int too, and a float has lost cents already
            raise TypeError(f"Minor units are whole numbers, not {type(self.minor).__name__}.")
        if self.currency not in EXPONENTS:
            raise UnknownCurrency(self.currency)
        if abs(self.minor) > LARGEST_MINOR:
            raise MoneyError("This amount is too large.")

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read what a person typed: ``1234.5``, ``1,234.50``, ``-3``, with or without the currency's sign or code.

        A comma is a thousands separator only; ``1,00`` is refused instead of guessed.
        """
        if currency not in EXPONENTS:
            raise UnknownCurrency(currency)
        negative, bare = _strip_marks(text, currency)
        found = _AMOUNT.fullmatch(bare)
        if found is None:
            raise MoneyError(f"Write an amount such as {cls(123456, currency).digits()}, with digits only.")
        whole, fraction = found["whole"].replace(",", ""), found["fraction"] or ""
        digits = EXPONENTS[currency]
        if len(fraction) > digits:
            raise MoneyError(f"{currency} has {_counted(digits)}; {bare} has more.")
        minor = int(whole + fraction.ljust(digits, "0"))
        return cls(-minor if negative else minor, currency)

    def format(self, *, sign: bool = False) -> str:
        """``−$1,234.50``, ``KWD 1.234``; with ``sign`` also ``+$10.00``, for changes."""
        mark = MINUS if self.minor < 0 else "+" if sign and self.minor > 0 else ""
        symbol = SYMBOLS.get(self.currency) or self.currency + NARROW
        return f"{mark}{symbol}{abs(self).digits()}"

    def format_with_code(self) -> str:
        """``−1,234.50 USD``: for letters and exports, where a sign alone could mean another dollar."""
        return f"{MINUS if self.minor < 0 else ''}{abs(self).digits()}{NARROW}{self.currency}"

    def digits(self) -> str:
        digits = EXPONENTS[self.currency]
        whole, fraction = divmod(abs(self.minor), 10**digits)
        return f"{whole:,}.{fraction:0{digits}d}" if digits else f"{whole:,}"

    def __str__(self) -> str:
        return self.format()

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            raise TypeError("Money is multiplied by whole numbers; to share it out, allocate it.")
        return Money(self.minor * times, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Share out by weight without losing or making a cent: the largest remainders get the odd ones, first come
        first served among equals."""
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise MoneyError("Shares are whole numbers of zero or more, and not all zero.")
        size = abs(self.minor)
        shares = [size * weight // total for weight in weights]
        remainders = [size * weight % total for weight in weights]
        by_remainder = sorted(range(len(shares)), key=lambda index: -remainders[index])
        for index in by_remainder[: size - sum(shares)]:
            shares[index] += 1
        return [Money(-share if self.minor < 0 else share, self.currency) for share in shares]

    def _same(self, other: object) -> "Money":
        if not isinstance(other, Money):
            raise TypeError(f"Money meets money only, not {type(other).__name__}.")
        if other.currency != self.currency:
            raise MixedCurrencies(self.currency, other.currency)
        return other


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, in a named currency so that nothing at all still sums to an amount."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result


def _strip_marks(text: str, currency: str) -> tuple[bool, str]:
    """Take off the minus and the currency's own sign or code, in either order and once each."""
    bare = text.strip().replace(NARROW, " ")
    negative = bare.startswith(("-", MINUS))
    bare = bare[1:].lstrip() if negative else bare
    for mark in (currency, SYMBOLS.get(currency, currency)):
        if bare.startswith(mark):
            return negative, bare[len(mark) :].lstrip()
        if bare.endswith(mark):
            return negative, bare[: -len(mark)].rstrip()
    return negative, bare


def _counted(digits: int) -> str:
    return "no decimals" if digits == 0 else f"{digits} decimals"
