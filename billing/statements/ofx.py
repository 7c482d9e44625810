"""OFX and QFX, version 1 (SGML, leaves without an end) and 2 (XML), by one reader of tags: banks mix the two.

Ours, since the libraries that read it are under the GPL (ofxtools) or without a release since 2021 (ofxparse).
Nothing is expanded and nothing fetched; a DOCTYPE is refused.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from billing.statements.amounts import compact_date, plain_minor
from billing.statements.cleaning import account_number, card_account_number, clean, clean_name, clean_reference, last4
from billing.statements.records import (
    Event,
    Fallback,
    LineRejected,
    ParsedLine,
    ParsedStatement,
    Remark,
    StatementRefused,
)

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9._]*)\s*/?>([^<]*)(</\2>)?")  # a leaf with its end, if that follows
_REPORTS: Final = {"STMTRS": "bank", "CCSTMTRS": "card", "INVSTMTRS": "bank", "LOANSTMTRS": "bank"}
_OPENING: Final = frozenset({*_REPORTS, "STMTTRN"})
_AGGREGATES: Final = frozenset(
    "BANKACCTFROM CCACCTFROM INVACCTFROM LOANACCTFROM BANKACCTTO CCACCTTO PAYEE CURRENCY ORIGCURRENCY LEDGERBAL "
    "AVAILBAL STATUS STMTTRN BANKTRANLIST INVTRANLIST LOANTRANLIST BALLIST BAL INVBAL FI SONRS".split()
)
_ENDING: Final = _OPENING | _AGGREGATES
_TRADES: Final = re.compile(r"(?:BUY|SELL)[A-Z]+|REINVEST|INCOME|TRANSFER|MARGININTEREST|INVEXPENSE")
_KINDS: Final = {
    "INT": "interest", "DIV": "interest", "FEE": "fee", "SRVCHG": "fee", "POS": "card", "ATM": "card",
    "XFER": "transfer", "PAYMENT": "transfer", "DIRECTDEP": "transfer", "DIRECTDEBIT": "direct_debit",
    "REPEATPMT": "direct_debit",
}  # fmt: skip
_LONGEST_TAG: Final = 100_000
_MOST_NAMES: Final = 1000  # kept at once; no bank has a tenth of them
Tag = tuple[int, str, bool, str]  # line, name, whether it ends one, what stands behind it


def read_ofx(lines: Iterable[tuple[int, str]], fallback: Fallback) -> Iterator[Event]:
    reader = _Reader(fallback)
    for number, name, is_end, text in _tags(lines):
        # Nine of ten tags are leaves of an entry: worth no call.
        if is_end:
            if name in _ENDING:
                yield from reader.end(number, name)
        elif text and name not in _OPENING:
            if reader.plain is not None and name != "ORG":
                reader.plain.setdefault(name, text)
            else:
                reader.leaf(name, text)
        else:
            yield from reader.begin(number, name)
    yield from reader.finish()


def _tags(lines: Iterable[tuple[int, str]]) -> Iterator[Tag]:
    """A value ends at the next tag or at its line's end, so lines can be read one by one; what a bank wrapped is
    joined to the value before it."""
    waiting: Tag | None = None
    known = dict[str, tuple[str, bool]]()
    for number, line in lines:
        # Version 1 has one leaf a line, of some thirty names: each is taken apart once.
        behind, closed, text = line.partition(">")
        if behind in known and closed and "<" not in text and "]" not in text:
            if waiting is not None:
                yield waiting
            name, is_end = known[behind]
            waiting = number, name, is_end, (html.unescape(text) if "&" in text else text).strip()
            continue
        if "<!" in line or "]]>" in line:
            line = _without_marks(line)
        wrapped = "" if line[:1] == "<" else line.partition("<")[0].strip()
        if wrapped and waiting is not None and len(waiting[3]) < _LONGEST_TAG:
            waiting = (*waiting[:3], f"{waiting[3]} {wrapped}".strip())
        for end, written, text, ended in _TAG.findall(line):
            if waiting is not None:
                yield waiting
            name = written.upper()
            waiting = number, name, end != "", (html.unescape(text) if "&" in text else text).strip()
            if ended:  # and nothing can be wrapped; the end of a leaf says no more
                yield waiting
                waiting = (number, name, True, "") if name in _ENDING else None
            elif len(known) < _MOST_NAMES:
                known[f"<{end}{written}"] = name, end != ""
    if waiting is not None:
        yield waiting


def _without_marks(line: str) -> str:
    if "<!DOCTYPE" in line.upper() or "<!ENTITY" in line.upper():
        raise StatementRefused("The file declares a DOCTYPE, which no bank's statement does; it was not read.")
    return line.replace("<![CDATA[", "").replace("]]>", "")


class _Reader:
    def __init__(self, fallback: Fallback) -> None:
        self.fallback = fallback
        self.inside: list[str] = []
        self.index = 0
        self.report: _Report | None = None
        self.entry: dict[str, str] | None = None
        self.plain: dict[str, str] | None = None  # the entry, while nothing is open inside it
        self.entry_line = 0
        self.answer: dict[str, str] = {}
        self.bank = ""

    def begin(self, number: int, name: str) -> Sequence[Event]:
        events: Sequence[Event] = ()
        if name in _REPORTS:
            events = self._close_report()
            self.report = _Report(self.index, number, _REPORTS[name], self.fallback)
        elif name == "STMTTRN":
            events = self._close_entry()
            self.entry, self.entry_line = {}, number
            self.inside = []
            self.plain = self.entry
        elif name in _AGGREGATES:
            self.inside.append(name)
            self.plain = None
        elif self.report is not None and self.entry is None and _TRADES.fullmatch(name):
            self.report.trades += 1
        return events

    def end(self, number: int, name: str) -> Sequence[Event]:
        events: Sequence[Event] = ()
        if name == "STMTTRN":
            events = self._close_entry()
        elif name in _REPORTS:
            events = self._close_report()
        elif name == "STATUS" and self.answer.get("SEVERITY", "").upper() == "ERROR" and self.report is None:
            words = self.answer.get("MESSAGE") or "without a reason"
            raise StatementRefused(
                f"The bank answered with error {clean(self.answer.get('CODE', ''), 10)} instead of a statement: "
                f"{clean(words, 160).rstrip('.')}."
            )
        if name in self.inside:
            del self.inside[self.inside.index(name) :]
            self.plain = None if self.inside else self.entry
        if name == "STATUS":
            self.answer = {}
        return events

    def finish(self) -> Sequence[Event]:
        events = self._close_report()
        if not self.index:
            raise StatementRefused("The OFX file holds no statement of an account.")
        return events

    def leaf(self, name: str, text: str) -> None:
        within = self.inside[-1] if self.inside else ""
        if within == "STATUS":
            self.answer.setdefault(name, text)
        elif name == "ORG" and not self.bank:
            self.bank = text
        elif self.entry is not None:
            self.entry.setdefault(f"{within}/{name}" if within else name, text)
        elif self.report is not None:
            self.report.leaf(within, name, text)

    def _close_entry(self) -> Sequence[Event]:
        entry, self.entry = self.entry, None
        self.plain = None
        if entry is None or self.report is None:
            return ()
        try:
            return (self.report.line(entry, self.entry_line),)
        except LineRejected as rejected:
            return (Remark(rejected.reason, self.entry_line, rejected=True),)

    def _close_report(self) -> Sequence[Event]:
        events = self._close_entry()
        report, self.report = self.report, None
        if report is None:
            return events
        self.index += 1
        self.inside = []
        return (*events, *report.end(clean(self.bank, 100)))


class _Report:
    def __init__(self, index: int, line_number: int, kind: str, fallback: Fallback) -> None:
        self.index, self.line_number, self.kind = index, line_number, kind
        self.account, self.currency = fallback.account, fallback.currency
        self.closing_text = self.closing_day = ""
        self.from_on: date | None = None
        self.to_on: date | None = None
        self.trades = 0

    def leaf(self, within: str, name: str, text: str) -> None:
        if name == "ACCTID" and within.endswith("FROM"):
            self.account = card_account_number(text) if self.kind == "card" else account_number(text)
        elif name == "CURDEF":
            self.currency = text.upper()[:3]
        elif within == "LEDGERBAL" and name == "BALAMT":
            self.closing_text = text
        elif within == "LEDGERBAL" and name == "DTASOF":
            self.closing_day = text
        elif name == "DTSTART":
            self.from_on = _day(text)
        elif name == "DTEND":
            self.to_on = _day(text)

    def line(self, entry: dict[str, str], number: int) -> ParsedLine:
        currency = entry.get("CURRENCY/CURSYM", "").upper() or self.currency
        posted = entry.get("DTPOSTED") or entry.get("DTUSER", "")
        if not posted:
            raise LineRejected("The transaction has no day.")
        if "TRNAMT" not in entry:
            raise LineRejected("The transaction states no amount.")
        self.currency = self.currency or currency
        memo, check = entry.get("MEMO", ""), entry.get("CHECKNUM", "")
        corrects = entry.get("CORRECTFITID", "")
        name = entry.get("NAME") or entry.get("PAYEE/NAME") or entry.get("PAYEE", "")
        return ParsedLine(
            self.index,
            self.account,
            number,
            compact_date(posted[:8]),
            _amount(entry["TRNAMT"], currency),
            currency,
            value_on=_day(entry.get("DTAVAIL", "")),
            kind="return" if corrects else _KINDS.get(entry.get("TRNTYPE", "").upper(), "other"),
            bank_reference=clean_reference(entry.get("FITID", "")),
            end_to_end_id=clean_reference(entry.get("REFNUM", "") or entry.get("SRVRTID", "")),
            remittance=clean(f"{memo} Check {check}" if check else memo, 1000),
            counterparty=clean_name(name),
            counterparty_last4=last4(entry.get("BANKACCTTO/ACCTID", "") or entry.get("CCACCTTO/ACCTID", "")),
            returned_reference=clean_reference(corrects),
        )

    def end(self, bank: str) -> Iterator[Event]:
        closing = None
        if self.closing_text:
            try:
                closing = _amount(self.closing_text, self.currency)
            except LineRejected as rejected:
                yield Remark(f"The closing balance was not read. {rejected.reason}", self.line_number)
        if self.trades:
            yield Remark("The securities bought, sold or held were not read: they are no payments.", self.line_number)
        yield ParsedStatement(
            index=self.index,
            account=self.account,
            currency=self.currency,
            line_number=self.line_number,
            account_kind=self.kind,
            bank=bank,
            from_on=self.from_on,
            to_on=self.to_on or _day(self.closing_day),
            closing_minor=closing,
        )


def _amount(text: str, currency: str) -> int:
    """``-1,234.56`` is seen beside ``-1234,56``: of two kinds of marks the first kind is the thousands'."""
    bare = text.replace(" ", "")
    if "," in bare and "." in bare:
        bare = bare.replace("." if bare.rfind(",") > bare.rfind(".") else ",", "")
    return plain_minor(bare, currency)


def _day(text: str) -> date | None:
    try:
        return compact_date(text[:8]) if text else None
    except LineRejected:
        return None
