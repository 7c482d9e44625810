"""Numbers that pass for a card's by chance, and are known for what they are by their form or their label."""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from billing.redaction import vocabulary

_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![0-9A-Za-z])")
# Postal tracking printed in fours, 20 or 22 digits, service code 91 to 95.
_POSTAL = re.compile(r"(?<![0-9A-Za-z])9[1-5]\d\d(?: \d{4}){4}(?: \d\d)?(?![0-9A-Za-z])")
_IBAN_HEAD = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}\d\d(?=[ \-\u00a0]?[0-9A-Za-z])")
_IBAN_BODY = re.compile(r"(?:[ \-\u00a0]?[0-9A-Za-z]){1,40}")
# Lengths from the IBAN registry.
_IBAN_LENGTHS = dict(
    pair.split(":")
    for pair in (
        "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 "
        "DJ:27 DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HN:28 "
        "HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 "
        "MC:27 MD:24 ME:22 MK:19 MN:20 MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 "
        "RO:24 RS:22 RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 "
        "VA:22 VG:24 XK:20 YE:30"
    ).split()
)


class Spans:
    """Known spans of a text, in order; asked whether one touches another."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def touch(self, start: int, end: int) -> bool:
        index = bisect_right(self._ends, start)
        return index < len(self._starts) and self._starts[index] < end


def known_numbers(text: str) -> Spans:
    found = [match.span() for pattern in (_UUID, _POSTAL) for match in pattern.finditer(text)]
    found += [span for head in _IBAN_HEAD.finditer(text) if (span := _iban_span(text, head))]
    return Spans(sorted(found, key=lambda span: (span[1], span[0])))


def _iban_span(text: str, head: re.Match[str]) -> tuple[int, int] | None:
    """By registered length, and by check digits unless it is printed in capitals and groups of four."""
    country = head.group()[:2].upper()
    wanted = int(_IBAN_LENGTHS.get(country, 0)) - 4
    body = _IBAN_BODY.match(text, head.end()) if wanted > 0 else None
    if body is None:
        return None
    kept, end = "", head.end()
    for offset, character in enumerate(body.group(), start=head.end()):
        if character.isalnum():
            kept += character
            end = offset + 1
            if len(kept) == wanted:
                break
    written = text[head.start() : end]
    if len(kept) != wanted or text[end : end + 1].isalnum():
        return None
    grouped = written[:2].isupper() and all(len(group) == 4 for group in re.split(r"[ \-\u00a0]", written)[:-1])
    return (head.start(), end) if (grouped and len(written) > wanted + 4) or _iban_holds(head.group() + kept) else None


def _iban_holds(iban: str) -> bool:
    moved = (iban[4:] + iban[:4]).upper()
    return moved.isascii() and int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


class CardWords:
    """Where a text speaks of cards: looked for once, when first asked."""

    def __init__(self, small: str) -> None:
        self._small = small

    @cached_property
    def _starts(self) -> list[int]:
        return [match.start() for match in vocabulary.CARD.finditer(self._small)]

    def near(self, start: int, end: int, *, before: int = 60, after: int = 40) -> bool:
        return bisect_left(self._starts, start - before) < bisect_right(self._starts, end + after)


def labelled_as_other(text: str, small: str, start: int, words: CardWords) -> bool:
    """An order, tracking or phone number by the words directly in front, with no card named before them."""
    before = small[max(0, start - 48) : start]
    prefix = vocabulary.OTHER_PREFIX.search(before)
    if prefix and text[start - len(prefix.group().lstrip()) : start].isupper():
        return True
    label = vocabulary.OTHER_NUMBER.search(before)
    if label is None:
        return False
    named_at = start - len(before) + label.start()
    return not words.near(named_at, named_at, before=24, after=0)


def is_dialled(text: str, start: int, digits: str) -> bool:
    """International phone numbers: a plus sign and at most 15 digits."""
    return len(digits) <= 15 and text[max(0, start - 2) : start].rstrip("( ").endswith("+")
