"""Text that somebody copied from a bank's page or file, as lines with a day, an amount and a name."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from billing.comparing.amounts import Way, find_amount, find_amounts
from billing.comparing.dates import find_date, month_first

MOST_LINES: Final = 200
MOST_CHARACTERS: Final = 20_000
LONGEST_LINE: Final = 500  # a movement and its balance need no more; what is longer costs by its square
_MONTH_FIRST: Final = frozenset({"USD", "PHP"})
_EDGES: Final = re.compile(r"^[\s;,.|\"'·-]+|[\s;,.|\"'·-]+$")


@dataclass(frozen=True, slots=True)
class PastedLine:
    number: int
    on: date
    amount_minor: int
    currency: str
    way: Way
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    lines: tuple[PastedLine, ...]
    unread: tuple[tuple[int, str], ...]  # number and text of lines without a day or an amount
    cut: bool = False  # there was more than is compared at once


def read_lines(text: str, *, currency: str, today: date) -> Reading:
    """Already redacted by whoever hands it in. A line without a day takes that of the line above it."""
    cut = len(text) > MOST_CHARACTERS
    texts = [_spaced(line) for line in text[:MOST_CHARACTERS].splitlines()]
    numbered = [(number, _shortened(line)) for number, line in enumerate(texts, start=1) if line]
    cut = cut or len(numbered) > MOST_LINES or any(len(line) > LONGEST_LINE for line in texts)
    months_first = month_first((line for _, line in numbered), otherwise=currency in _MONTH_FIRST)
    lines, unread, above = [], [], None
    for number, line in numbered[:MOST_LINES]:
        found = find_date(line, months_first=months_first, today=today)
        rest = line if found is None else f"{line[: found.start]}  {line[found.end :]}"
        if found is not None and (again := find_date(rest, months_first=months_first, today=today)) is not None:
            rest = f"{rest[: again.start]}  {rest[again.end :]}"  # booking day and value day
        amount = find_amount(rest, currency=currency)
        above = found.on if found is not None else above
        if amount is None or above is None:
            unread.append((number, texts[number - 1][:120]))
            continue
        name = _name(f"{rest[: amount.start]}  {rest[amount.end :]}", currency)
        lines.append(PastedLine(number, above, amount.minor, amount.currency, amount.way, name))
    return Reading(tuple(lines), tuple(unread), cut)


def _spaced(line: str) -> str:
    """The separators of tables become blanks wide enough to keep two numbers apart."""
    return re.sub(r"[\t;|\"]+", "  ", line).strip()


def _shortened(line: str) -> str:
    """Not within an amount, nor between it and its currency: half of it would be another amount."""
    if len(line) <= LONGEST_LINE:
        return line
    first = line[:LONGEST_LINE]
    return (first.rpartition(" ")[0] or first).rstrip("0123456789 .,'\u00a0\u202f")


def _name(rest: str, currency: str) -> str:
    for amount in reversed([*find_amounts(rest, currency=currency)]):
        rest = f"{rest[: amount.start]} {rest[amount.end :]}"
    return re.sub(r"\s+", " ", _EDGES.sub("", rest))[:80]
