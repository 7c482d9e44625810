"""What was to be found against what was found: precision and recall for each kind, and every case of a difference."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from billing.judging.world import Label

GOAL = 0.99


@dataclass(frozen=True, slots=True)
class Said:
    """A finding, with the world's names of the records that it stands on."""

    code: str
    records: frozenset[str]
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    customer: str
    door: str
    expected: tuple[Label, ...]
    said: tuple[Said, ...]


@dataclass(slots=True)
class Tally:
    right: int = 0
    missed: int = 0
    false: int = 0

    @property
    def precision(self) -> float | None:
        named = self.right + self.false
        return self.right / named if named else None

    @property
    def recall(self) -> float | None:
        there = self.right + self.missed
        return self.right / there if there else None


@dataclass(frozen=True, slots=True)
class Miss:
    """One case in which they differ: everything that was expected there, and everything that was said."""

    customer: str
    door: str
    code: str
    expected: bool  # expected and not said; else said and not expected
    case: Case


@dataclass(slots=True)
class Score:
    tallies: dict[str, Tally] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    customers: int = 0

    def below(self, goal: float = GOAL) -> list[str]:
        return sorted(
            code
            for code, tally in self.tallies.items()
            if any(rate is not None and rate < goal for rate in (tally.precision, tally.recall))
        )

    def add(self, case: Case) -> None:
        self.customers += 1
        waiting = list(case.said)
        for label in case.expected:
            match = next((said for said in waiting if said.code == label.code and label.record in said.records), None)
            tally = self.tallies.setdefault(label.code, Tally())
            if match is None:
                tally.missed += 1
                self.misses.append(Miss(case.customer, case.door, label.code, expected=True, case=case))
            else:
                tally.right += 1
                waiting.remove(match)
        for said in waiting:
            self.tallies.setdefault(said.code, Tally()).false += 1
            self.misses.append(Miss(case.customer, case.door, said.code, expected=False, case=case))


def score(cases: Iterable[Case]) -> Score:
    result = Score()
    for case in cases:
        result.add(case)
    return result


def table(result: Score) -> Sequence[str]:
    """A line for each kind, the worst first."""
    lines = [f"{'kind':<30} {'cases':>6} {'right':>6} {'missed':>7} {'false':>6} {'precision':>10} {'recall':>8}"]
    for code, tally in sorted(result.tallies.items(), key=lambda item: (_worst(item[1]), item[0])):
        lines.append(
            f"{code:<30} {tally.right + tally.missed:>6} {tally.right:>6} {tally.missed:>7} {tally.false:>6}"
            f" {_rate(tally.precision):>10} {_rate(tally.recall):>8}"
        )
    doors = Counter(miss.door for miss in result.misses)
    lines.append(f"{result.customers:,} customers; differences by door: {dict(doors) or 'none'}")
    return lines


def _worst(tally: Tally) -> float:
    return min(1.0 if rate is None else rate for rate in (tally.precision, tally.recall))


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.4f}"
