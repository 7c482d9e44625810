"""Redaction: what is replaced, by what, and what is told about it.

Every text typed or sent by anyone passes ``redact`` before its first write (a stored card number also sits in write-
ahead logs and backups, where no later clean-up reaches it). A finding says where and what kind; of the digits it keeps
the last four only.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from billing.redaction.cards import Card, Page, find_cards
from billing.redaction.characters import NUMBER
from billing.redaction.codes import MASKED_CARD, find_codes, find_lonely_code
from billing.redaction.readings import Reading, readings_of

_TAG = re.compile(r"<[^<>]{0,2000}>")


class Kind(StrEnum):
    CARD_NUMBER = "card_number"
    SECURITY_CODE = "security_code"
    PIN = "pin"
    TRACK = "track"


@dataclass(frozen=True, slots=True)
class Finding:
    """``start`` and ``end`` are places in the text as it was given."""

    kind: Kind
    start: int
    end: int
    last_four: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class Redacted:
    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RedactedPair:
    previous: Redacted
    text: Redacted


def redact(text: str) -> Redacted:
    """Card numbers become ``****1111``; security codes and PINs become ``***``; expiry dates stay."""
    return _redacted(text, _findings_in(text))


def contains_card(text: str) -> bool:
    """Whether a reply, a note or a search holds a card number, and must be refused."""
    return any(find_cards(Page(reading.text)) for reading in readings_of(text))


def redact_joined(previous: str, text: str) -> RedactedPair:
    """Two messages of one sender, sent within a minute: a number may begin in one and end in the other."""
    border = len(previous) + 1
    ours = _findings_in(text)
    theirs = _findings_in(previous)
    for finding in _findings_in(f"{previous}\n{text}"):
        if finding.end < border:
            theirs.append(finding)
            continue
        begins_before = finding.start < border
        if begins_before:
            theirs.append(replace(finding, end=_last_digit(previous)))
        start = _first_digit(text) if begins_before else finding.start - border
        ours.append(replace(finding, start=start, end=finding.end - border))
    if not ours and _ends_with_card(previous, theirs) and (lonely := find_lonely_code(text)):
        ours.append(Finding(Kind.SECURITY_CODE, lonely.start, lonely.end))
    return RedactedPair(_redacted(previous, theirs), _redacted(text, ours))


def redact_bytes(raw: bytes) -> bytes:
    """For a message kept as it came. Bytes that are no UTF-8 pass unchanged; encoded parts (base64) are not opened."""
    return redact(raw.decode("utf-8", "surrogateescape")).text.encode("utf-8", "surrogateescape")


def _redacted(text: str, findings: list[Finding]) -> Redacted:
    merged = _merged(findings)
    return Redacted(_replaced(text, merged), tuple(merged))


def _first_digit(text: str) -> int:
    return next(NUMBER.finditer(text)).start()


def _last_digit(text: str) -> int:
    return max(match.end() for match in NUMBER.finditer(text))


def _ends_with_card(previous: str, findings: list[Finding]) -> bool:
    last = max((finding.end for finding in findings if finding.kind is Kind.CARD_NUMBER), default=0)
    last = max([last, *(match.end() for match in MASKED_CARD.finditer(previous))])
    return last > 0 and len(previous) - last <= 40


def _findings_in(text: str) -> list[Finding]:
    findings: list[Finding] = []
    for reading in readings_of(text):
        page = Page(reading.text)
        cards = find_cards(page)
        findings += [_card_finding(reading, card) for card in cards]
        findings += [
            Finding(Kind(secret.kind), *reading.origin(secret.start, secret.end)) for secret in find_codes(page, cards)
        ]
    return findings


def _card_finding(reading: Reading, card: Card) -> Finding:
    start, end = reading.origin(card.start, card.end)
    return Finding(Kind.CARD_NUMBER, start, end, card.digits[-4:], card.network)


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """In order of place; of two that overlap, the wider, since it covers more."""
    merged: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: (finding.start, -finding.end)):
        if not merged or finding.start >= merged[-1].end:
            merged.append(finding)
        elif finding.end > merged[-1].end:
            wider = finding if finding.end - finding.start > merged[-1].end - merged[-1].start else merged[-1]
            merged[-1] = replace(wider, start=merged[-1].start, end=finding.end)
    return merged


def _replaced(text: str, findings: list[Finding]) -> str:
    parts, cursor = [], 0
    for finding in findings:
        written = text[finding.start : finding.end]
        # Tags that ran through the number stay, so that the page around it keeps its shape.
        kept_tags = "".join(_TAG.findall(written)) if "<" in written else ""
        parts += [text[cursor : finding.start], _mask(finding), kept_tags]
        cursor = finding.end
    return "".join([*parts, text[cursor:]])


def _mask(finding: Finding) -> str:
    return f"****{finding.last_four}" if finding.kind is Kind.CARD_NUMBER else "***"
