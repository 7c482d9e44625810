"""Why one bill differs from the one before: line by line, adding up to the whole difference."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from billing.diagnosis.records import InvoiceFact, LineFact
from billing.diagnosis.words import change, day, money
from billing.states import LineKind

# Words that differ from bill to bill without meaning anything: months, dates, years, numbers of days.
_PERIOD = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b|[^\W\d_]*\d\w*|\W+",
    re.IGNORECASE,
)


class Cause(StrEnum):
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class LineChange:
    cause: Cause
    kind: LineKind
    description: str
    before_minor: int
    after_minor: int
    since_on: date | None = None

    @property
    def delta_minor(self) -> int:
        return self.after_minor - self.before_minor


@dataclass(frozen=True, slots=True)
class BillChange:
    earlier: InvoiceFact
    later: InvoiceFact
    changes: tuple[LineChange, ...]

    @property
    def delta_minor(self) -> int:
        return self.later.total_minor - self.earlier.total_minor


def compare_bills(earlier: InvoiceFact, later: InvoiceFact) -> BillChange:
    """The changes always add up to the difference; what the lines do not show is said to be unexplained."""
    changes = [*_paired_changes(earlier.lines, later.lines)]
    rest = later.total_minor - earlier.total_minor - sum(each.delta_minor for each in changes)
    if rest:
        changes.append(LineChange(Cause.UNEXPLAINED, LineKind.OTHER, "not shown by any line", 0, rest))
    changes.sort(key=lambda each: (-abs(each.delta_minor), each.description))
    return BillChange(earlier, later, tuple(changes))


def _paired_changes(before: Sequence[LineFact], after: Sequence[LineFact]) -> list[LineChange]:
    waiting = list(before)
    unpaired: list[LineFact] = []
    changes: list[LineChange] = []
    for line in after:
        match = next((each for each in waiting if _same(each, line)), None)
        if match is None:
            unpaired.append(line)
            continue
        waiting.remove(match)
        if match.amount_minor != line.amount_minor:
            changes.append(_changed(match, line))
    for line in unpaired:
        # A renamed line: the only one left of its kind on either side.
        alike = [each for each in waiting if each.kind is line.kind]
        if len(alike) == 1 and sum(each.kind is line.kind for each in unpaired) == 1:
            waiting.remove(alike[0])
            if alike[0].amount_minor != line.amount_minor:
                changes.append(_changed(alike[0], line))
        else:
            changes.append(LineChange(Cause.NEW, line.kind, line.description, 0, line.amount_minor, line.since_on))
    gone = [LineChange(Cause.GONE, each.kind, each.description, each.amount_minor, 0) for each in waiting]
    return [each for each in changes + gone if each.delta_minor]


def _changed(before: LineFact, after: LineFact) -> LineChange:
    return LineChange(
        Cause.CHANGED, after.kind, after.description, before.amount_minor, after.amount_minor, after.since_on
    )


def _same(one: LineFact, other: LineFact) -> bool:
    return one.kind is other.kind and _bare(one.description) == _bare(other.description)


def _bare(description: str) -> str:
    return _PERIOD.sub(" ", description.lower()).strip()


_NEW = {
    LineKind.RIDER: "extra cover “{what}” was added",
    LineKind.FEE: "a fee was added: {what}",
    LineKind.TAX: "a tax was added: {what}",
    LineKind.PRORATION: "a one-off part for days before this bill: {what}",
    LineKind.CREDIT: "a credit: {what}",
    LineKind.DISCOUNT: "a discount: {what}",
}
_GONE = {
    LineKind.DISCOUNT: "the discount “{what}” ended",
    LineKind.CREDIT: "the last bill had a one-off credit: {what}",
    LineKind.RIDER: "extra cover “{what}” was taken off",
    LineKind.PRORATION: "the one-off part of the last bill is gone: {what}",
    LineKind.FEE: "the fee of the last bill is gone: {what}",
}
_CHANGED = {
    LineKind.TAX: "tax follows the other changes: {what}",
    LineKind.DISCOUNT: "the discount “{what}” changed",
    LineKind.PREMIUM: "the price of “{what}” changed",
    LineKind.PLAN: "the price of “{what}” changed",
    LineKind.RIDER: "the price of extra cover “{what}” changed",
}


def sentence(part: LineChange, *, currency: str, at: date) -> str:
    """``+$10.00: extra cover “Glass” was added, since Sat 12 September``."""
    words = {
        Cause.NEW: _NEW.get(part.kind, "new on this bill: {what}"),
        Cause.GONE: _GONE.get(part.kind, "no longer on the bill: {what}"),
        Cause.CHANGED: _CHANGED.get(part.kind, "changed: {what}"),
        Cause.UNEXPLAINED: "{what}",
    }[part.cause].format(what=part.description)
    if part.cause is Cause.CHANGED:
        words += f" from {money(part.before_minor, currency)} to {money(part.after_minor, currency)}"
    since = f", since {day(part.since_on, at=at)}" if part.since_on and part.cause is not Cause.GONE else ""
    return f"{change(part.delta_minor, currency)}: {words}{since}"
