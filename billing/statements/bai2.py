"""BAI2: comma-separated records with an implied decimal point, each ending in a slash, continued by 88."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from billing.statements.amounts import compact_date, implied_minor
from billing.statements.bai2_codes import KINDS, MOVEMENTS
from billing.statements.cleaning import account_number, clean, clean_reference
from billing.statements.records import Event, Fallback, LineRejected, ParsedLine, ParsedStatement, Remark
from billing.statements.unknown_codes import UnknownCodes

# A text runs to the end of its line; the next record may follow on the same line after the slash.
_NEXT_RECORD: Final = re.compile(r"/\s+(?=(?:02|03|16|88|49|98|99),)")
_FIELDS_ALONE: Final = re.compile(r"[0-9A-Z+\-,]*")
_OPENING: Final = frozenset({"010"})
_CLOSING: Final = frozenset({"015"})
_RECORDS: Final = frozenset({"01,", "02,", "03,", "16,", "49,", "98,", "99,"})
Record = tuple[int, list[str]]  # line, and the fields with the record's code in front


def read_bai2(lines: Iterable[tuple[int, str]], fallback: Fallback) -> Iterator[Event]:
    reader = _Reader(fallback)
    for number, fields in _records(lines):
        try:
            if fields[0] == "16":  # nearly every record: worth no generator
                yield from reader.entry(number, fields)
            else:
                yield from reader.take(number, fields)
        except LineRejected as rejected:
            yield Remark(rejected.reason, number, rejected=fields[0] == "16")
    yield from reader.end_account()
    if not reader.file_ended:
        yield Remark("The file has no trailer (99): its end may be missing.", None)


def _records(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """A record with its continuations. What follows a text on the next line without a code belongs to the text."""
    start, code, written = 0, "", list[str]()
    for number, line in lines:
        for piece in _pieces(line.strip("\x1a\ufeff")):
            bare = piece.strip()
            if bare.startswith("88,") and code:
                written.append(bare[3:])
            elif bare[:3] in _RECORDS:
                if code:
                    yield start, _fields(code, written)
                start, code, written = number, bare[:2], [bare[3:]]
            elif bare and code:
                written.append(piece)
    if code:
        yield start, _fields(code, written)


def _pieces(line: str) -> Sequence[str]:
    """The records of a line. Most have one: their first slash is their end."""
    return _NEXT_RECORD.split(line) if -1 < line.find("/") < len(line) - 1 else (line,)


def _fields(code: str, written: list[str]) -> list[str]:
    """The slash ends the record's fields; a continuation goes on with the next field."""
    joined = ",".join(part.rstrip().removesuffix("/") for part in written) if code != "16" else _text_kept(written)
    return [code, *joined.split(",")]


def _text_kept(written: list[str]) -> str:
    if len(written) == 1:
        return written[0].rstrip().removesuffix("/").rstrip()
    parts = [part.rstrip().removesuffix("/").rstrip() for part in written]
    return ("," if _still_fields(parts[0]) else " ").join(parts)


def _still_fields(first: str) -> bool:
    """Whether the record stopped before its text: only figures, dates and codes so far."""
    return first.count(",") < 3 or _FIELDS_ALONE.fullmatch(first) is not None


class _Reader:
    def __init__(self, fallback: Fallback) -> None:
        self.fallback = fallback
        self.index = 0
        self.group_date: date | None = None
        self.group_currency = self.bank = ""
        self.account, self.currency, self.started = "", "", 0
        self.opening: int | None = None
        self.closing: int | None = None
        self.control = self.entries = 0
        self.file_ended = False
        self.unknown = UnknownCodes()

    def take(self, number: int, fields: list[str]) -> Iterator[Event]:
        """Any record but a transaction."""
        code = fields[0]
        if code in {"02", "03", "98", "99"}:
            yield from self.end_account()
        if code == "02":
            self.bank = _at(fields, 2)
            self.group_currency = _at(fields, 6)
            self.group_date = compact_date(_at(fields, 4))
        elif code == "03":
            self._begin_account(number, fields)
        elif code == "49" and self.started:
            yield from self._check(number, fields)
        elif code == "99":
            self.file_ended = True

    def end_account(self) -> Iterator[Event]:
        if not self.started:
            return
        yield ParsedStatement(
            index=self.index,
            account=self.account,
            currency=self.currency,
            line_number=self.started,
            bank=clean(self.bank, 100),
            from_on=self.group_date,
            to_on=self.group_date,
            opening_minor=self.opening,
            closing_minor=self.closing,
        )
        self.index, self.started = self.index + 1, 0

    def _begin_account(self, number: int, fields: list[str]) -> None:
        if self.group_date is None:
            raise LineRejected("The account stands before any group (02), which states its day.")
        self.account = account_number(_at(fields, 1)) or self.fallback.account
        self.currency = _at(fields, 2) or self.group_currency or "USD"  # the standard's
        self.started, self.opening, self.closing, self.control, self.entries = number, None, None, 0, 0
        for code, amount in _summaries(fields[3:]):
            minor = implied_minor(amount, self.currency)
            self.control += minor
            if code in _OPENING:
                self.opening = minor
            elif code in _CLOSING:
                self.closing = minor

    def entry(self, number: int, fields: list[str]) -> Sequence[Event]:
        if not self.started or self.group_date is None:
            raise LineRejected("The transaction stands outside an account (03).")
        code = _at(fields, 1)
        minor = implied_minor(_at(fields, 2), self.currency)
        self.control += minor
        behind, value_on = _funds(fields, 3)
        self.entries += 1
        line = ParsedLine(
            self.index,
            self.account,
            number,
            self.group_date,
            _sign_of(code) * minor,
            self.currency,
            value_on=value_on,
            kind=KINDS.get(code, "other"),
            bank_reference=clean_reference(_at(fields, behind)),
            end_to_end_id=clean_reference(_at(fields, behind + 1)),
            remittance=clean(",".join(fields[behind + 2 :]), 1000),
        )
        if code in MOVEMENTS:
            return (line,)
        return (line, *self.unknown.of_bai2(code, number, came_in=line.amount_minor >= 0))

    def _check(self, number: int, fields: list[str]) -> Iterator[Event]:
        stated = implied_minor(_at(fields, 1), self.currency)
        if stated != self.control:
            yield Remark("The account's control total (49) is not the sum of its records.", number)


def _summaries(fields: list[str]) -> Iterator[tuple[str, str]]:
    """Type, amount, count, funds type: in fours, some with the funds type's own fields behind them."""
    rest = fields
    while rest:
        code, amount = _at(rest, 0), _at(rest, 1)
        rest = rest[3:] if rest[3:] else []
        if rest:
            behind, _ = _funds(rest, 0)
            rest = rest[behind:]
        if code and amount:
            yield code, amount


def _funds(fields: list[str], place: int) -> tuple[int, date | None]:
    """Where the fields behind the funds type begin, and the value date where it has one."""
    kind = _at(fields, place).upper()
    if kind == "V":
        day = _at(fields, place + 1)
        return place + 3, compact_date(day) if day else None
    if kind == "S":
        return place + 4, None
    if kind == "D":
        count = _at(fields, place + 1)
        return place + 2 + 2 * (int(count) if count.isdigit() and len(count) < 4 else 0), None
    return place + 1, None


@lru_cache(maxsize=1024)
def _sign_of(code: str) -> int:
    """100 to 399 are credits, 400 to 699 debits; 700 and up are loans and custom codes."""
    if not code.isdigit() or len(code) != 3:
        raise LineRejected(f"“{code[:10]}” is not a type code.")
    number = int(code)
    if 100 <= number < 400 or 900 <= number < 960 or number == 720:
        return 1
    if 400 <= number < 700 or number >= 960:
        return -1
    raise LineRejected(f"Type code {code} is neither a credit nor a debit.")


def _at(fields: list[str], place: int) -> str:
    return fields[place].strip() if place < len(fields) else ""
