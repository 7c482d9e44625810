"""Order, silence and speed: how findings live together."""

import time
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from billing.diagnosis import Severity, diagnose
from billing.diagnosis.codes import REFUND_FAILURES
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import ASK_US, ActionKind, RecordKind
from billing.diagnosis.rules import OVERRULES, RULES
from billing.states import AgreementStatus, RefundStatus
from tests.billing.diagnosis import money_faults, refund_faults, standing_faults  # noqa: F401 - they fill the list
from tests.billing.diagnosis.faults import FAULTS, expected_code
from tests.billing.diagnosis.histories import History, clean_history
from tests.billing.diagnosis.scenes import AT, NINE, agreement, bill, codes, open_bill, paid, refund, refused, told

CODES = {code for rule in RULES for code in rule.codes}
MILLISECONDS = 25  # five years of two agreements; some 3 ms alone on one core, the rest is for a busy machine


def test_each_code_belongs_to_one_rule() -> None:
    counted = Counter(code for rule in RULES for code in rule.codes)
    assert {code for code, number in counted.items() if number > 1} == set()
    assert len(RULES) >= 50


def test_each_check_is_named_once() -> None:
    checks = [rule.checks for rule in RULES]
    assert len(set(checks)) == len(checks)


def test_silences_name_known_codes_and_never_both_ways() -> None:
    assert {*OVERRULES} - CODES == set()
    assert {code for silenced in OVERRULES.values() for code in silenced} - CODES == set()
    mutual = [(one, two) for one, two in combinations(OVERRULES, 2)
              if two in OVERRULES[one] and one in OVERRULES[two]]  # fmt: skip
    assert mutual == []
    assert [code for code, silenced in OVERRULES.items() if code in silenced] == []


def test_a_finding_never_hides_a_bigger_one() -> None:
    """One of two unpaid bills was paid onto a wrong one; the grace for the other must still show."""
    november = bill(2, total_minor=9_000, lines=())
    october, september = open_bill(1), open_bill(3, total_minor=40_000, lines=(), issued_on=date(2026, 9, 5))
    wrong = paid(1, intended_invoice_id=1, invoice_id=2), paid(2, invoice_id=2, amount_minor=9_000)
    grace = agreement(status=AgreementStatus.GRACE, grace_until=AT.date())

    assert codes(told(grace, november, october, september, *wrong)) == ["misapplied_payment", "in_grace"]
    assert codes(told(grace, november, october, *wrong)) == ["misapplied_payment"]


def test_the_worst_comes_first() -> None:
    twice = paid(1), paid(2, NINE.replace(second=43))
    waits = refused(3, invoice_id=2, decline_code="insufficient_funds", retry_at=AT.replace(day=24))
    diagnosis = told(agreement(1), agreement(2), bill(1), open_bill(2, agreement_id=2), *twice, waits)

    assert codes(diagnosis) == ["charged_twice", "retry_pending"]
    assert [each.severity for each in diagnosis.findings] == [Severity.LOSS, Severity.INFO]
    assert diagnosis.answer == "\n\n".join(each.answer for each in diagnosis.findings)


def merged(one: History, other: History) -> Facts:
    """Two people's records as one customer's: their troubles meet without touching."""

    def moved(row: Any) -> Any:
        numbers = {
            name: getattr(row, name) for name in row.__dataclass_fields__ if name == "id" or name.endswith("_id")
        }
        return replace(
            row, **{name: None if number is None else number + 1_000_000 for name, number in numbers.items()}
        )

    first, second = one.facts(), other.facts()
    names = ("agreements", "methods", "invoices", "payments", "refunds", "disputes", "promises")
    joined: dict[str, Any] = {
        name: (*getattr(first, name), *(moved(row) for row in getattr(second, name))) for name in names
    }
    return Facts(customer_id=1, **joined)


def test_two_troubles_at_once_are_both_found() -> None:
    labels = [label for label in FAULTS if expected_code(label) not in ("unapplied_payment", "two_real_purchases")]
    missed: Counter[tuple[str, str]] = Counter()
    for number, label in enumerate(labels):
        other = labels[(number * 7 + 3) % len(labels)]
        one = clean_history(900 + number)
        two = clean_history(1_900 + number, at=one.at)
        FAULTS[label](one)
        FAULTS[other](two)
        found = set(codes(diagnose(merged(one, two), at=one.at)))
        if not {expected_code(label), expected_code(other)} <= found:
            missed[(label, other)] += 1
    assert missed == {}


def test_five_years_are_diagnosed_in_milliseconds() -> None:
    longest = max((clean_history(seed) for seed in range(120)), key=lambda each: len(each.facts().invoices))
    best = float("inf")
    for _ in range(5):
        facts = longest.facts()
        before = time.process_time()
        diagnose(facts, at=longest.at)
        best = min(best, time.process_time() - before)

    assert len(longest.facts().invoices) >= 110
    assert best * 1_000 < MILLISECONDS


def test_the_portal_hears_of_a_record_only_its_own_trouble() -> None:
    twice = paid(1), paid(2, NINE.replace(second=43))
    diagnosis = told(agreement(1), agreement(2), bill(1), bill(2, agreement_id=2), *twice, paid(3, invoice_id=2,
                     amount_minor=12_500, moment=NINE.replace(day=18)))  # fmt: skip

    assert [each.code for each in diagnosis.about(RecordKind.INVOICE, 1)] == ["charged_twice"]
    assert diagnosis.about(RecordKind.INVOICE, 2) == ()
    assert told(bill(), paid()).about(RecordKind.INVOICE, 1) == ()


def test_the_portal_promises_nothing_that_nobody_has_done() -> None:
    """An agent says "we are sending it back" while doing so; a page would say it with nobody acting."""
    promised = set()
    for label, inject in FAULTS.items():
        history = clean_history(77)
        inject(history)
        for finding in diagnose(history.facts(), at=history.at).findings:
            shown = finding.for_customer()
            for promise in ("We are sending", "We are moving", "We are putting", "We are asking", "not pay a late fee"):
                assert promise not in f"{shown.text} {shown.next_step}", label
            if finding.reply_next:
                promised.add(finding.code)
                assert shown.next_step == (finding.customer_next or ASK_US)
    assert len(promised) > 12


@pytest.mark.parametrize("status", [RefundStatus.REQUESTED, RefundStatus.REJECTED])
def test_a_refund_nobody_has_approved_is_not_shown_unasked(status: RefundStatus) -> None:
    diagnosis = told(bill(), paid(), refund(status=status, sent_at=None, settled_at=None))

    assert [each.customer_headline for each in diagnosis.problems] != []
    assert diagnosis.about(RecordKind.PAYMENT, 1) == ()


@pytest.mark.parametrize("reason", [*REFUND_FAILURES, "never_heard_of"])
def test_a_refund_is_not_offered_to_where_it_cannot_go(reason: str) -> None:
    """Nor beside an answer that asks the customer where to send it."""
    failed = refund(status=RefundStatus.FAILED, failed_at=AT, failure_reason=reason)
    (finding,) = told(bill(), paid(), failed).problems

    again = any(action.kind is ActionKind.REFUND_PAYMENT for action in finding.actions)
    assert again == (reason in {"insufficient_funds", "merchant_request", "processing", "charge_pending"})
    assert not (again and "where we should send it" in finding.answer)


def test_each_action_that_moves_money_names_the_amount() -> None:
    money = {ActionKind.REFUND_PAYMENT, ActionKind.MOVE_PAYMENT, ActionKind.CAPTURE_PAYMENT,
             ActionKind.PAY_REFUND_ANOTHER_WAY}  # fmt: skip
    seen = set()
    for inject in FAULTS.values():
        history = clean_history(78)
        inject(history)
        for finding in diagnose(history.facts(), at=history.at).findings:
            for action in finding.actions:
                assert action.targets
                if action.kind in money:
                    seen.add(action.kind)
                    assert action.amount_minor
                    assert action.currency == finding.currency
    assert seen == money
