"""Every rule in its order, and which finding silences which. Nothing registers itself: this page is the whole list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Finding
from billing.diagnosis.rules import (
    agreements,
    applied,
    autopay,
    bills,
    contested,
    declines,
    duplicates,
    holds,
    progress,
    promises,
    refunds,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """``checks`` completes "We checked …" where nothing is wrong. ``codes`` are all a rule may find."""

    find: Callable[[Facts, datetime], Iterable[Finding]]
    checks: str
    codes: frozenset[str]


def _rule(find: Callable[[Facts, datetime], Iterable[Finding]], checks: str, *codes: str) -> Rule:
    return Rule(find, checks, frozenset(codes))


# Within one severity, the earlier rule's finding comes first.
RULES: tuple[Rule, ...] = (
    _rule(contested.disputed_and_refunded, "money going out twice", "disputed_and_refunded"),
    _rule(refunds.refund_failed, "refunds that failed or came back", "refund_failed", "refund_failed_after_success"),
    _rule(duplicates.charged_twice, "double charges", "charged_twice"),
    _rule(bills.billed_twice, "double bills", "billed_twice"),
    _rule(bills.billed_after_end, "bills after the end", "billed_after_end"),
    _rule(applied.misapplied_payment, "payments on the wrong bill", "misapplied_payment"),
    _rule(applied.paid_void_bill, "money taken for cancelled bills", "paid_void_bill"),
    _rule(applied.wrong_currency, "payments in another currency", "wrong_currency"),
    _rule(applied.overpaid, "overpaid bills", "overpaid"),
    _rule(agreements.lapsed_though_paid, "lapses in spite of payment", "lapsed_though_paid"),
    _rule(bills.bill_does_not_add_up, "bills that do not add up", "bill_does_not_add_up"),
    _rule(promises.promotion_missing, "promised discounts", "promotion_missing"),
    _rule(promises.credit_missing, "promised credits", "credit_missing"),
    _rule(declines.debit_unauthorised, "debits returned as not authorised", "debit_unauthorised"),
    _rule(agreements.lapsed, "lapsed agreements", "lapsed"),
    _rule(agreements.in_grace, "agreements in grace", "in_grace"),
    _rule(agreements.first_payment_missing, "first payments", "first_payment_missing"),
    _rule(contested.disputed, "open disputes", "disputed"),
    _rule(declines.retry_forbidden, "retries that must not run", "retry_forbidden"),
    _rule(autopay.mandate_revoked, "permissions taken back", "mandate_revoked"),
    _rule(autopay.payment_stopped, "payments stopped at the bank", "payment_stopped"),
    _rule(autopay.card_expired, "expired cards", "card_expired"),
    _rule(progress.step_needed, "payments the customer must confirm", "customer_step_needed"),
    _rule(declines.debit_returned, "returned bank debits", "debit_returned"),
    _rule(declines.declined, "declined payments", "payment_declined"),
    _rule(declines.retry_overdue, "retries that did not run", "retry_overdue"),
    _rule(duplicates.possible_duplicate, "payments with no bill made twice", "possible_duplicate"),
    _rule(applied.unapplied_payment, "payments on no bill", "unapplied_payment"),
    _rule(applied.paid_but_open, "paid bills still open", "paid_but_open"),
    _rule(holds.hold_expired, "holds never captured", "hold_expired"),
    _rule(holds.hold_ending, "holds about to end", "hold_ending"),
    _rule(refunds.refund_late, "late refunds", "refund_late"),
    _rule(refunds.refund_unknown, "refunds without an answer", "refund_unknown"),
    _rule(progress.payment_stuck, "payments without an answer", "payment_stuck"),
    _rule(autopay.autopay_missed, "automatic payments that did not run", "autopay_missed"),
    _rule(autopay.autopay_without_method, "autopay with nothing to charge", "autopay_without_method"),
    _rule(autopay.method_removed, "autopay on a removed card or account", "method_removed"),
    _rule(autopay.card_expiring, "cards that expire before the next bill", "card_expiring"),
    _rule(progress.details_changed, "corrections a bank asked for", "details_changed"),
    _rule(bills.bill_missing, "missing bills", "bill_missing"),
    _rule(applied.part_paid, "bills paid in part", "part_paid"),
    _rule(agreements.overdue, "overdue bills", "overdue"),
    _rule(declines.retry_pending, "planned retries", "retry_pending"),
    _rule(refunds.refund_waiting, "refunds waiting for approval", "refund_waiting"),
    _rule(refunds.refund_on_its_way, "refunds on their way", "refund_on_its_way"),
    _rule(bills.bill_higher, "higher bills", "bill_higher"),
    _rule(duplicates.hold_falls_away, "holds beside a charge", "hold_falls_away"),
    _rule(progress.payment_on_its_way, "payments on their way", "payment_on_its_way"),
    _rule(contested.dispute_closed, "disputes decided lately", "dispute_won", "dispute_lost"),
    _rule(refunds.refund_rejected, "refunds not approved", "refund_rejected"),
    _rule(duplicates.two_real_purchases, "equal payments for two bills", "two_real_purchases"),
    _rule(refunds.refund_arrived, "refunds that should have arrived", "refund_arrived"),
)

_FAILED = frozenset(
    {"payment_declined", "retry_pending", "retry_overdue", "retry_forbidden", "debit_returned", "customer_step_needed"}
)
_STOPPED = frozenset({"card_expired", "mandate_revoked", "payment_stopped", "debit_unauthorised"})
_ASKING = frozenset({"overdue", "part_paid", "autopay_missed"})  # "please pay", for want of a better reason
_STANDING = frozenset({"in_grace", "lapsed", "first_payment_missing"})
_BACK = frozenset(
    {"charged_twice", "overpaid", "possible_duplicate", "paid_void_bill", "billed_twice", "billed_after_end"}
)

# The key silences the values where both are about one record and the silenced one puts no more money at stake.
OVERRULES: dict[str, frozenset[str]] = {
    "disputed_and_refunded": frozenset({"refund_on_its_way", "refund_arrived", "refund_waiting", "refund_late"}),
    "refund_failed": _BACK,
    "refund_failed_after_success": _BACK,
    "charged_twice": frozenset({"overpaid", "possible_duplicate", "two_real_purchases", "paid_but_open"}),
    "billed_twice": _ASKING | _FAILED | {"two_real_purchases", "bill_higher", "lapsed", "in_grace"},
    "billed_after_end": _ASKING | _FAILED | _STOPPED | {"two_real_purchases", "bill_higher", "lapsed"},
    "misapplied_payment": _ASKING | _STANDING | _FAILED | {"charged_twice", "overpaid", "two_real_purchases"},
    "unapplied_payment": _ASKING | _STANDING | _FAILED | {"possible_duplicate"},
    "paid_void_bill": frozenset({"overpaid", "charged_twice", "two_real_purchases"}),
    "wrong_currency": _ASKING | {"unapplied_payment"},
    "bill_does_not_add_up": frozenset({"bill_higher"}),
    "promotion_missing": frozenset({"bill_higher"}),
    "credit_missing": frozenset({"bill_higher"}),
    "possible_duplicate": frozenset({"two_real_purchases"}),
    **dict.fromkeys(_STANDING, frozenset({"overdue", "part_paid"})),
    **dict.fromkeys(_STOPPED, _ASKING | _FAILED | {"card_expiring"}),
    **dict.fromkeys(_FAILED, _ASKING | {"hold_expired"}),
    **dict.fromkeys(("hold_expired", "hold_ending", "payment_stuck", "payment_on_its_way"), _ASKING),
    "autopay_missed": frozenset({"overdue"}),
}
