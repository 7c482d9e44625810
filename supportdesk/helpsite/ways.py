"""Where somebody can look for themselves, before an article: what a topic's tile promises, its page has first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Way:
    title: str
    summary: str
    address: str  # the name of a page


PAYMENTS: Final = Way("Your payments and refunds", "Each with its date, and where it is now", "billing:payments")
BILLS: Final = Way("Your bills", "Line by line, and what became of each", "billing:bills")
COMPARE: Final = Way(
    "Compare with my bank statement", "Paste its lines. We tell you what each of them is", "billing:compare_own"
)
METHODS: Final = Way("How you pay", "Your cards and accounts, and how to change them", "billing:methods")

WAYS: Final[Mapping[str, tuple[Way, ...]]] = {
    "payment-failed": (PAYMENTS, BILLS),
    "wrong-bill": (BILLS,),
    "charged-twice": (COMPARE, PAYMENTS),
    "refund": (PAYMENTS,),
    "unknown-charge": (COMPARE, PAYMENTS),
    "autopay": (METHODS,),
    "policy-change": (BILLS,),
    "promotion": (BILLS,),
}


def ways_of(topic: str) -> tuple[Way, ...]:
    """A topic that somebody added has none."""
    return WAYS.get(topic, ())
