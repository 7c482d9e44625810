"""Lines without a reference: candidates of the same amount near the same day, weighed against each other."""

from collections.abc import Sequence
from heapq import nsmallest

from billing.reconciliation.facts import ExpectedFacts, LineFacts, MatchFound, PartFound
from billing.reconciliation.rules import (
    ALL_OF_A_CUSTOMER,
    CANDIDATE,
    MOST_PROPOSALS_PER_LINE,
    WINDOW,
)
from billing.reconciliation.sums import only_subset

SAME_NAME = 300
PER_DAY_OFF = 15
MOST_OF_A_CANDIDATE = 790  # below every rule that posts by itself


def propose_candidates(line: LineFacts, candidates: Sequence[ExpectedFacts]) -> list[MatchFound]:
    """The best few, best first. None is posted: whatever was certain has been taken by a rule before."""
    best = nsmallest(MOST_PROPOSALS_PER_LINE, candidates, key=lambda each: (-_score(line, each), each.id))
    return [_proposed(line, each, alone=len(candidates) == 1) for each in best]


def propose_sum(line: LineFacts, open_ones: Sequence[ExpectedFacts]) -> list[MatchFound]:
    """Several open amounts of the one customer whom the line names."""
    fitting = [
        each
        for each in open_ones
        if each.currency == line.currency
        and each.left_minor * line.amount_minor > 0
        and abs(each.left_minor) < abs(line.amount_minor)
    ]
    chosen = only_subset([each.left_minor for each in fitting], line.amount_minor)
    if chosen is None:
        return []
    parts = tuple(
        PartFound(line.id, fitting[place].id, fitting[place].left_minor, fitting[place].left_minor) for place in chosen
    )
    reasons = (ALL_OF_A_CUSTOMER.words, f"These {len(parts)} and no others add up to the line.")
    return [MatchFound(ALL_OF_A_CUSTOMER, parts, reasons, ALL_OF_A_CUSTOMER.score)]


def _score(line: LineFacts, expected: ExpectedFacts) -> int:
    score = CANDIDATE.score + PER_DAY_OFF * max(0, WINDOW.days - _days_off(line, expected))
    if line.payer_key and line.payer_key == expected.payer_key:
        score += SAME_NAME
    return min(score, MOST_OF_A_CANDIDATE)


def _proposed(line: LineFacts, expected: ExpectedFacts, *, alone: bool) -> MatchFound:
    days = _days_off(line, expected)
    reasons = ["The amount is the same."]
    reasons.append("It was expected on that day." if not days else f"It was expected {_days(days)} away.")
    if line.payer_key and expected.payer_key:
        reasons.append(f"The payer's name is {'the same' if line.payer_key == expected.payer_key else 'another'}.")
    reasons.append("There is no other candidate." if alone else "There are others of the same amount.")
    part = PartFound(line.id, expected.id, line.amount_minor, expected.amount_minor)
    return MatchFound(CANDIDATE, (part,), tuple(reasons), _score(line, expected))


def _days_off(line: LineFacts, expected: ExpectedFacts) -> int:
    return abs((line.booked_on - expected.due_on).days)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
