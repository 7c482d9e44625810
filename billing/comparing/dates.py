"""Days as banks print them, in the order and the words of several countries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

# English, German, French, Spanish, Italian, Dutch, Portuguese: the first letters tell months apart.
_MONTHS: Final = {
    1: "jan janv ene gen", 2: "feb fev fevr fév févr", 3: "mar mär maerz märz mrz mars maa mrt", 4: "apr avr abr",
    5: "may mai mag mei maj mayo maggio maio", 6: "jun juin giu", 7: "jul juil lug", 8: "aug aou août aoû ago",
    9: "sep sept set", 10: "oct okt ott out", 11: "nov", 12: "dec dez déc dic",
}  # fmt: skip
_BY_WORD: Final = {word: month for month, words in _MONTHS.items() for word in words.split()}
_ISO: Final = re.compile(r"\b(?P<y>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})\b")
_NUMBERS: Final = re.compile(r"\b(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?:(?P=sep)(?P<y>20\d\d|\d\d))?(?![\d,])")
_DAY_WORD: Final = re.compile(
    r"\b(?P<d>\d{1,2})(?:st|nd|rd|th)?[. -]{1,2}(?P<w>[^\W\d_]{3,10})\.?(?:[, -]+(?P<y>20\d\d))?\b"
)
_WORD_DAY: Final = re.compile(r"\b(?P<w>[^\W\d_]{3,10})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<y>20\d\d))?\b")
_AHEAD: Final = timedelta(days=3)  # a bank may print tomorrow's value date


@dataclass(frozen=True, slots=True)
class Found:
    on: date
    start: int
    end: int


def month_first(texts: Iterable[str], *, otherwise: bool) -> bool:
    """Whether 03/04 is the 4th of March: by any line that can only be read one way."""
    for text in texts:
        for match in _NUMBERS.finditer(text):
            first, second = int(match["a"]), int(match["b"])
            if match["sep"] == "/" and first > 12 >= second >= 1:
                return False
            if match["sep"] == "/" and second > 12 >= first >= 1:
                return True
    return otherwise


def find_date(text: str, *, months_first: bool, today: date) -> Found | None:
    """The first day in the line."""
    found = [*_iso(text), *_numbers(text, months_first, today), *_words(text, today)]
    return min(found, key=lambda each: (each.start, -each.end), default=None)


def _iso(text: str) -> Iterable[Found]:
    for match in _ISO.finditer(text):
        if (on := _day(int(match["y"]), int(match["m"]), int(match["d"]))) is not None:
            yield Found(on, *match.span())


def _numbers(text: str, months_first: bool, today: date) -> Iterable[Found]:
    for match in _NUMBERS.finditer(text):
        first, second = int(match["a"]), int(match["b"])
        if match["sep"] == "." and match["y"] is None and text[match.end() : match.end() + 1] != ".":
            continue  # 12.50 is an amount; 12.09. is a day
        month, day = (first, second) if months_first and match["sep"] == "/" else (second, first)
        if (on := _dated(match["y"], month, day, today)) is not None:
            yield Found(on, *match.span())


def _words(text: str, today: date) -> Iterable[Found]:
    for pattern in (_DAY_WORD, _WORD_DAY):
        for match in pattern.finditer(text):
            month = _month(match["w"])
            if month and (on := _dated(match["y"], month, int(match["d"]), today)) is not None:
                yield Found(on, *match.span())


def _month(word: str) -> int | None:
    lowered = word.lower()
    return _BY_WORD.get(lowered) or _BY_WORD.get(lowered[:4]) or _BY_WORD.get(lowered[:3])


def _dated(year: str | None, month: int, day: int, today: date) -> date | None:
    """Without a year, the last such day that has been."""
    if year is not None:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    on = _day(today.year, month, day)
    return _day(today.year - 1, month, day) if on is not None and on > today + _AHEAD else on


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
