"""A month of a bank with every kind of trouble in it: what the rules find is what is true."""

from collections import Counter

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.run import reconcile
from tests.benchmarks.bank_loading import load_bank
from tests.benchmarks.bank_scoring import score_run

LINES = 3000


@pytest.mark.django_db
def test_what_is_found_is_true_and_what_is_true_is_found() -> None:
    with seeing_as_system():
        truth = load_bank(LINES, seed=11)
        reconcile(at=timezone.now())
        score = score_run(truth)
    assert score.wrong_pairs == Counter()
    assert score.wrong_discrepancies == Counter()
    assert score.missed_discrepancies == Counter()
    assert score.recall >= 0.99
