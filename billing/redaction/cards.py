"""Finds card numbers in one reading of a text.

The text is cut into numbers and the gaps between them. From each number on, following numbers are joined while the
gaps allow it, and every join of 13 to 19 digits in an issuer's range with a holding check digit is a candidate. How
the digits are grouped, and what stands around them, decides whether chance is a better explanation. Each start looks
at most 19 numbers ahead, so the cost is linear in the text.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import zip_longest

from billing.redaction.characters import LOOSE_GAP, NUMBER, TIGHT_GAP, ascii_digits, is_cased, lowered
from billing.redaction.lookalikes import CardWords, Spans, is_dialled, known_numbers, labelled_as_other
from billing.redaction.networks import IssuerRange, issuer_of
from billing.redaction.vocabulary import CONNECTORS, WORD

SHORTEST, LONGEST = 13, 19
_WIDEST_GAP = 80
# Where a network issues several lengths, the one nearly all of its cards have.
_USUAL_LENGTH = {"visa": 16, "discover": 16, "jcb": 16, "mir": 16, "amex": 15, "diners": 14}
# How cards are printed and read out, apart from rows of groups of four and more (see _as_printed).
_PRINTED = frozenset({(4, 3, 3, 3), (16, 3), (3, 4, 4, 4), (1, 4, 4, 4), (2, 4, 4, 4)})


class Gap(IntEnum):
    TIGHT = 1  # a few spaces, dashes, dots
    LOOSE = 2  # any punctuation, quote marks, line breaks
    CONNECTED = 3  # "then", "and the rest is"
    SPOKEN = 4  # other short words


@dataclass(frozen=True, slots=True)
class Number:
    start: int
    end: int
    digits: str
    # The gap behind this number; None where nothing can be joined.
    gap: Gap | None
    gap_text: str


@dataclass(frozen=True, slots=True)
class Card:
    start: int
    end: int
    digits: str
    network: str
    weight: int


class Page:
    """One reading of a text, and what is asked of it more than once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.small = lowered(text)
        self.numbers = numbers_in(text)
        self.words = CardWords(self.small)

    @cached_property
    def number_starts(self) -> list[int]:
        return [number.start for number in self.numbers]

    @cached_property
    def known(self) -> Spans:
        return known_numbers(self.text)


def find_cards(page: Page) -> list[Card]:
    if sum(len(number.digits) for number in page.numbers) < SHORTEST:
        return []
    return _without_overlaps(list(_candidates(page)))


def numbers_in(text: str) -> list[Number]:
    matches = list(NUMBER.finditer(text))
    numbers = []
    for match, following in zip_longest(matches, matches[1:]):
        start, end = match.span()
        gap_text = text[end : following.start()] if following and following.start() - end <= _WIDEST_GAP else ""
        numbers.append(Number(start, end, ascii_digits(match.group()), _gap_kind(gap_text), gap_text))
    return numbers


@lru_cache(maxsize=4096)
def _gap_kind(gap: str) -> Gap | None:
    if not gap or "+" in gap[1:]:
        return None
    if TIGHT_GAP.fullmatch(gap):
        return Gap.TIGHT
    if LOOSE_GAP.fullmatch(gap):
        return Gap.LOOSE
    words = WORD.findall(gap)
    rest = WORD.sub("", gap)
    if not words or (rest and not LOOSE_GAP.fullmatch(rest)):
        return None
    if len(words) <= 8 and all(word.lower() in CONNECTORS for word in words):
        return Gap.CONNECTED
    return Gap.SPOKEN if len(words) <= 4 and all(len(word) <= 12 for word in words) else None


def _candidates(page: Page) -> Iterator[Card]:
    for first, number in enumerate(page.numbers):
        if len(number.digits) > LONGEST:
            yield from _with_expiry_attached(number)
        elif number.digits[0] not in "017":
            yield from _joined_from(page, first)


def _with_expiry_attached(number: Number) -> Iterator[Card]:
    """16 digits, month, year and perhaps the code, run together without a break."""
    month, year = number.digits[16:18], number.digits[18:20]
    if len(number.digits) in (20, 23) and "01" <= month <= "12" and "24" <= year <= "45":
        issuer = issuer_of(number.digits[:16])
        if issuer and issuer.sure:
            yield Card(number.start, number.end, number.digits[:16], issuer.network, 1)


def _joined_from(page: Page, first: int) -> Iterator[Card]:
    numbers, digits, even, widest = page.numbers, "", True, 0
    shape: list[int] = []
    start, inside = numbers[first].start, numbers[first].gap_text
    in_context = len(numbers[first].digits) < 3 and page.words.near(start, start)
    if len(numbers[first].digits) < 3 and not in_context and not _opens(numbers, first):
        return
    for last in range(first, min(first + LONGEST, len(numbers))):
        number = numbers[last]
        digits += number.digits
        shape.append(len(number.digits))
        if len(digits) > LONGEST:
            return
        if len(digits) >= SHORTEST and (issuer := issuer_of(digits)):
            run = Run(page, first, last, digits, tuple(shape), issuer, widest=widest, even=even)
            if run.is_card():
                yield Card(start, number.end, digits, issuer.network, run.weight())
        if number.gap is None:
            return
        widest = max(widest, number.gap)
        even = even and number.gap_text == inside
        if not even and not in_context and min(shape) < 3:
            in_context = page.words.near(start, number.end)
            if not in_context:
                return


def _opens(numbers: list[Number], first: int) -> bool:
    """Not cut out of a longer row of numbers set in the same way."""
    number, before = numbers[first], numbers[first - 1]
    return (
        not first
        or before.gap is None
        or before.gap_text != number.gap_text
        or len(before.digits) != len(number.digits)
    )


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers in a row whose digits could be a card's; says whether they are."""

    page: Page
    first: int
    last: int
    digits: str
    shape: tuple[int, ...]
    issuer: IssuerRange
    widest: int
    even: bool

    @property
    def start(self) -> int:
        return self.page.numbers[self.first].start

    @property
    def end(self) -> int:
        return self.page.numbers[self.last].end

    def is_card(self) -> bool:
        return self._explained() and not self.page.known.touch(self.start, self.end) and self._meant_as_card()

    def weight(self) -> int:
        """How well "a card" explains it, to choose between runs that overlap."""
        whole_row = len(self.shape) == 1 or (self.widest == Gap.TIGHT and self.even and self._stands_alone())
        usual = len(self.digits) == _USUAL_LENGTH.get(self.issuer.network)
        return 8 * self.issuer.sure + 4 * self._as_printed() + 3 * whole_row + 2 * usual - self.widest

    def _explained(self) -> bool:
        """Is "a card" the best explanation of this grouping?"""
        in_context = self.page.words.near(self.start, self.end)
        if len(self.shape) == 1:
            return self.issuer.sure or in_context
        if self.widest == Gap.SPOKEN:
            return self._as_printed() and self.issuer.sure and in_context
        if in_context:
            return True
        if self._as_printed():
            return self.issuer.sure or (self.widest == Gap.TIGHT and self._stands_alone())
        return self.issuer.sure and self.even and self._stands_alone()

    def _as_printed(self) -> bool:
        return all(size >= 4 for size in self.shape[:-1]) or self.shape in _PRINTED

    def _stands_alone(self) -> bool:
        numbers, last = self.page.numbers, self.page.numbers[self.last]
        inside, size = numbers[self.first].gap_text, self.shape[0]
        closes = last.gap is None or last.gap_text != inside
        if not closes and set(self.shape) == {size}:
            closes = len(numbers[self.last + 1].digits) != size
        return closes and _opens(numbers, self.first)

    def _meant_as_card(self) -> bool:
        page, start, end = self.page, self.start, self.end
        if is_dialled(page.text, start, self.digits):
            return False
        if len(self.shape) > 1:
            return True
        if is_cased(page.text[start - 1 : start]) or is_cased(page.text[end : end + 1]):
            return page.words.near(start, end, before=24, after=12)
        return not labelled_as_other(page.text, page.small, start, page.words)


def _without_overlaps(cards: list[Card]) -> list[Card]:
    """The best explained of those that share digits."""
    cards.sort(key=lambda card: (-card.weight, card.start, -card.end))
    kept: list[Card] = []
    for card in cards:
        place = bisect_left(kept, card.end, key=lambda other: other.start)
        if not place or kept[place - 1].end <= card.start:
            kept.insert(place, card)
    return kept
