"""What makes a message urgent. Each rule says why in words an agent may repeat; the strongest one decides."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from supportdesk.tickets.states import Category, Priority


class Signal(NamedTuple):
    priority: Priority
    says: str
    pattern: re.Pattern[str]


_FEW = r"\W+(?:[\w']+\W+){0,4}?"


def _signal(priority: Priority, says: str, *patterns: str) -> Signal:
    return Signal(priority, says, re.compile(rf"\b(?:{'|'.join(patterns)})"))


SIGNALS = (
    _signal(
        Priority.URGENT,
        "somebody else may be using the card or the account",
        r"stolen|stole my|hacked|identity theft|scammed|compromised|unauthori[sz]ed|lost my (?:card|wallet|purse)",
        r"fraudulent (?:charge|transaction|payment|purchase|withdrawal|transfer)",
        rf"(?:someone|somebody){_FEW}(?:us(?:ed|ing) my|withdr|in my account|has my)",
    ),
    _signal(
        Priority.URGENT,
        "cover or service may be lost soon",
        r"laps(?:e|es|ed|ing)\b|about to (?:be )?cancel\w*|lose (?:my )?(?:cover\w*|insurance|policy)",
        r"(?:final|cancellation|termination|shut-?off|disconnect\w*) notice",
        rf"(?:insurance|policy|cover\w*){_FEW}(?:cancel+ed|expire[sd]?|terminated) (?:tomorrow|today|on|this|next)",
    ),
    _signal(
        Priority.URGENT,
        "the writer may be in danger or in need",
        r"suicid\w*|kill myself|end my life|harm myself|evict\w*|homeless|foreclos\w*|repossess\w*",
        r"(?:can't|cannot|can not|couldn't) (?:afford |buy |pay for )?(?:food|eat|medicine|medication|rent|heating)",
    ),
    _signal(
        Priority.HIGH,
        "legal steps or a regulator are named",
        r"lawyers?|attorneys?|lawsuit|sue\b|suing|sued|legal (?:action|steps|advice)|court\b|solicitor",
        r"small claims|ombudsman|regulator\b|cfpb|trading standards|better business bureau|bbb\b|arbitration",
    ),
    _signal(
        Priority.HIGH,
        "the writer may be vulnerable",
        r"disab(?:led|ility)|widow\w*|bereave\w*|passed away|deceased|cancer\b|hospital\w*|surgery|dementia",
        r"pension\w*|my (?:husband|wife|mother|father|mom|dad|son|daughter) died|depress(?:ed|ion)",
        r"single (?:mother|mom|parent)|elderly|unemployed|lost my job|domestic (?:abuse|violence)",
        r"older american|servicemember",
    ),
    _signal(
        Priority.HIGH,
        "it was asked before",
        r"(?:second|third|fourth|fifth|2nd|3rd|\d+th) (?:time|request|complaint|email|call|letter|attempt)",
        r"again and again|over and over|still (?:no|not|haven't|waiting)|for (?:months|weeks)\b",
        r"(?:several|many|multiple|numerous|countless|\d+) (?:times|calls|emails|letters|phone calls)",
        r"no ?(?:one|body) (?:\w+ )?(?:answer\w*|respond\w*|repl\w*|call\w*)",
        r"(?:never|not) (?:heard|got|received) (?:back|an answer|a reply|a response)",
    ),
    _signal(
        Priority.HIGH,
        "the trouble costs money each day",
        r"overdraft|overdrawn|late fee|bounced|negative balance|account (?:is )?(?:in the )?(?:negative|minus)",
        r"collections?\b|credit score",
    ),
    _signal(
        Priority.HIGH,
        "the writer says it is urgent",
        r"urgent\w*|emergency|immediately|asap\b|right (?:now|away)|stranded|abroad",
    ),
)
OF_CATEGORY: Mapping[Category, Priority] = {
    Category.UNAUTHORISED: Priority.HIGH,
    Category.AUTOPAY: Priority.HIGH,
    Category.PROOF_NEEDED: Priority.LOW,
    Category.PROMOTION: Priority.LOW,
}


def priority_of(category: Category, heard: str) -> tuple[Priority, tuple[str, ...]]:
    """Smaller is more urgent. The reasons are all the signals of the priority that won, or the category's own rule."""
    found = [(signal, match) for signal in SIGNALS if (match := signal.pattern.search(heard))]
    usual = OF_CATEGORY.get(category, Priority.NORMAL)
    best = min([usual, *(signal.priority for signal, _ in found)])
    reasons = tuple(f"{signal.says} (“{match.group().strip()}”)" for signal, match in found if signal.priority == best)
    if not reasons and category in OF_CATEGORY:
        reasons = (f"{category.label.lower()} is {usual.label.lower()} by rule",)
    return best, reasons
