"""Every kind of fault, injected into histories nobody saw before, is found; and nothing else is."""

from collections import Counter

import pytest

from billing.diagnosis import Diagnosis, diagnose
from billing.diagnosis.rules import RULES
from tests.billing.diagnosis import money_faults, refund_faults, standing_faults  # noqa: F401 - they fill the list
from tests.billing.diagnosis.faults import FAULTS, expected_code
from tests.billing.diagnosis.histories import clean_history

SEEDS_EACH = 30
GOAL = 0.99


def _diagnosed(label: str, seed: int) -> tuple[Diagnosis, int]:
    history = clean_history(seed)
    record = FAULTS[label](history)
    return diagnose(history.facts(), at=history.at), record


def test_precision_and_recall_of_each_kind(capsys: pytest.CaptureFixture[str]) -> None:
    hits: Counter[str] = Counter()
    misses: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for number, label in enumerate(FAULTS):
        expected = expected_code(label)
        for seed in range(50_000 + number * SEEDS_EACH, 50_000 + (number + 1) * SEEDS_EACH):
            diagnosis, record = _diagnosed(label, seed)
            findings = [each for each in diagnosis.findings if each.code != "nothing_wrong"]
            right = [
                each for each in findings if each.code == expected and record in {seen.id for seen in each.evidence}
            ]
            hits[expected] += bool(right)
            misses[expected] += not right
            wrong.update(each.code for each in findings if each not in right[:1])

    rows = {code: (_share(hits[code], wrong[code]), _share(hits[code], misses[code])) for code in sorted(hits)}
    with capsys.disabled():
        print(f"\n{SEEDS_EACH} histories for each of {len(FAULTS)} faults; precision, recall:")
        for code, (precision, recall) in rows.items():
            print(f"  {code:30} {precision:.4f}  {recall:.4f}")

    assert {code: row for code, row in rows.items() if min(row) < GOAL} == {}


def test_every_finding_a_rule_can_make_has_a_fault() -> None:
    assert {expected_code(label) for label in FAULTS} == {code for rule in RULES for code in rule.codes}


def _share(good: int, bad: int) -> float:
    return good / (good + bad) if good + bad else 1.0
