"""Category and priority of a message, each with the reason an agent can check."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from supportdesk.tickets.states import Category, Priority
from supportdesk.tickets.triage.words import HIGH, OF_CATEGORY, PHRASES, URGENT

LONGEST = 10_000  # characters that are read; what a message is about is said before that
ENOUGH = 2  # points from which a category is believed


@dataclass(frozen=True, slots=True)
class Triage:
    category: Category
    priority: Priority
    reasons: tuple[str, ...]


def triage(*, subject: str, text: str, chosen: Category | None = None, labels: Iterable[str] = ()) -> Triage:
    """`chosen` is what the writer picked and wins over every guess; `labels` are words of another system's menu."""
    spoken = " ".join([subject, *labels, text[:LONGEST]]).lower().replace("’", "'")
    category, why = (chosen, f"the writer chose “{chosen.label.lower()}”") if chosen else _category(spoken)
    priority, reasons = _priority(category, spoken)
    return Triage(category, priority, (why, *reasons))


def _category(spoken: str) -> tuple[Category, str]:
    """The category with the most points; of equals the one that stands first, as the more urgent do."""
    points = {category: _points(spoken, category) for category in PHRASES}
    best = max(points, key=lambda category: sum(points[category].values()))
    if sum(points[best].values()) < ENOUGH:
        return Category.OTHER, "no rule knows these words"
    words = ", ".join(f"“{phrase}”" for phrase in sorted(points[best], key=lambda word: -points[best][word])[:3])
    return best, f"it says {words}"


def _points(spoken: str, category: Category) -> Mapping[str, int]:
    phrases = PHRASES[category]
    return {phrase: phrases[phrase] for phrase in set(_pattern(tuple(phrases)).findall(spoken))}


def _priority(category: Category, spoken: str) -> tuple[Priority, tuple[str, ...]]:
    for priority, words in ((Priority.URGENT, URGENT), (Priority.HIGH, HIGH)):
        found = _pattern(tuple(words)).findall(spoken)
        if found:
            return priority, tuple(dict.fromkeys(words[word] for word in found))
    priority = OF_CATEGORY.get(category, Priority.NORMAL)
    return priority, (
        f"{category.label.lower()} is {priority.label.lower()} by rule",
    ) if category in OF_CATEGORY else ()


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the phrases, at the beginning of a word; the longer first, so that it is not cut short."""
    return re.compile(r"\b(" + "|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) + ")")
