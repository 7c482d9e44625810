"""Whatever the facts, however broken: no rule fails, and what it says can be stood by."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.diagnosis import Finding, diagnose
from billing.diagnosis.codes import ACH_CHANGES, ACH_RETURNS, ADVICE, ISO8583, REFUND_FAILURES, STRIPE
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import ActionKind, RecordKind
from billing.diagnosis.records import (
    AgreementFact,
    AttemptFact,
    CreditFact,
    DisputeFact,
    InvoiceFact,
    LineFact,
    MethodFact,
    PaymentFact,
    PromiseFact,
    RefundFact,
)
from billing.diagnosis.rules import RULES
from billing.states import (
    AgreementStatus,
    AttemptOutcome,
    CreditKind,
    InvoiceStatus,
    LineKind,
    MethodKind,
    MethodStatus,
    PaymentStatus,
    RefundStatus,
)

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
CODES = {code for rule in RULES for code in rule.codes} | {"nothing_wrong"}

# Few ids and few amounts, so that records meet; dangling ids among them, as after a partial import.
ids = st.integers(1, 6)
amounts = st.sampled_from((0, 1, 500, 12_500, 12_500, 25_000, 2**53))
signed = st.one_of(amounts, amounts.map(lambda minor: -minor))
currencies = st.sampled_from(("USD", "USD", "USD", "JPY", "KWD"))
moments = st.integers(0, 120 * 24 * 60).map(lambda minutes: AT - timedelta(days=80) + timedelta(minutes=minutes))
days = st.dates(date(2026, 9, 1), date(2026, 12, 31))
old_days = st.dates(date(1999, 1, 1), date(2040, 12, 31))
names = st.sampled_from(("", "X-1", "{braces}", "%s", "“quoted”", "ünï"))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def code_of(*tables: dict[str, Any]) -> st.SearchStrategy[str]:
    return st.sampled_from(["", "no_such_code", *(code for table in tables for code in table)])


attempts = st.builds(
    AttemptFact,
    number=st.integers(0, 30),
    at=moments,
    outcome=st.sampled_from(AttemptOutcome),
    decline_code=code_of(STRIPE),
    network_code=code_of(ISO8583, ACH_RETURNS, ACH_CHANGES),
    advice_code=code_of(ADVICE),
    network=st.sampled_from(("", "visa", "mastercard", "amex", "unheard_of")),
    next_retry_at=maybe(moments),
)
lines = st.builds(LineFact, st.sampled_from(LineKind), names, signed, maybe(old_days))
records: dict[str, st.SearchStrategy[Any]] = {
    "agreements": st.builds(
        AgreementFact, id=ids, reference=names, status=st.sampled_from(AgreementStatus), amount_minor=amounts,
        currency=currencies, autopay=st.booleans(), method_id=maybe(ids), next_bill_on=maybe(old_days),
        grace_until=maybe(days), ended_on=maybe(days),
    ),
    "methods": st.builds(
        MethodFact, id=ids, kind=st.sampled_from(MethodKind), status=st.sampled_from(MethodStatus), brand=names,
        last4=st.sampled_from(("", "4242")), exp_month=maybe(st.integers(1, 12)),
        exp_year=maybe(st.integers(2020, 2030)), fingerprint=names,
    ),
    "invoices": st.builds(
        InvoiceFact, id=ids, reference=names, status=st.sampled_from(InvoiceStatus), total_minor=signed,
        currency=currencies, issued_on=days, due_on=maybe(days), period_start=maybe(days), period_end=maybe(days),
        agreement_id=maybe(ids), next_retry_at=maybe(moments), credited_minor=amounts, carried_minor=amounts,
        corrects_id=maybe(ids), lines=st.lists(lines, max_size=4).map(tuple),
        credits=st.lists(st.builds(CreditFact, st.sampled_from(CreditKind), amounts, amounts), max_size=2).map(tuple),
    ),
    "payments": st.builds(
        PaymentFact, id=ids, reference=names, status=st.sampled_from(PaymentStatus), amount_minor=amounts,
        currency=currencies, created_at=moments, captured_minor=amounts, refunded_minor=st.sampled_from((0, 0, 500)),
        disputed_lost_minor=st.sampled_from((0, 0, 500)), invoice_id=maybe(ids), intended_invoice_id=maybe(ids),
        agreement_id=maybe(ids), method_id=maybe(ids), authorised_at=maybe(moments), hold_expires_at=maybe(moments),
        captured_at=maybe(moments), failed_at=maybe(moments), refund_blocked=st.booleans(),
        attempts=st.lists(attempts, max_size=4).map(tuple),
    ),
    "refunds": st.builds(
        RefundFact, id=ids, reference=names, payment_id=ids, status=st.sampled_from(RefundStatus), amount_minor=amounts,
        currency=currencies, requested_at=moments, sent_at=maybe(moments), settled_at=maybe(moments),
        expected_on=maybe(days), bank_reference=names, failed_at=maybe(moments),
        failure_reason=code_of(REFUND_FAILURES),
    ),
    "disputes": st.builds(
        DisputeFact, id=ids, reference=names, payment_id=ids, amount_minor=amounts, currency=currencies,
        opened_at=moments, open=st.booleans(), won=maybe(st.booleans()), inquiry=st.booleans(),
        answer_due_at=maybe(moments), closed_at=maybe(moments),
    ),
    "promises": st.builds(
        PromiseFact, id=ids, reference=names, kind=st.sampled_from((LineKind.DISCOUNT, LineKind.CREDIT)),
        amount_minor=amounts, currency=currencies, starts_on=days, ends_on=maybe(days), agreement_id=maybe(ids),
    ),
}  # fmt: skip


def _several(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    unique: Callable[[Any], int] = lambda record: record.id  # noqa: E731
    return st.lists(strategy, max_size=5, unique_by=unique).map(tuple)


any_facts = st.builds(
    Facts,
    customer_id=st.just(1),
    time_zone=st.sampled_from(("UTC", "Pacific/Kiritimati", "America/New_York")),
    bank_holidays=st.just(frozenset({date(2026, 11, 26), date(2026, 12, 25)})),
    **{name: _several(strategy) for name, strategy in records.items()},
)


def known_ids(facts: Facts) -> dict[RecordKind, set[int]]:
    return {
        RecordKind.AGREEMENT: {each.id for each in facts.agreements},
        RecordKind.INVOICE: {each.id for each in facts.invoices},
        RecordKind.PAYMENT: {each.id for each in facts.payments},
        RecordKind.METHOD: {each.id for each in facts.methods},
        RecordKind.REFUND: {each.id for each in facts.refunds},
        RecordKind.DISPUTE: {each.id for each in facts.disputes},
        RecordKind.PROMISE: {each.id for each in facts.promises},
    }


@settings(max_examples=150, deadline=None)
@given(any_facts)
def test_no_rule_fails_and_each_finding_can_be_stood_by(facts: Facts) -> None:
    diagnosis, known = diagnose(facts, at=AT), known_ids(facts)

    for finding in diagnosis.findings:
        assert finding.code in CODES
        for text in (finding.headline, finding.explanation, finding.customer_headline, finding.customer_text):
            assert text.strip()
        assert finding.answer.endswith(".")
        assert {each.id for each in finding.evidence if each.id not in known[each.kind]} == set()
        assert finding.at_stake_minor is None or finding.at_stake_minor >= 0
        assert finding.evidence or finding.code == "nothing_wrong"
        # A failed refund offers what it did not bring; the action checks that on the locked row.
        if finding.code not in ("refund_failed", "refund_failed_after_success"):
            assert_refunds_stay_within(finding, facts)
    assert diagnosis.findings
    assert any(each.code == "nothing_wrong" for each in diagnosis.findings) == (not diagnosis.problems)


def assert_refunds_stay_within(finding: Finding, facts: Facts) -> None:
    for action in finding.actions:
        if action.kind is ActionKind.REFUND_PAYMENT:
            payment = facts.payment_by_id[action.targets[0].id]
            assert 0 < (action.amount_minor or 0) <= facts.kept_minor(payment)
            assert not facts.contested(payment)


@settings(max_examples=50, deadline=None)
@given(any_facts, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(facts: Facts, random: Any) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(rows, len(rows)))

    mixed: dict[str, Any] = {name: shuffled(getattr(facts, name)) for name in records}
    other = replace(facts, **mixed)

    assert diagnose(other, at=AT).findings == diagnose(facts, at=AT).findings
