"""What a credit does to what is paid and owed. Pure, and said in words before anybody confirms it."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from billing.credits.plans import Plan
from billing.money import Money
from billing.states import CreditKind, OwedBack


@dataclass(frozen=True, slots=True)
class Standing:
    """A bill's money: ``here_minor`` was paid on it, is with us and is not promised back."""

    number: str
    currency: str
    total_minor: int
    credited_minor: int
    here_minor: int
    written_off_minor: int = 0  # will not come any more, and nobody is asked for it

    @property
    def due_minor(self) -> int:
        return max(0, self.total_minor - self.credited_minor - self.here_minor - self.written_off_minor)

    @property
    def over_minor(self) -> int:
        return max(0, self.here_minor - (self.total_minor - self.credited_minor))


@dataclass(frozen=True, slots=True)
class Effect:
    """``carried_minor`` counts as paid on the new bill; ``owed_minor`` is left with us and is the customer's."""

    plan: Plan
    before: Standing
    carried_minor: int
    owed_minor: int
    due_minor: int

    def digest(self) -> str:
        """Equal for equal effects: what is confirmed is what was shown, of the bill and of the money."""
        told = (self.plan.digest(), self.carried_minor, self.owed_minor, self.due_minor)
        return sha256(repr(told).encode()).hexdigest()

    def sentences(self, owed_back: OwedBack, *, target: str) -> Iterator[str]:
        """``target`` is where money would go back to; empty where it cannot."""
        number, currency = self.before.number, self.before.currency
        if self.plan.kind is CreditKind.CORRECTION:
            yield f"Bill {number} is taken back in full: {_said(self.plan.amount.minor, currency)}."
            yield f"A new bill of {_said(self.plan.new_total_minor, currency)} takes its place and names the old one."
            for line in self.plan.charged_again:
                amount = _said(line.amount_minor, currency)
                yield f"{line.description}: {amount} that was credited before is charged again on it."
            if self.carried_minor:
                yield f"{_said(self.carried_minor, currency)} that was paid counts for the new bill."
        else:
            after = self.before.total_minor - self.before.credited_minor - self.plan.amount.minor
            yield (
                f"Bill {number} of {_said(self.before.total_minor, currency)} is credited with"
                f" {_said(self.plan.amount.minor, currency)}; {_said(after, currency)} of it stay."
            )
        yield from self._what_is_owed(owed_back, target)

    def _what_is_owed(self, owed_back: OwedBack, target: str) -> Iterator[str]:
        currency = self.before.currency
        if self.due_minor:
            was = f" instead of {_said(self.before.due_minor, currency)}" if self.before.due_minor else ""
            yield f"The customer then has {_said(self.due_minor, currency)} to pay{was}."
        if not self.owed_minor:
            if not self.due_minor:
                yield "Nothing is left to pay, and nothing is owed to the customer."
        elif owed_back is OwedBack.SEND:
            yield f"{_said(self.owed_minor, currency)} was paid already and goes back to {target}."
        else:
            yield f"{_said(self.owed_minor, currency)} was paid already and stays on the customer's balance."


def effect_of(plan: Plan, standing: Standing) -> Effect:
    if plan.kind is CreditKind.CORRECTION:
        carried = min(standing.here_minor, plan.new_total_minor)
        owed = standing.here_minor - carried - standing.over_minor
        return Effect(plan, standing, carried, max(0, owed), plan.new_total_minor - carried)
    left = standing.total_minor - standing.credited_minor - plan.amount.minor
    owed = max(0, standing.here_minor - left) - standing.over_minor
    return Effect(plan, standing, 0, owed, max(0, left - standing.here_minor))


def _said(minor: int, currency: str) -> str:
    return Money(minor, currency).format()
