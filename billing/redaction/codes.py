"""Finds what may not be kept even for a moment beside a card: its security code, its PIN, the rest of its track."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from billing.redaction import vocabulary
from billing.redaction.cards import Card, Page
from billing.redaction.characters import is_whole_word

_REACH = 64
# What this engine itself leaves of a card, so that a code sent in a later message is still seen beside it.
MASKED_CARD = re.compile(r"\*{4}\d{4}(?!\d)")
_TRACK_REST = re.compile(r"\^[^^\r\n]{2,40}\^\d{7,}\??|[=d]\d{7,}\??")
_LONELY_CODE = re.compile(r"[\W_]*(?P<code>\d{3,4})[\W_]*")


class Secret(NamedTuple):
    kind: str
    start: int
    end: int


def find_codes(page: Page, cards: list[Card]) -> list[Secret]:
    small = page.small
    found = [
        *_labelled(page, vocabulary.SECURITY_CODE, "security_code"),
        *_labelled(page, vocabulary.PIN, "pin", digits=4),
        *_in_front_of_label(page, cards),
        *(secret for card in cards for secret in _behind_card(small, card)),
    ]
    return [secret for secret in found if not _inside(secret, cards)]


def find_lonely_code(text: str) -> Secret | None:
    """A message that is nothing but a code, asked only where the message before it ended with a card."""
    match = _LONELY_CODE.fullmatch(text) if len(text) <= _REACH else None
    return Secret("security_code", *match.span("code")) if match else None


def _labels(page: Page, label: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Labels with a digit within reach; most have none, and cost no more than being found."""
    starts = page.number_starts
    for match in label.finditer(page.small):
        index = bisect_left(starts, match.start() - _REACH)
        if index < len(starts) and starts[index] <= match.end() + _REACH and is_whole_word(page.small, *match.span()):
            yield match


def _labelled(page: Page, label: re.Pattern[str], kind: str, *, digits: int = 0) -> Iterator[Secret]:
    small = page.small
    for match in _labels(page, label):
        code = vocabulary.CODE_AFTER_LABEL.match(small, match.end(), match.end() + _REACH)
        if code and not vocabulary.UNIT.match(small, code.end()):
            written = sum(character.isdigit() for character in code["code"])
            if not digits or written == digits:
                yield Secret(kind, *code.span("code"))


def _in_front_of_label(page: Page, cards: list[Card]) -> Iterator[Secret]:
    """ "123 is my CVV"; "123 CVV" only close to a card, where it cannot be an error number."""
    small = page.small
    for label in _labels(page, vocabulary.SECURITY_CODE):
        first = max(0, label.start() - 32)
        code = vocabulary.CODE_BEFORE_LABEL.search(small[first : label.start()])
        if code and (code["link"] or _card_near(small, label.start(), cards)):
            start, end = code.span("code")
            yield Secret("security_code", first + start, first + end)


def _card_near(text: str, place: int, cards: list[Card]) -> bool:
    index = bisect_left(cards, place, key=lambda card: card.start)
    behind = index < len(cards) and cards[index].start - place < 120
    before = index > 0 and place - cards[index - 1].end < 120
    return behind or before or MASKED_CARD.search(text, max(0, place - 120), place) is not None


def _behind_card(text: str, card: Card) -> Iterator[Secret]:
    if track := _TRACK_REST.match(text, card.end, card.end + 200):
        yield Secret("track", track.start() + 1, track.end())
        return
    reach = card.end + _REACH
    length = 4 if card.network == "amex" else 3
    code = vocabulary.CODE_AFTER_CARD.match(text, card.end, reach)
    if code and len(code["code"]) == length and not vocabulary.UNIT.match(text, code.end()):
        yield Secret("security_code", *code.span("code"))
    for label in vocabulary.WEAK_LABEL.finditer(text, card.end, reach):
        if not is_whole_word(text, *label.span()):
            continue
        code = vocabulary.CODE_AFTER_LABEL.match(text, label.end(), label.end() + 24)
        if code and not vocabulary.UNIT.match(text, code.end()):
            yield Secret("security_code", *code.span("code"))


def _inside(secret: Secret, cards: list[Card]) -> bool:
    index = bisect_left(cards, secret.end, key=lambda card: card.start) - 1
    return index >= 0 and cards[index].end > secret.start
