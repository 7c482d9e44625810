"""SWIFT MT940 and MT942. The grammar of the fields is that of the mt-940 package; what is ours is the walk through
the file: a tag at a time, with its line number, so that a bad line is named and its neighbours are read.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from mt940 import tags as grammar

from billing.statements.amounts import plain_minor
from billing.statements.cleaning import account_number, clean_reference
from billing.statements.mt940_details import details_of, has_fields
from billing.statements.records import Event, Fallback, LineRejected, ParsedLine, ParsedStatement, Remark
from billing.statements.unknown_codes import UnknownCodes

_TAG = re.compile(r":(?P<tag>[0-9]{2}[A-Z]?|NS):(?P<value>.*)")
_BLOCK_END: Final = re.compile(r"-?\}?\s*-?|-\}.*")
_ENTRY: Final = grammar.Statement().re
_BALANCE: Final = grammar.OpeningBalance().re
_SUM: Final = re.compile(r"[0-9]*(?P<currency>[A-Z]{3})")
_FLOOR: Final = re.compile(r"(?P<currency>[A-Z]{3})")
_NUMBER_WITH_CURRENCY: Final = re.compile(r"(?P<number>[0-9./]{6,})(?P<currency>[A-Z]{3})")
_KINDS: Final = {
    "TRF": "transfer", "CLR": "transfer", "STO": "transfer", "BOE": "transfer", "MSC": "other", "DDT": "direct_debit",
    "RTI": "return", "CHG": "fee", "COM": "fee", "INT": "interest", "CHK": "other", "COL": "direct_debit",
}  # fmt: skip
Tag = tuple[int, str, str]  # line, name, value with its further lines


def read_mt940(lines: Iterable[tuple[int, str]], fallback: Fallback) -> Iterator[Event]:
    statement: _Statement | None = None
    found, unknown = 0, UnknownCodes()
    for number, name, value in _tags(lines):
        if statement is None or statement.ends_before(name):
            if statement is not None and statement.is_one():
                yield from statement.end()
                found += 1
            statement = _Statement(found, number, fallback, unknown)
        yield from statement.take(number, name, value)
    if statement is not None and statement.is_one():
        yield from statement.end()


def _tags(lines: Iterable[tuple[int, str]]) -> Iterator[Tag]:
    """A tag's value runs until the next tag. Banks wrap it anywhere, now and then inside a tag's own name."""
    start, name, parts = 0, "", list[str]()
    for number, line in lines:
        line = line.rstrip("\r\x03\x1a ").lstrip("\x01\x02\ufeff")
        if "{4:" in line:
            line = line.partition("{4:")[2]
        found = _TAG.match(line)
        if found is None and parts and parts[-1] == ":" and (found := _TAG.match(":" + line)):
            parts.pop()
        if found is not None:
            if name:
                yield start, name, "\n".join(parts)
            start, name, parts = number, found["tag"], [found["value"]]
        elif name and line and not _BLOCK_END.fullmatch(line):
            parts.append(line)
    if name:
        yield start, name, "\n".join(parts)


class _Statement:
    """One statement while its tags come in. An entry waits until its details (:86:) have come."""

    def __init__(self, index: int, line_number: int, fallback: Fallback, unknown: UnknownCodes) -> None:
        self.index, self.line_number, self.fallback, self.unknown = index, line_number, fallback, unknown
        self.seen: set[str] = set()
        self.account, self.reference, self.currency = fallback.account, "", ""
        self.opening: tuple[int, date] | None = None
        self.closing: tuple[int, date] | None = None
        self.entry: ParsedLine | None = None
        self.supplement = ""
        self.details: list[str] = []
        self.days: list[date] = []

    def ends_before(self, name: str) -> bool:
        """:20: opens a statement; where a bank leaves it out, so does what can only come first, after a closing."""
        return name == "20" or (name in {"25", "60F", "60"} and bool(self.seen & {"62F", "62"}))

    def is_one(self) -> bool:
        return bool(self.seen & {"25", "60F", "60M", "60", "61", "62F", "62M", "62", "90C", "90D"})

    def take(self, number: int, name: str, value: str) -> Iterator[Event]:
        self.seen.add(name)
        if name == "86" or (name == "25" and self.entry is not None and has_fields(value)):
            if self.entry is not None:
                self.details.append(value)
            return
        if name == "NS" and self.entry is not None:
            self.details.append("\n".join(line[2:] if line[:2].isdigit() else line for line in value.split("\n")))
            return
        yield from self._finished()
        try:
            if name == "61":
                yield from self._begin(number, value)
            else:
                self._note(name, value)
        except LineRejected as rejected:
            told = rejected.reason if name == "61" else f"A balance (:{name}:) was not read: {rejected.reason}"
            yield Remark(told, number, rejected=name == "61")

    def end(self) -> Iterator[Event]:
        yield from self._finished()
        yield ParsedStatement(
            index=self.index,
            account=self.account,
            currency=self.currency or self.fallback.currency,
            line_number=self.line_number,
            reference=self.reference,
            from_on=self.opening[1] if self.opening else min(self.days, default=None),
            to_on=self.closing[1] if self.closing else max(self.days, default=None),
            opening_minor=self.opening[0] if self.opening else None,
            closing_minor=self.closing[0] if self.closing else None,
        )

    def _note(self, name: str, value: str) -> None:
        first_line = value.partition("\n")[0]
        if name == "20":
            self.reference = clean_reference(first_line, 100)
        elif name == "25":
            self._name_account(first_line)
        elif name in {"60F", "60M", "60"}:
            self.opening = self._balance(first_line)
        elif name in {"62F", "62M", "62"}:
            self.closing = self._balance(first_line)
        elif name in {"34F", "90C", "90D"} and not self.currency:
            stated = (_FLOOR if name == "34F" else _SUM).match(first_line)
            self.currency = stated["currency"] if stated else ""

    def _name_account(self, value: str) -> None:
        """Some banks glue the currency to the number."""
        glued = _NUMBER_WITH_CURRENCY.fullmatch(value.strip())
        number = account_number(glued["number"] if glued else value)
        self.account = number or self.account
        if glued:
            self.currency = self.currency or glued["currency"]

    def _balance(self, value: str) -> tuple[int, date]:
        found = _BALANCE.match(value.strip())
        if found is None:
            raise LineRejected(f"“{value[:30]}” is not a balance.")
        self.currency = self.currency or found["currency"].upper()
        minor = plain_minor(found["amount"], found["currency"].upper())
        return (-minor if found["status"].upper() == "D" else minor), _date(found["year"], found["month"], found["day"])

    def _begin(self, number: int, value: str) -> Iterator[Event]:
        found = _ENTRY.match(value)
        currency = self.currency or self.fallback.currency
        if found is None:
            raise LineRejected(f"“{value[:30]}” is not an entry (:61:).")
        value_on = _date(found["year"], found["month"], found["day"])
        mark = found["status"].upper()
        minor = plain_minor(found["amount"], currency or "EUR")
        code = (found["id"] or "")[1:].strip().upper()
        reference = (found["customer_reference"] or "").strip()
        self.supplement = (found["extra_details"] or "").strip()
        self.entry = ParsedLine(
            self.index,
            self.account,
            number,
            _entry_date(value_on, found["entry_month"], found["entry_day"]),
            minor if mark in {"C", "RD"} else -minor,  # RD takes a debit back
            currency,
            value_on=value_on,
            kind="return" if mark in {"RC", "RD"} else _KINDS.get(code, "other"),
            bank_reference=clean_reference((found["bank_reference"] or "").strip()),
            end_to_end_id="" if reference.upper() in {"NONREF", "EREF", "KREF", "MREF"} else clean_reference(reference),
        )
        yield from self.unknown.of_mt940(code, number)

    def _finished(self) -> Iterator[Event]:
        if self.entry is not None:
            line, self.entry = details_of(self.entry, "\n".join(self.details), self.supplement), None
            self.details = []
            self.days.append(line.booked_on)
            yield line


def _date(year: str, month: str, day: str) -> date:
    """Banks count thirty or thirty-one days in every month now and then; they mean its last."""
    full = int(year) + (2000 if int(year) < 70 else 1900)
    if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
        return date(full, int(month), min(int(day), monthrange(full, int(month))[1]))
    raise LineRejected(f"“{year}{month}{day}” is not a date.")


def _entry_date(value_on: date, month: str | None, day: str | None) -> date:
    """Has no year: the one that brings it closest to the value date."""
    if not (month or "").strip() or not (day or "").strip():
        return value_on
    near = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            near.append(date(year, int(month or 0), int(day or 0)))
        except ValueError:
            continue
    return min(near, key=lambda each: abs(each - value_on), default=value_on)
