"""A customer whose money is in order gets one answer: nothing wrong found."""

from collections import Counter

from billing.diagnosis import diagnose
from tests.billing.diagnosis.histories import clean_history

HISTORIES = 1_000


def test_no_finding_on_a_thousand_clean_histories() -> None:
    found: Counter[str] = Counter()
    for seed in range(HISTORIES):
        history = clean_history(seed)
        found.update(each.code for each in diagnose(history.facts(), at=history.at).findings)

    assert found == {"nothing_wrong": HISTORIES}


def test_clean_histories_hold_what_could_mislead_a_rule() -> None:
    """The test above means something only if there is something to be wrong about."""
    seen: Counter[str] = Counter()
    for seed in range(HISTORIES):
        facts = clean_history(seed).facts()
        seen["refused attempts"] += sum(attempt.refused for pay in facts.payments for attempt in pay.attempts)
        seen["refunds"] += len(facts.refunds)
        seen["disputes"] += len(facts.disputes)
        seen["open bills"] += sum(bill.unpaid for bill in facts.invoices)
        seen["bills paid twice"] += sum(len(pays) > 1 for pays in facts.payments_on.values())
        seen["void bills"] += sum(not bill.issued for bill in facts.invoices)

    assert min(seen.values()) > 50, seen
