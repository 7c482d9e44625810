"""One entry (Ntry) of a camt report, as one line or as several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from billing.statements.amounts import iso_date, plain_minor
from billing.statements.camt_xml import Element, flat
from billing.statements.cleaning import clean, clean_name, clean_reference, last4
from billing.statements.records import LineRejected, ParsedLine

_NOT_GIVEN: Final = frozenset({"", "NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "UNKNOWN"})
_FAMILIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("RCDT", "ICDT", "RRCT", "IRCT"), "transfer"),
    **dict.fromkeys(("RDDT", "IDDT"), "direct_debit"),
    **dict.fromkeys(("CCRD", "MCRD"), "card"),
}
_SUBFAMILIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("UPDD", "PRDD", "RRTN", "UPCT", "ARET", "RPCR", "UPTR", "RVTR"), "return"),
    **dict.fromkeys(("CHRG", "FEES", "COMM"), "fee"),
    "INTR": "interest",
}
_DETAILS: Final = frozenset({"NtryDtls", "TxDtls"})
_NUMBERS: Final = ("Id/IBAN", "Id/Othr/Id", "Id/BBAN", "Id/PrtryAcct/Id")
Texts = Mapping[str, str]
Nested = Sequence[Element]  # the remittance blocks of a transaction


@dataclass(frozen=True, slots=True)
class Account:
    number: str
    name: str
    bank: str


def lines_of_entry(
    element: Element, statement: int, account: str, line_number: int, made_on: date | None, entry_number: int
) -> list[ParsedLine]:
    """Several transactions become a line each where their amounts are given and add up to the entry's."""
    details = _transactions(element)
    entry = flat(element, without=_DETAILS)
    head = _head(entry, statement, account, line_number, made_on, entry_number)
    if len(details) == 1:
        return [_line(head, entry, flat(details[0]), _remittances(details[0]))]
    texts = [flat(detail) for detail in details]
    shares = _shares(texts, head)
    if shares is None:
        parts = " ".join(_remittance(each, _remittances(detail)) for each, detail in zip(texts, details, strict=True))
        return [_line(head, entry, {}, (), parts)]
    return [
        _line(head._replace(amount_minor=share, line_number=detail.sourceline or line_number), entry, each, nested)
        for share, each, detail in zip(shares, texts, details, strict=True)
        for nested in (_remittances(detail),)
    ]


def _transactions(element: Element) -> list[Element]:
    """In version 1 they stand in the entry itself."""
    found = list(element.iterchildren("{*}TxDtls"))
    for block in element.iterchildren("{*}NtryDtls"):
        found += block.iterchildren("{*}TxDtls")
    return found


def _remittances(detail: Element) -> Nested:
    return list(detail.iterchildren("{*}RmtInf"))


def _head(
    entry: Texts, statement: int, account: str, line_number: int, made_on: date | None, entry_number: int
) -> ParsedLine:
    currency = entry.get("Amt@", "")
    if "Amt" not in entry:
        raise LineRejected("The entry states no amount.")
    minor = plain_minor(entry["Amt"], currency)
    booked = _day(entry, "BookgDt") or _day(entry, "ValDt") or made_on
    if booked is None:
        raise LineRejected("The entry has no booking date.")
    status = entry.get("Sts") or entry.get("Sts/Cd") or "BOOK"
    return ParsedLine(
        statement,
        account,
        line_number,
        booked,
        _signed(minor, entry.get("CdtDbtInd", "")),
        currency,
        value_on=_day(entry, "ValDt"),
        pending=status != "BOOK",
        kind=_kind(entry),
        entry_number=entry_number,
        entry_reference=clean_reference(_given(entry.get("AcctSvcrRef"))),
    )


def _line(head: ParsedLine, entry: Texts, detail: Texts, nested: Nested, remittance: str = "") -> ParsedLine:
    returned = detail.get("RtrInf/Rsn/Cd") or detail.get("RtrInf/Rsn/Prtry") or ""
    was_sent_back = bool(returned) or entry.get("RvslInd") in {"true", "1"}
    end_to_end = _given(detail.get("Refs/EndToEndId"))
    own = _given(detail.get("Refs/AcctSvcrRef"))
    name, number = _counterparty(detail, came_in=(head.amount_minor >= 0) != was_sent_back)
    original = _original(detail, head)
    return head._replace(
        kind="return" if was_sent_back else (_kind(detail) if head.kind == "other" else head.kind),
        bank_reference=(clean_reference(own) if own else head.entry_reference)
        or clean_reference(_given(entry.get("NtryRef"))),
        end_to_end_id=clean_reference(end_to_end or _given(detail.get("Refs/InstrId"))),
        structured_reference=clean_reference(_structured(nested)),
        remittance=clean(remittance or _remittance(detail, nested) or entry.get("AddtlNtryInf", ""), 1000),
        counterparty=clean_name(name),
        counterparty_last4=last4(number),
        return_code=clean_reference(returned, 10),
        returned_reference=clean_reference(
            (end_to_end or _given(detail.get("Refs/TxId")) or _given(detail.get("Refs/MndtId")))
            if was_sent_back
            else ""
        ),
        original_minor=original[0] if original else None,
        original_currency=original[1] if original else "",
        fee_minor=_fee(detail, head.currency) or _fee(entry, head.currency),
    )


def _shares(texts: list[dict[str, str]], head: ParsedLine) -> list[int] | None:
    """What each transaction moved, where that is told in the entry's currency and makes up the entry."""
    shares = []
    for detail in texts:
        at = "Amt" if "Amt" in detail else "AmtDtls/TxAmt/Amt"
        if detail.get(at + "@") != head.currency:
            return None
        try:
            minor = plain_minor(detail[at], head.currency)
        except LineRejected:
            return None
        direction = detail.get("CdtDbtInd")
        shares.append(_signed(minor, direction) if direction else (minor if head.amount_minor >= 0 else -minor))
    return shares if shares and sum(shares) == head.amount_minor else None


def _signed(minor: int, direction: str) -> int:
    if direction == "CRDT":
        return minor
    if direction == "DBIT":
        return -minor
    raise LineRejected("The entry does not say whether it is a credit or a debit.")


def _day(texts: Texts, name: str) -> date | None:
    text = texts.get(name + "/Dt") or texts.get(name + "/DtTm") or texts.get(name)
    return iso_date(text) if text else None


def _kind(texts: Texts) -> str:
    sub = texts.get("BkTxCd/Domn/Fmly/SubFmlyCd", "")
    return _SUBFAMILIES.get(sub) or _FAMILIES.get(texts.get("BkTxCd/Domn/Fmly/Cd", ""), "other")


def _given(reference: str | None) -> str:
    return "" if reference is None or reference.upper() in _NOT_GIVEN else reference


def _structured(nested: Nested) -> str:
    for block in nested:
        for part in block:
            if reference := flat(part).get("CdtrRefInf/Ref"):
                return reference
    return ""


def _remittance(detail: Texts, nested: Nested) -> str:
    told = []
    for block in nested:
        for part in block:
            if not len(part):
                told.append((part.text or "").strip())
            elif extra := flat(part).get("AddtlRmtInf"):
                told.append(extra)
    return " ".join(filter(None, told)) or detail.get("AddtlTxInf", "")


def _counterparty(detail: Texts, *, came_in: bool) -> tuple[str, str]:
    """Whoever stands on the other side. What was sent back keeps the sides of the movement it undoes."""
    for side in ("Dbtr", "Cdtr") if came_in else ("Cdtr", "Dbtr"):
        at = "RltdPties/" + side
        name = (
            detail.get(f"{at}/Nm")
            or detail.get(f"{at}/Pty/Nm")
            or detail.get(f"RltdPties/Ultmt{side}/Nm")
            or detail.get(f"RltdPties/Ultmt{side}/Pty/Nm")
        )
        number = next((detail[path] for end in _NUMBERS if (path := f"{at}Acct/{end}") in detail), "")
        if name or number:
            return name or "", number
    return "", ""


def _original(detail: Texts, head: ParsedLine) -> tuple[int, str] | None:
    """What was ordered, where the bank made something else of it: another currency, or less after a fee."""
    currency = detail.get("AmtDtls/InstdAmt/Amt@", "")
    if not currency:
        return None
    try:
        minor = plain_minor(detail["AmtDtls/InstdAmt/Amt"], currency)
    except LineRejected:
        return None
    if (minor, currency) == (abs(head.amount_minor), head.currency):
        return None
    return (minor if head.amount_minor >= 0 else -minor), currency


def _fee(texts: Texts, currency: str) -> int:
    for at in ("Chrgs/TtlChrgsAndTaxAmt", "Chrgs/Rcrd/Amt", "Chrgs/Amt"):
        if texts.get(at + "@") == currency:
            try:
                return abs(plain_minor(texts[at], currency))
            except LineRejected:
                return 0
    return 0
