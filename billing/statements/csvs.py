"""A bank's CSV, read by the rules that a person has set (see ``mapping``)."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from billing.statements.amounts import digits_of, signed_minor
from billing.statements.cleaning import account_number, clean, clean_name, clean_reference, last4
from billing.statements.mapping import CsvRules, plain
from billing.statements.records import (
    Event,
    Fallback,
    LineRejected,
    ParsedLine,
    ParsedStatement,
    Remark,
    StatementRefused,
)
from billing.statements.vocabulary import INCOMING, MONTHS, OUTGOING

_BLANKS = str.maketrans("", "", " \u00a0\u202f\u2009'’´`")
_DIRECTION = re.compile(r"(?P<amount>.*?[0-9)])\s*(?P<word>CR|DR|C|D|S|H|Cr|Dr|K|KR)\.?", re.DOTALL)
_MARKS: Final = {
    "." : re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.(?P<fraction>[0-9]*))?"),
    "," : re.compile(r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]*)(?:,(?P<fraction>[0-9]*))?"),
}  # fmt: skip
_COMMON: Final = {mark: re.compile(rf"(-?)([0-9]{{1,15}})(?:\{mark}([0-9]{{1,2}}))?") for mark in ".,"}
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
_CURRENCY_SIGNS = re.compile(
    r"^(?:[A-Z]{3}|[€$£¥₹]|kr\.?|zł|Kč|R\$|CHF|Fr\.?)|(?:[A-Z]{3}|[€$£¥₹]|kr\.?|zł|Kč|Ft|Fr\.?)$"
)


def read_csv(lines: Iterable[tuple[int, str]], rules: CsvRules, fallback: Fallback) -> Iterator[Event]:
    reader = LineReader(rules, fallback)
    for number, cells in rows_of(lines, rules.delimiter):
        if number <= rules.header_row or not any(cells):
            continue
        try:
            line = reader.line(number, cells)
        except LineRejected as rejected:
            yield Remark(rejected.reason, number, rejected=True)
        else:
            yield line
    yield from reader.end()


def rows_of(lines: Iterable[tuple[int, str]], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on; a quoted cell may run over several."""
    place = [0]

    def fed() -> Iterator[str]:
        for number, line in lines:
            place[0] = number
            yield line.replace("\x00", "") + "\n"

    reader = csv.reader(fed(), delimiter=delimiter)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = place[0] + 1
    except csv.Error as error:
        raise StatementRefused(f"The file is not CSV from line {begins} on: {error}.") from None


NOWHERE: Final = -1  # a column that the file has not: the empty cell behind the last one


def _place(rules: CsvRules, role: str) -> int:
    found = rules.column(role)
    return NOWHERE if found is None else found


class LineReader:
    def __init__(self, rules: CsvRules, fallback: Fallback) -> None:
        self.rules, self.fallback = rules, fallback
        self.booked_on, self.value_on = _place(rules, "booked_on"), _place(rules, "value_on")
        self.amount, self.sign = _place(rules, "amount"), _place(rules, "sign")
        self.debit, self.credit = _place(rules, "debit"), _place(rules, "credit")
        self.currency, self.account = _place(rules, "currency"), _place(rules, "account")
        self.reference, self.counterparty = _place(rules, "reference"), _place(rules, "counterparty")
        self.counterparty_account = _place(rules, "counterparty_account")
        self.balance, self.fee = _place(rules, "balance"), _place(rules, "fee")
        self.texts = rules.columns.get("remittance", ())
        self.width = 1 + max((place for places in rules.columns.values() for place in places), default=-1)
        self.order, self.decimal = rules.date_order, rules.decimal
        self.currency_given = rules.currency or fallback.currency
        self.accounts: dict[tuple[str, str], _Account] = {}

    def line(self, number: int, cells: Sequence[str]) -> ParsedLine:
        cells = self._filled(cells)
        booked_on = date_in(cells[self.booked_on], self.order)
        currency = cells[self.currency].strip().upper() or self.currency_given
        minor = self._amount(cells, currency)
        account = self._account_of(cells, currency)
        balance = None if self.balance == NOWHERE else self._amount_or_none(cells[self.balance], currency)
        account.add(booked_on, minor, balance)
        value_text = cells[self.value_on].strip()
        fee = None if self.fee == NOWHERE else self._amount_or_none(cells[self.fee], currency)
        return ParsedLine(
            account.index,
            account.number,
            number,
            booked_on,
            minor,
            currency,
            value_on=date_in(value_text, self.order) if value_text else None,
            bank_reference=clean_reference(cells[self.reference]),
            remittance=clean(self._text(cells), 1000),
            counterparty=clean_name(cells[self.counterparty]),
            counterparty_last4=last4(cells[self.counterparty_account]),
            fee_minor=abs(fee or 0),
        )

    def _filled(self, cells: Sequence[str]) -> Sequence[str]:
        """As many cells as the rules point to, and an empty last one for the columns that the file has not."""
        missing = self.width - len(cells)
        return [*cells, *[""] * missing, ""] if missing > 0 else [*cells, ""]

    def _text(self, cells: Sequence[str]) -> str:
        if len(self.texts) == 1:
            return cells[self.texts[0]]
        return " ".join(text for place in self.texts if (text := cells[place].strip()))

    def _amount(self, cells: Sequence[str], currency: str) -> int:
        if self.amount != NOWHERE:
            minor = amount_in(cells[self.amount], self.decimal, currency)
            if self.sign != NOWHERE:
                minor = self._directed(minor, cells[self.sign])
        else:
            out, came = cells[self.debit].strip(), cells[self.credit].strip()
            out_minor = amount_in(out, self.decimal, currency) if out else 0
            came_minor = amount_in(came, self.decimal, currency) if came else 0
            if not out and not came:
                raise LineRejected("The line has neither a debit nor a credit.")
            minor = came_minor - abs(out_minor)
        return -minor if self.rules.turned else minor

    def _directed(self, minor: int, text: str) -> int:
        word = plain_word(text)
        if word not in OUTGOING | INCOMING:
            raise LineRejected(f"“{text[:20]}” does not say whether money came in or went out.")
        return -abs(minor) if word in OUTGOING else abs(minor)

    def _amount_or_none(self, text: str, currency: str) -> int | None:
        try:
            return amount_in(text, self.decimal, currency) if text.strip() else None
        except LineRejected:
            return None

    def _account_of(self, cells: Sequence[str], currency: str) -> "_Account":
        number = self.fallback.account
        if self.account != NOWHERE:
            number = account_number(cells[self.account]) or number
        key = (number, currency)
        if key not in self.accounts:
            self.accounts[key] = _Account(len(self.accounts), number, currency)
        return self.accounts[key]

    def end(self) -> Iterator[Event]:
        for account in self.accounts.values():
            yield account.statement(self.rules.header_row + 1)


class _Account:
    """Lines of one account. A column of running balances tells the opening and the closing, whichever way it runs."""

    __slots__ = ("currency", "days", "first", "index", "last", "number", "total")

    def __init__(self, index: int, number: str, currency: str) -> None:
        self.index, self.number, self.currency = index, number, currency
        self.days: tuple[date, date] | None = None
        self.first: tuple[int, int, date] | None = None  # amount, balance after it, day
        self.last: tuple[int, int, date] | None = None
        self.total = 0

    def add(self, day: date, minor: int, balance: int | None) -> None:
        if self.days is None:
            self.days = (day, day)
        elif not self.days[0] <= day <= self.days[1]:
            self.days = (min(self.days[0], day), max(self.days[1], day))
        self.total += minor
        if balance is not None:
            self.last = (minor, balance, day)
            self.first = self.first or self.last

    def statement(self, line_number: int) -> ParsedStatement:
        opening, closing = self._stated()
        return ParsedStatement(
            index=self.index,
            account=self.number,
            currency=self.currency,
            line_number=line_number,
            from_on=self.days[0] if self.days else None,
            to_on=self.days[1] if self.days else None,
            opening_minor=opening,
            closing_minor=closing,
        )

    def _stated(self) -> tuple[int | None, int | None]:
        if self.first is None or self.last is None:
            return None, None
        down = (self.first[1] - self.first[0], self.last[1])
        up = (self.last[1] - self.last[0], self.first[1])
        for opening, closing in (down, up):
            if opening + self.total == closing:
                return opening, closing
        return down if self.first[2] <= self.last[2] else up


def amount_in(text: str, decimal: str, currency: str) -> int:
    """``1.234,56``, ``(12.50)``, ``12,50-``, ``€ 5``, ``12.50 DR``: read, or refused; never guessed."""
    digits = digits_of(currency)
    bare = text.strip()
    if (usual := _COMMON[decimal].fullmatch(bare)) is not None:
        sign, whole, fraction = usual.groups()
        return signed_minor(bool(sign), whole, fraction or "", digits, currency)
    negative = False
    if (directed := _DIRECTION.fullmatch(bare)) is not None:
        negative = directed["word"].lower() in OUTGOING
        bare = directed["amount"]
    bare = bare.translate(_BLANKS).replace("−", "-").replace("–", "-")
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = not negative, bare[1:-1]
    bare = _CURRENCY_SIGNS.sub("", bare)
    if bare[:1] in {"-", "+"}:
        negative, bare = negative != (bare[0] == "-"), bare[1:]
    elif bare[-1:] in {"-", "+"}:
        negative, bare = negative != (bare[-1] == "-"), bare[:-1]
    bare = _CURRENCY_SIGNS.sub("", bare)
    found = _MARKS[decimal].fullmatch(bare)
    if found is None or not (found["whole"] or found["fraction"]) or len(bare) > 30:
        raise LineRejected(f"“{text.strip()[:30]}” is not an amount." if text.strip() else "The amount is missing.")
    whole = found["whole"].replace(",", "").replace(".", "")
    return signed_minor(negative, whole, found["fraction"] or "", digits, currency)


@lru_cache(maxsize=4096)
def date_in(text: str, order: str) -> date:
    """Figures or names of months, with any marks between them; what follows the day is a time."""
    parts = _PARTS.findall(text.strip()[:40])
    if parts and len(parts[0]) == 8 and parts[0].isdigit():
        parts = _cut(parts[0], order)
    try:
        return _ordered(parts[:3], order)
    except (ValueError, IndexError, OverflowError):
        shown = text.strip()[:30]
        raise LineRejected(f"“{shown}” is not a date." if shown else "The date is missing.") from None


def _cut(figures: str, order: str) -> list[str]:
    if order == "ymd":
        return [figures[:4], figures[4:6], figures[6:]]
    return [figures[:2], figures[2:4], figures[4:]]


def _ordered(parts: Sequence[str], order: str) -> date:
    if len(parts) < 3:
        raise ValueError(parts)
    named = [place for place, part in enumerate(parts) if not part.isdigit()]
    if named:
        month = MONTHS.get(plain(parts[named[0]]), 0)
        rest = [part for place, part in enumerate(parts) if place != named[0]]
        year, day = rest if len(rest[0]) == 4 else rest[::-1]
    elif len(parts[0]) == 4:
        year, month_text, day = parts
        month = int(month_text)
    else:
        by_mark = dict(zip(order, parts, strict=True))
        year, day, month = by_mark["y"], by_mark["d"], int(by_mark["m"])
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    return date(full, month, int(day))


@lru_cache(maxsize=256)
def plain_word(text: str) -> str:
    return text.strip() if text.strip() in {"-", "+", "−"} else plain(text)
