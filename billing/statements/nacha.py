"""NACHA files: ACH entries with their returns (addenda 99) and notices of change (addenda 98).

They are read from the side of the company that sent the entries out: a debit it drew is money coming in, and its
return is that money going back. Entries on their way are pending; returns and notices are facts. The codes' words
are in ``billing.diagnosis.codes``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from billing.statements.amounts import compact_date, implied_minor
from billing.statements.cleaning import account_number, clean, clean_name, clean_reference, last4
from billing.statements.nacha_addenda import NOTICE, check_addendum, told_by
from billing.statements.records import Event, Fallback, LineRejected, ParsedLine, ParsedStatement, Remark
from billing.statements.unknown_codes import UnknownCodes

WIDTH: Final = 94
_WEIGHTS: Final = (3, 7, 1, 3, 7, 1, 3, 7)
_PRENOTES: Final = frozenset("389")  # no money: a trial, or remittance data alone
_CREDITS, _DEBITS = frozenset("1234"), frozenset("6789")
_AUTOMATED_ADVICE: Final = re.compile(r"8[1-8]")
_COUNT: Final = re.compile(r"^\d{4}(?=\S)")
_DOLLARS: Final = "USD"
_NOTHING: Final = date(2000, 1, 1)


def read_nacha(lines: Iterable[tuple[int, str]], fallback: Fallback) -> Iterator[Event]:
    reader = _Reader(fallback)
    for number, record in _records(lines):
        try:
            if record[0] == "7":
                reader.add(number, record)
                continue
            yield from reader.entry_done()
            if record[0] == "6":  # with its addenda nearly every record: worth no generator
                reader.begin(number, record)
            else:
                yield from reader.take(number, record)
        except LineRejected as rejected:
            yield Remark(rejected.reason, rejected.line_number or number, rejected=True)
    yield from reader.end()


def _records(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """94 characters each. Some files are one long line; some lose the blanks at a line's end."""
    for number, line in lines:
        if len(line) > WIDTH and len(line.rstrip()) > 2 * WIDTH - 10:
            pieces = (line[start : start + WIDTH] for start in range(0, len(line), WIDTH))
            yield from ((place, piece) for place, piece in enumerate(pieces, start=number) if piece.strip())
        elif line and not line.isspace():
            yield number, line


def _as_wide(record: str) -> str:
    if len(record) > WIDTH and len(record.rstrip()) > WIDTH:
        raise LineRejected(f"The record has {len(record.rstrip())} characters instead of 94.")
    return record.ljust(WIDTH)


class _Reader:
    def __init__(self, fallback: Fallback) -> None:
        self.fallback = fallback
        self.index = 0
        self.made_on: date | None = None
        self.batch: _Batch | None = None
        self.entry: _Entry | None = None
        self.has_header = self.has_control = self.skips_addenda = False
        self.unknown = UnknownCodes()

    def take(self, number: int, record: str) -> Iterator[Event]:
        """Any record but an entry or its addenda."""
        self.skips_addenda = False
        kind, record = record[0], _as_wide(record)
        if kind == "1":
            self.has_header = True
            self.made_on = _day(record[23:29])
        elif kind == "5":
            yield from self._batch_done(controlled=False)
            self.batch = _Batch(number, record, self.made_on)
        elif kind == "8":
            yield from self._check(number, record)
        elif kind == "9" and record.strip("9"):
            self.has_control = True
        elif kind != "9":
            raise LineRejected(f"A record cannot begin with “{kind}”.")

    def end(self) -> Iterator[Event]:
        yield from self.entry_done()
        yield from self._batch_done(controlled=False)
        if not self.has_header:
            yield Remark("The file has no header (record 1).", 1)
        if not self.has_control:
            yield Remark("The file has no control record (9): its end may be missing.")

    def begin(self, number: int, record: str) -> None:
        self.skips_addenda = False
        record = _as_wide(record)
        self.skips_addenda = True  # those of an entry that is rejected below
        if self.batch is None:
            raise LineRejected("The entry stands outside a batch.")
        self.entry = _Entry(number, record, self.batch)
        self.skips_addenda = False

    def add(self, number: int, record: str) -> None:
        """Addenda of the entry before."""
        record = _as_wide(record)
        if self.skips_addenda:
            return
        if self.entry is None:
            raise LineRejected("The addenda belong to no entry.")
        check_addendum(number, record)
        self.entry.addenda.append(record)

    def entry_done(self) -> Sequence[Event]:
        """The entry before, now that its addenda have come."""
        entry, self.entry = self.entry, None
        if entry is None or self.batch is None:
            return ()
        self.batch.count(entry)
        try:
            line = entry.line(self.index, self.batch, self.fallback)
        except LineRejected as rejected:
            return (Remark(rejected.reason, entry.number, rejected=True),)
        return (line, *self.unknown.of_ach(line.return_code, entry.number)) if line.return_code else (line,)

    def _check(self, number: int, record: str) -> Iterator[Event]:
        if self.batch is None:
            raise LineRejected("The batch's control stands outside a batch.")
        yield from self.batch.compared(number, record)
        yield from self._batch_done(controlled=True)

    def _batch_done(self, *, controlled: bool) -> Iterator[Event]:
        batch, self.batch = self.batch, None
        if batch is None:
            return
        if not controlled:
            yield Remark("The batch has no control record (8).", batch.line_number)
        yield batch.statement(self.index, self.fallback)
        self.index += 1


class _Batch:
    def __init__(self, number: int, record: str, made_on: date | None) -> None:
        self.line_number, self.made_on = number, made_on
        self.is_advice = record[1:4] == "280"
        self.is_international = record[50:53] == "IAT" or record[4:20].strip() == "IATCOR"
        self.entry_class = record[50:53]
        self.company = clean("" if self.is_international else record[4:20], 100)
        self.account = account_number(record[40:50])
        self.description = clean(record[53:63], 20)
        self.effective_on, self.stated_on = _day(record[69:75]), _stated(record[69:75])
        self.number = record[87:94].strip()
        self.debits = self.credits = 0

    def count(self, entry: "_Entry") -> None:
        if entry.is_credit:
            self.credits += entry.amount
        else:
            self.debits += entry.amount

    def compared(self, number: int, record: str) -> Iterator[Remark]:
        places = (slice(20, 40), slice(40, 60)) if self.is_advice else (slice(20, 32), slice(32, 44))
        stated = tuple(implied_minor(record[place], _DOLLARS) for place in places)
        if stated != (self.debits, self.credits):
            yield Remark("The batch's control totals are not the sums of its entries.", number)

    def statement(self, index: int, fallback: Fallback) -> ParsedStatement:
        day = self.effective_on or self.made_on
        return ParsedStatement(
            index=index,
            account=self.account or fallback.account,
            currency=_DOLLARS,
            line_number=self.line_number,
            reference=clean_reference(f"{self.description} {self.number}", 100),
            account_name=self.company,
            from_on=self.made_on or day,
            to_on=day,
        )


class _Entry:
    def __init__(self, number: int, record: str, batch: _Batch) -> None:
        self.number = number
        self.addenda: list[str] = []
        self.code = record[1:3]
        self.is_credit = _is_credit_of_advice(self.code) if batch.is_advice else _is_credit(self.code)
        _check_routing(record[3:12])
        self.amount = implied_minor(record[27:39] if batch.is_advice else record[29:39], _DOLLARS)
        self.trace = record[79:94].strip()
        self.reference, self.name = _parties(record, batch)
        self.receiver_account = (record[39:74] if batch.is_international else record[12:29]).strip()

    def line(self, index: int, batch: _Batch, fallback: Fallback) -> ParsedLine:
        told = told_by(self.addenda)
        is_notice = told.kind == NOTICE
        was_sent_back = bool(told.return_code) or (self.code[1] in "16" and not batch.is_advice)
        # Out of the company's account go its credits and the debits it gets back; a dishonoured return is undone.
        comes_in = (not self.is_credit) != was_sent_back
        sign = 1 if comes_in != told.undoes_return else -1
        forward_on = batch.effective_on or batch.made_on or batch.stated_on
        booked_on = (batch.made_on or forward_on) if was_sent_back else forward_on
        if booked_on is None:
            raise LineRejected("Neither the file nor its batch states a day.")
        kind = NOTICE if is_notice else "return" if was_sent_back else "transfer" if self.is_credit else "direct_debit"
        return ParsedLine(
            index,
            batch.account or fallback.account,
            self.number,
            booked_on,
            0 if is_notice else sign * self.amount,
            _DOLLARS,
            value_on=batch.effective_on,
            kind=kind,
            pending=not was_sent_back and not is_notice,
            bank_reference=clean_reference(self.trace),
            end_to_end_id=clean_reference(self.reference),
            remittance=clean(f"{batch.description} {told.text}", 1000),
            counterparty=clean_name(told.name or self.name),
            counterparty_last4=last4(self.receiver_account),
            return_code=told.return_code,
            returned_reference=clean_reference(told.original_trace),
        )


def _is_credit_of_advice(code: str) -> bool:
    return code[1] in "1357" if _AUTOMATED_ADVICE.fullmatch(code) else _is_credit(code)


@lru_cache(maxsize=128)
def _is_credit(code: str) -> bool:
    if len(code) == 2 and code[0] in "2345" and code[1] in _CREDITS | _DEBITS:
        return code[1] in _CREDITS and code != "55"
    raise LineRejected(f"“{code}” is not a transaction code.")


@lru_cache(maxsize=8192)  # a bank has many customers
def _check_routing(routing: str) -> None:
    if not routing.isascii() or not routing.isdigit():
        raise LineRejected(f"“{routing}” is not a routing number.")
    total = sum(int(digit) * weight for digit, weight in zip(routing, _WEIGHTS, strict=False))
    if (10 - total % 10) % 10 != int(routing[8]):
        raise LineRejected(f"The check digit of the routing number {routing} is wrong.")


def _parties(record: str, batch: _Batch) -> tuple[str, str]:
    """The identification number and the name: each class of entries has its own use for these places."""
    if batch.is_international:
        return "", ""  # the name is in the addenda
    left, right = record[39:54].strip(), record[54:76].strip()
    if batch.entry_class in {"CIE", "MTE"}:
        return right, left
    if batch.entry_class in {"SHR", "POS", "XCK", "POP"}:
        return left, ""  # the other holds a card or an item's number
    return left, _COUNT.sub("", right) if right[:1].isdigit() else right  # CTX counts its addenda there


def _day(text: str) -> date | None:
    """000101 and the like stand for nothing."""
    day = _stated(text)
    return day if day is not None and day > _NOTHING else None


def _stated(text: str) -> date | None:
    try:
        return compact_date(text)
    except LineRejected:
        return None
