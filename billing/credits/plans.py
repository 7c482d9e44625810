"""What each kind of credit takes back of a bill. Pure: the bill as it stands and what was asked, in; a plan out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

from billing.credits.promotions import PromotionCase, judge
from billing.errors import CreditNotPossible
from billing.money import Money
from billing.states import CreditKind, LineKind

MOST_LINES: Final = 60
LARGEST_LINE_MINOR: Final = 10**15  # so that any sum of such lines fits a column


@dataclass(frozen=True, slots=True)
class BillLine:
    position: int
    kind: LineKind
    description: str
    amount_minor: int
    credited_minor: int = 0
    since_on: date | None = None

    @property
    def left_minor(self) -> int:
        return self.amount_minor - self.credited_minor


@dataclass(frozen=True, slots=True)
class Bill:
    number: str
    currency: str
    total_minor: int
    credited_minor: int
    lines: tuple[BillLine, ...]

    @property
    def left_minor(self) -> int:
        return max(0, self.total_minor - self.credited_minor)


@dataclass(frozen=True, slots=True)
class NewLine:
    kind: LineKind
    description: str
    amount_minor: int
    since_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        since = self.since_on.isoformat() if self.since_on else None
        return {
            "kind": self.kind,
            "description": self.description,
            "amount_minor": self.amount_minor,
            "since_on": since,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "NewLine":
        since = date.fromisoformat(kept["since_on"]) if kept["since_on"] else None
        return cls(LineKind(kept["kind"]), kept["description"], kept["amount_minor"], since)


@dataclass(frozen=True, slots=True)
class WaiveFee:
    line: int


@dataclass(frozen=True, slots=True)
class Goodwill:
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Correct:
    """The right amount of each line, by its position; and a line that was missing."""

    amounts: tuple[tuple[int, int], ...]
    added: NewLine | None = None


@dataclass(frozen=True, slots=True)
class ApplyPromotion:
    code: str
    on: date


Deed = WaiveFee | Goodwill | Correct | ApplyPromotion


@dataclass(frozen=True, slots=True)
class CreditLine:
    bill_line: int | None
    kind: LineKind
    description: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Plan:
    kind: CreditKind
    amount: Money
    lines: tuple[CreditLine, ...]
    new_lines: tuple[NewLine, ...] = ()
    promotion_id: int | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    charged_again: tuple[CreditLine, ...] = ()  # credited before, and on the bill that takes the place of this one

    @property
    def new_total_minor(self) -> int:
        return sum(line.amount_minor for line in self.new_lines)

    @property
    def given_minor(self) -> int:
        """What the customer no longer owes; below zero, what they owe more."""
        return self.amount.minor - self.new_total_minor

    def digest(self) -> str:
        """Equal for equal plans: what was confirmed is what was shown."""
        return sha256(repr((self.kind, self.amount, self.lines, self.new_lines)).encode()).hexdigest()


def plan_for(bill: Bill, deed: Deed, *, case: PromotionCase | None = None) -> Plan:
    """Raises CreditNotPossible, with a sentence for whoever asked. ``case``: what is known of a promotion."""
    if not bill.left_minor:
        raise CreditNotPossible(f"All of bill {bill.number} was credited already.")
    match deed:
        case WaiveFee():
            return _waive(bill, deed)
        case Goodwill():
            return _goodwill(bill, deed)
        case Correct():
            return _correct(bill, deed)
        case ApplyPromotion():
            return _promote(bill, deed, case)


def _waive(bill: Bill, deed: WaiveFee) -> Plan:
    line = next((each for each in bill.lines if each.position == deed.line and each.kind == LineKind.FEE), None)
    if line is None:
        raise CreditNotPossible("Choose a fee that is on this bill.")
    if line.left_minor <= 0:
        raise CreditNotPossible(f"“{line.description}” was waived already.")
    amount = _within(bill, line.left_minor)
    return Plan(CreditKind.FEE_WAIVER, amount, (CreditLine(line.position, line.kind, line.description, amount.minor),))


def _goodwill(bill: Bill, deed: Goodwill) -> Plan:
    amount = _within(bill, deed.amount_minor)
    return Plan(CreditKind.GOODWILL, amount, (CreditLine(None, LineKind.CREDIT, "Goodwill", amount.minor),))


def _correct(bill: Bill, deed: Correct) -> Plan:
    """All that is left of the bill is taken back, and a bill with the right lines takes its place."""
    amounts = dict(deed.amounts)
    if set(amounts) != {line.position for line in bill.lines}:
        raise CreditNotPossible("The bill's lines are not the ones that were shown. Open the form again.")
    new = [NewLine(line.kind, line.description, amounts[line.position], line.since_on) for line in bill.lines]
    new = [line for line in new if line.amount_minor]
    new += [deed.added] if deed.added else []
    if len(new) > MOST_LINES:
        raise CreditNotPossible(f"A bill has {MOST_LINES} lines at most.")
    if any(abs(line.amount_minor) > LARGEST_LINE_MINOR for line in new):
        raise CreditNotPossible("This amount is too large for a line of a bill.")
    total = sum(line.amount_minor for line in new)
    if total < 0:
        raise CreditNotPossible("The new bill would be below zero. Correct it to zero and give the rest as goodwill.")
    if total == bill.left_minor and deed.added is None and _unchanged(bill, amounts):
        raise CreditNotPossible("Nothing differs from the bill as it is.")
    taken = tuple(
        CreditLine(line.position, line.kind, line.description, line.left_minor)
        for line in bill.lines
        if line.left_minor
    )
    rest = bill.left_minor - sum(line.amount_minor for line in taken)
    if rest:  # what earlier credits took without naming a line, or what the lines do not show
        taken += (CreditLine(None, LineKind.CREDIT, "Other parts of the bill", rest),)
    again = tuple(_charged_again(bill, deed))
    return Plan(CreditKind.CORRECTION, Money(bill.left_minor, bill.currency), taken, tuple(new), charged_again=again)


def _unchanged(bill: Bill, amounts: Mapping[int, int]) -> bool:
    return all(amounts[line.position] == line.left_minor for line in bill.lines)


def _charged_again(bill: Bill, deed: Correct) -> Iterator[CreditLine]:
    amounts = dict(deed.amounts)
    for line in bill.lines:
        again = min(line.credited_minor, amounts[line.position] - line.left_minor)
        if again > 0:
            yield CreditLine(line.position, line.kind, line.description, again)
    of_no_line = bill.credited_minor - sum(line.credited_minor for line in bill.lines)
    off = max(0, -deed.added.amount_minor) if deed.added else 0
    if of_no_line > off:
        yield CreditLine(None, LineKind.CREDIT, "Goodwill and promotions", of_no_line - off)


def _promote(bill: Bill, deed: ApplyPromotion, case: PromotionCase | None) -> Plan:
    if case is None or case.terms is None:
        raise CreditNotPossible(f"There is no promotion “{deed.code}”. Check each letter of the code.")
    failures = judge(case.terms, case.tried).failures
    if failures:
        raise CreditNotPossible(f"The promotion did not apply: {' '.join(each.agent for each in failures)}")
    amount = _within(bill, min(case.terms.off(case.tried.amount_minor), bill.left_minor))
    evidence = {"terms": case.terms.as_json(), "tried": case.tried.as_json(), "verdict": "It ought to have applied."}
    line = CreditLine(None, LineKind.DISCOUNT, f"Promotion {case.terms.code}", amount.minor)
    promotion_id = case.terms.promotion_id
    return Plan(CreditKind.PROMOTION, amount, (line,), promotion_id=promotion_id, evidence=evidence)


def _within(bill: Bill, amount_minor: int) -> Money:
    if type(amount_minor) is not int or amount_minor <= 0:
        raise CreditNotPossible("A credit is more than nothing.")
    if amount_minor > bill.left_minor:
        left = Money(bill.left_minor, bill.currency).format()
        raise CreditNotPossible(f"Of bill {bill.number} {left} can still be credited. Ask for that or less.")
    return Money(amount_minor, bill.currency)
