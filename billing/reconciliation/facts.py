"""What the engine is told and what it answers. Plain values; ids stand for rows."""

from dataclasses import dataclass
from datetime import date

from billing.reconciliation.rules import Rule
from billing.reconciliation.states import DiscrepancyKind


@dataclass(frozen=True, slots=True)
class LineFacts:
    id: int
    booked_on: date
    amount_minor: int
    currency: str
    payer_key: str = ""
    fee_minor: int = 0
    original_minor: int | None = None
    original_currency: str = ""
    returns: bool = False  # it says that it sends an earlier line back
    held_minor: int = 0


@dataclass(frozen=True, slots=True)
class ExpectedFacts:
    id: int
    amount_minor: int
    currency: str
    due_on: date
    held_minor: int = 0  # matched already, in this run or before
    is_open: bool = True
    customer_id: int | None = None
    payer_key: str = ""

    @property
    def left_minor(self) -> int:
        return self.amount_minor - self.held_minor


@dataclass(frozen=True, slots=True)
class PartFound:
    line_id: int
    expected_id: int
    line_minor: int
    expected_minor: int
    whole: bool = False  # of both


@dataclass(frozen=True, slots=True)
class MatchFound:
    """Parts that stand or fall together. It is posted where its rule may post; else it is proposed."""

    rule: Rule
    parts: tuple[PartFound, ...]
    reasons: tuple[str, ...]
    score: int

    @property
    def fingerprint(self) -> str:
        return ";".join(f"{part.line_id}:{part.expected_id}" for part in sorted(self.parts, key=_order))


@dataclass(frozen=True, slots=True)
class DiscrepancyFound:
    kind: DiscrepancyKind
    amount_minor: int
    currency: str
    words: str
    line_id: int | None = None
    expected_id: int | None = None


Finding = MatchFound | DiscrepancyFound


def _order(part: PartFound) -> tuple[int, int]:
    return part.line_id, part.expected_id
