"""The information for the account owner (:86:) in the shapes that banks give it: German ?20 fields with SEPA keywords,
Dutch /NAME/ words, or plain text."""

import re
from typing import Any, Final

from mt940 import models, options, processors

from billing.statements.amounts import plain_minor
from billing.statements.cleaning import clean, clean_reference, last4
from billing.statements.records import LineRejected, ParsedLine

_FIELDS: Final = re.compile(r"\d{3}\?\d{2}")
_WORDS: Final = re.compile(r"(?:^|/)(?P<word>[A-Z]{3,4})/(?P<text>(?:(?!/[A-Z]{3,4}/).)*)", re.DOTALL)
_RETURN_CODE: Final = re.compile(r"\b(?:A[CGM]\d\d|MD\d\d|MS\d\d|RC\d\d|RR\d\d|SL01|TM01|FF\d\d|BE\d\d|CNOR|DNOR)\b")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[0-9A-Z]{10,30}")
_ORDERED: Final = re.compile(r"/OCMT/(?P<currency>[A-Z]{3})(?P<amount>[0-9]+,[0-9]*)")
_CHARGES: Final = re.compile(r"/CHGS/(?P<currency>[A-Z]{3})(?P<amount>[0-9]+,[0-9]*)")
_CREDITOR_REFERENCE: Final = re.compile(r"\bRF\d{2}[0-9A-Z]{1,21}\b")
# German business transaction codes (GVC) that a bank gives to money sent back, and to its own charges.
_RETURNED: Final = frozenset({"108", "109", "159", "181", "182", "183", "184", "185", "186"})
_CHARGED: Final = frozenset({"805", "806", "808", "809", "818"})
_DIRECT_DEBIT: Final = frozenset({"104", "105", "106", "107", "170", "171", "174", "192", "193", "194", "195"})
_AS_TODAY = models.Transactions(options=options.Options(applicant_iban=True, gvc_leading_text=True))


def has_fields(text: str) -> bool:
    return _FIELDS.match(text) is not None


def details_of(line: ParsedLine, text: str, supplement: str) -> ParsedLine:
    line = _amounts_of(line, supplement)
    if has_fields(text):
        return _structured(line, text)
    joined = " ".join(filter(None, (supplement, text.replace("\n", " "))))
    words = {found["word"]: found["text"].strip() for found in _WORDS.finditer(text.replace("\n", ""))}
    if words.keys() & {"REMI", "NAME", "EREF", "IBAN", "BENM", "ORDP", "CNTP", "TRCD"}:
        return _worded(line, words, joined, supplement)
    found = _CREDITOR_REFERENCE.search(joined)
    return line._replace(
        remittance=clean(joined, 1000), structured_reference=clean_reference(found[0]) if found else ""
    )


def _structured(line: ParsedLine, text: str) -> ParsedLine:
    told: dict[str, Any] = {"transaction_details": ""}
    processors.transaction_details_post_processor(_AS_TODAY, None, {"transaction_details": text}, told)  # type: ignore[arg-type]  # the tag is not looked at
    code, purpose = told.get("transaction_code") or "", told.get("purpose") or ""
    sent_back = line.kind == "return" or code in _RETURNED
    end_to_end = told.get("end_to_end_reference") or line.end_to_end_id
    if end_to_end.upper() in {"NOTPROVIDED", "NONREF"}:
        end_to_end = ""
    reason = _RETURN_CODE.search(f"{told.get('return_debit_notes') or ''} {purpose}") if sent_back else None
    reference = _CREDITOR_REFERENCE.search(purpose)
    kind = "return" if sent_back else "fee" if code in _CHARGED else "direct_debit" if code in _DIRECT_DEBIT else ""
    return line._replace(
        kind=kind or line.kind,
        end_to_end_id=clean_reference(end_to_end),
        structured_reference=clean_reference(reference[0]) if reference else "",
        remittance=clean(purpose or told.get("posting_text") or "", 1000),
        counterparty=clean(told.get("applicant_name") or told.get("recipient_name") or "", 200),
        counterparty_last4=last4(told.get("applicant_iban") or told.get("gvc_applicant_iban") or ""),
        return_code=reason[0] if reason else "",
        returned_reference=clean_reference(end_to_end) if sent_back else "",
    )


def _worded(line: ParsedLine, words: dict[str, str], joined: str, supplement: str) -> ParsedLine:
    end_to_end = words.get("EREF", "")
    reason = _RETURN_CODE.search(words.get("RTRN", ""))
    structured = _CREDITOR_REFERENCE.search(joined)
    return line._replace(
        kind="return" if "RTRN" in words else line.kind,
        end_to_end_id=line.end_to_end_id if end_to_end in {"", "NOTPROVIDED"} else clean_reference(end_to_end),
        structured_reference=clean_reference(structured[0]) if structured else "",
        remittance=clean(words.get("REMI") or joined, 1000),
        counterparty=clean(words.get("NAME", ""), 200),
        counterparty_last4=last4(words.get("IBAN", "") or (supplement if _IBAN.fullmatch(supplement) else "")),
        return_code=reason[0] if reason else clean_reference(words.get("RTRN", "").split(" ")[0], 10),
        returned_reference=clean_reference(end_to_end) if "RTRN" in words else "",
    )


def _amounts_of(line: ParsedLine, supplement: str) -> ParsedLine:
    """What was ordered before the exchange (OCMT), and what the bank kept (CHGS)."""
    ordered, charged = _ORDERED.search(supplement), _CHARGES.search(supplement)
    try:
        if ordered:
            minor = plain_minor(ordered["amount"], ordered["currency"])
            original = minor if line.amount_minor >= 0 else -minor
            line = line._replace(original_minor=original, original_currency=ordered["currency"])
        if charged and charged["currency"] == line.currency:
            line = line._replace(fee_minor=plain_minor(charged["amount"], charged["currency"]))
    except LineRejected:
        pass  # told beside the amount that counts; that one was read
    return line
