"""ISO 20022 camt.052, 053 and 054, versions 1 and up: entry by entry, so that a large file needs little memory.

Entities, DTDs and the network are off, and a file that brings a DOCTYPE is refused before anything in it is read.
"""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO, Final

from lxml import etree

from billing.statements.amounts import iso_date, plain_minor
from billing.statements.camt_entry import Account, lines_of_entry
from billing.statements.camt_xml import Element, children, first, text_at
from billing.statements.cleaning import account_number, clean, clean_reference
from billing.statements.records import Event, Fallback, LineRejected, ParsedStatement, Remark, StatementRefused

# The element of one account's report, and the message it stands in.
_REPORTS: Final = {"Rpt": "camt.052", "Stmt": "camt.053", "Ntfctn": "camt.054"}
_WATCHED: Final = tuple(f"{{*}}{name}" for name in ("Ntry", *_REPORTS))


def read_camt(source: BinaryIO, fallback: Fallback) -> Iterator[Event]:
    report: _Report | None = None
    found, entries, is_first = 0, 0, True
    parser = etree.iterparse(
        source, events=("end",), tag=_WATCHED, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _, element in parser:
            if is_first and element.getroottree().docinfo.doctype:
                raise StatementRefused("The file declares a DOCTYPE, which no bank's statement does; it was not read.")
            is_first = False
            if element.tag.endswith("}Ntry") or element.tag == "Ntry":
                if report is None:
                    report = _Report(_report_around(element), found, fallback)
                entries += 1
                yield from report.entry(element, entries)
                _forget(element)
            else:
                yield from (report or _Report(element, found, fallback)).end()
                report, found = None, found + 1
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise StatementRefused(_syntax(error)) from None
    if not found:
        raise StatementRefused("The file is XML, but holds no account statement of ISO 20022 (camt.052, 053 or 054).")


def _report_around(entry: Element) -> Element:
    report = entry.getparent()
    if report is None or _local(report) not in _REPORTS:
        raise StatementRefused("The file is damaged: an entry stands outside a statement of an account.")
    return report


def _local(element: Element) -> str:
    """Of a tag as the file has it, which after some damage is no name that lxml would take."""
    tag: str = element.tag
    return tag[tag.find("}") + 1 :]


class _Report:
    """One account's report. What stands before its first entry is read when that entry comes."""

    def __init__(self, element: Element, index: int, fallback: Fallback) -> None:
        self.index, self.line_number = index, element.sourceline or 0
        self.message = _REPORTS[_local(element)]
        head = children(element)
        account = head.get("Acct", [None])[0]
        number = _number_of(account) or fallback.account
        self.balances = list(_balances(head.get("Bal", [])))
        self.currency = text_at(account, "Ccy") or next((each[1] for each in self.balances), "") or fallback.currency
        self.account = Account(number, clean(_owner(account), 100), clean(_bank(account), 100))
        self.reference = clean_reference(text_at(element, "Id"), 100)
        self.from_on = _date(text_at(element, "FrToDt/FrDtTm") or text_at(element, "FrToDt/FrDt"))
        self.to_on = _date(text_at(element, "FrToDt/ToDtTm") or text_at(element, "FrToDt/ToDt"))
        self.made_on = _date(text_at(element, "CreDtTm"))

    def entry(self, element: Element, entry_number: int) -> Iterator[Event]:
        number = element.sourceline or 0
        try:
            lines = lines_of_entry(element, self.index, self.account.number, number, self.made_on, entry_number)
        except LineRejected as rejected:
            yield Remark(rejected.reason, number, rejected=True)
            return
        self.currency = self.currency or lines[0].currency
        yield from lines

    def end(self) -> Iterator[Event]:
        opening, closing = self._stated()
        yield ParsedStatement(
            index=self.index,
            account=self.account.number,
            currency=self.currency,
            line_number=self.line_number,
            reference=self.reference,
            message=self.message,
            account_name=self.account.name,
            bank=self.account.bank,
            from_on=self.from_on or (opening and opening[3]),
            to_on=self.to_on or (closing and closing[3]),
            opening_minor=opening and opening[2],
            closing_minor=closing and closing[2],
        )

    def _stated(self) -> "tuple[Balance | None, Balance | None]":
        """Booked balances; between two pages of one statement they are called interim."""
        ours = [each for each in self.balances if each[1] == self.currency]
        interim = [each for each in ours if each[0] == "ITBD"]
        opening = next((each for code in ("OPBD", "PRCD") for each in ours if each[0] == code), None)
        closing = next((each for each in ours if each[0] == "CLBD"), None)
        if interim and opening is None and (closing is not None or len(interim) > 1):
            opening = interim.pop(0)
        if interim and closing is None:
            closing = interim[-1]
        return opening, closing


Balance = tuple[str, str, int, date | None]  # code, currency, minor units, day


def _balances(elements: list[Element]) -> Iterator[Balance]:
    for element in elements:
        amount = first(element, "Amt")
        code = text_at(element, "Tp/CdOrPrtry/Cd") or text_at(element, "Tp/Cd")
        currency = amount.get("Ccy", "") if amount is not None else ""
        try:
            minor = plain_minor(text_at(element, "Amt"), currency)
        except LineRejected:
            continue  # a balance that cannot be read cannot be checked against
        sign = -1 if text_at(element, "CdtDbtInd") == "DBIT" else 1
        yield code, currency, sign * minor, _date(text_at(element, "Dt/Dt") or text_at(element, "Dt/DtTm"))


def _number_of(account: Element | None) -> str:
    paths = ("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN", "Id/UPIC")
    return account_number(next((found for path in paths if (found := text_at(account, path))), ""))


def _owner(account: Element | None) -> str:
    return text_at(account, "Nm") or text_at(account, "Ownr/Nm")


def _bank(account: Element | None) -> str:
    at = "Svcr/FinInstnId/"
    return text_at(account, at + "Nm") or text_at(account, at + "BIC") or text_at(account, at + "BICFI")


def _date(text: str) -> date | None:
    try:
        return iso_date(text) if text else None
    except LineRejected:
        return None


def _forget(element: Element) -> None:
    """Free what was read: this element and what stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


_BROKEN: Final = etree.ErrorTypes
_WORDS: Final = {
    _BROKEN.ERR_DOCUMENT_EMPTY: "there is nothing in it",
    _BROKEN.ERR_TAG_NOT_FINISHED: "the file breaks off there",
    _BROKEN.ERR_TAG_NAME_MISMATCH: "an element is closed that was not the last one opened",
    _BROKEN.ERR_DOCUMENT_END: "the file breaks off or goes on behind its end",
    _BROKEN.ERR_INVALID_CHAR: "there is a character that XML does not have",
    _BROKEN.ERR_INVALID_ENCODING: "there are bytes that its encoding does not have",
    _BROKEN.ERR_UNSUPPORTED_ENCODING: "it names an encoding that we do not know",
    _BROKEN.ERR_UNKNOWN_ENCODING: "it names an encoding that we do not know",
    _BROKEN.ERR_INTERNAL_ERROR: "it ends too soon, or uses an entity, which no bank's statement does",
    _BROKEN.ERR_RESOURCE_LIMIT: "an element is too deep or too long for any statement",
}


def _syntax(error: etree.XMLSyntaxError) -> str:
    """In our words: the library's speak of its own options, and quote the file."""
    words = _WORDS.get(error.code, "a tag breaks off or is not written as XML wants it")
    return f"The file is not well-formed XML at line {error.lineno or 1}: {words}; ask the bank for it again."
