"""Category and priority of a message, each with the reason an agent can check."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from supportdesk.tickets.states import Category, Priority
from supportdesk.tickets.triage.priorities import priority_of
from supportdesk.tickets.triage.rules import RULES

# What a message is about is said early; what makes it urgent may stand anywhere.
LONGEST_FOR_CATEGORY = 1_500
LONGEST = 10_000
ENOUGH = 2  # points from which a category is believed


@dataclass(frozen=True, slots=True)
class Triage:
    category: Category
    priority: Priority
    reasons: tuple[str, ...]


def triage(*, subject: str, text: str, chosen: Category | None = None, labels: Iterable[str] = ()) -> Triage:
    """``chosen`` is what the writer picked and wins over every guess; ``labels`` are words of another system's menu."""
    heard = _plain(". ".join([*labels, subject, text[:LONGEST]]))
    category, why = (chosen, f"the writer chose “{chosen.label.lower()}”") if chosen else _category(heard)
    priority, reasons = priority_of(category, heard)
    return Triage(category, priority, (why, *reasons))


class _Score(NamedTuple):
    points: int
    quotes: tuple[str, ...]  # the words that gave them, the weightiest first


def _category(heard: str) -> tuple[Category, str]:
    """The category with the most points; of equals the one that stands first."""
    early = heard[:LONGEST_FOR_CATEGORY]
    scores = {category: _score(category, early) for category in RULES}
    best = max(scores, key=lambda category: scores[category].points)
    if scores[best].points < ENOUGH:
        return Category.OTHER, "no rule knows these words"
    return best, "it says " + ", ".join(f"“{quote}”" for quote in scores[best].quotes[:3])


def _score(category: Category, heard: str) -> _Score:
    found = [(rule.points, match.group()) for rule in RULES[category] if (match := rule.pattern.search(heard))]
    found.sort(key=lambda each: -each[0])
    quotes = dict.fromkeys(" ".join(quote.split()) for _, quote in found)
    return _Score(sum(points for points, _ in found), tuple(quotes))


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("`", "'").lower()
