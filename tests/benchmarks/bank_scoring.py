"""What the run found against the truth, by rule."""

from collections import Counter
from dataclasses import dataclass

from billing.models import Discrepancy, MatchPart
from billing.reconciliation.states import HOLDS, MatchStatus
from tests.benchmarks.bank_loading import Truth


@dataclass(frozen=True, slots=True)
class Score:
    right_pairs: Counter[str]
    wrong_pairs: Counter[str]
    missed_pairs: Counter[str]
    right_discrepancies: Counter[str]
    wrong_discrepancies: Counter[str]
    missed_discrepancies: Counter[str]

    @property
    def precision(self) -> float:
        """Of what was matched by itself or called a discrepancy, how much is so."""
        right = self.right_pairs.total() + self.right_discrepancies.total()
        return right / max(right + self.wrong_pairs.total() + self.wrong_discrepancies.total(), 1)

    @property
    def recall(self) -> float:
        """Of what is so, how much was matched by itself or called a discrepancy."""
        right = self.right_pairs.total() + self.right_discrepancies.total()
        return right / max(right + self.missed_pairs.total() + self.missed_discrepancies.total(), 1)

    def precision_of(self, rule: str) -> float:
        right, wrong = self.right_pairs[rule], self.wrong_pairs[rule]
        return right / (right + wrong) if right + wrong else 1.0


def score_run(truth: Truth) -> Score:
    """The caller sees as system. ``missing`` is the clock's, not the run's, and is left out."""
    right_pairs, wrong_pairs, seen = Counter[str](), Counter[str](), set()
    parts = MatchPart.objects.filter(status__in=HOLDS).values_list(
        "line_id", "expected__payment_id", "expected__refund_id", "rule"
    )
    for line, payment, refund, rule in parts.iterator(chunk_size=20_000):
        pair = (line, payment if payment is not None else -refund)
        (right_pairs if pair in truth.pairs else wrong_pairs)[rule] += 1
        seen.add(pair)
    missed_pairs = Counter(rule for pair, rule in truth.pairs.items() if pair not in seen)
    # A stranger's amount that happens to be somebody's is proposed to a person, and that is right too.
    proposed = set(MatchPart.objects.filter(status=MatchStatus.PROPOSED).values_list("line_id", flat=True))
    wanted = {
        (kind, line, paid)
        for kind, line, paid in truth.off
        if kind != "missing" and not (kind == "unknown" and line in proposed)
    }
    rows = Discrepancy.objects.exclude(kind="missing").values_list(
        "kind", "line_id", "expected__payment_id", "expected__refund_id"
    )
    said = {
        (kind, line, payment if payment is not None else -refund if refund is not None else None)
        for kind, line, payment, refund in rows.iterator(chunk_size=20_000)
    }
    return Score(
        right_pairs,
        wrong_pairs,
        missed_pairs,
        Counter(each[0] for each in said & wanted),
        Counter(each[0] for each in said - wanted),
        Counter(each[0] for each in wanted - said),
    )
