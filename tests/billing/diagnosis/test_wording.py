"""The exact words of the findings an agent meets every day. A change of wording is a change of this table."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from billing.diagnosis import Diagnosis, Severity
from billing.diagnosis.records import DisputeFact, LineFact
from billing.states import AgreementStatus, LineKind, MethodStatus, PaymentStatus, RefundStatus
from tests.billing.diagnosis.scenes import (
    ACCOUNT,
    NINE,
    VISA,
    agreement,
    bill,
    open_bill,
    paid,
    plain,
    refund,
    refused,
    told,
)


@dataclass(frozen=True)
class Words:
    code: str
    severity: Severity
    headline: str
    answer: str
    actions: tuple[str, ...]
    evidence: tuple[str, ...]
    over_on: date | None = None
    at_stake_minor: int | None = 12_500
    diagnosis: Diagnosis = field(kw_only=True)


TABLE = [
    Words(
        "payment_declined", Severity.DUE,
        "$125.00 declined: insufficient funds, code 51",
        "On Thu 19 November we asked your card ending in 4242 for $125.00 for bill INV-1. Your bank did not approve "
        "this amount that day. Often there was not enough money, or a limit was reached. Please try on another day, or "
        "pay with another card.",
        ("Send a link to pay another way", "Try the payment again"),
        ("P-1", "INV-1", "Visa •••• 4242"),
        diagnosis=told(open_bill(), refused(decline_code="insufficient_funds", network_code="51")),
    ),
    Words(
        "payment_declined", Severity.DUE,
        "$125.00 declined: stolen card (do not tell)",
        "On Thu 19 November we asked your card ending in 4242 for $125.00 for bill INV-1. The payment was not "
        "approved. Your bank may be able to tell you more. Please ask your bank, or pay with another card or account.",
        ("Ask for another way to pay",),
        ("P-1", "INV-1", "Visa •••• 4242"),
        diagnosis=told(open_bill(), refused(decline_code="stolen_card")),
    ),
    Words(
        "retry_pending", Severity.INFO,
        "$125.00 declined: insufficient funds, code 51; next try Tue 24 November, 20 tries left",
        "On Thu 19 November we asked your card ending in 4242 for $125.00 for bill INV-1. Your bank did not approve "
        "this amount that day. Often there was not enough money, or a limit was reached. We will try again on Tue 24 "
        "November. Please see that the money is there by then.",
        ("Wait for the next try on Tue 24 November", "Send a link to pay another way", "Try the payment again"),
        ("P-1", "INV-1", "Visa •••• 4242"),
        over_on=date(2026, 11, 24),
        diagnosis=told(
            open_bill(),
            refused(
                decline_code="insufficient_funds", network_code="51", retry_at=datetime(2026, 11, 24, 6, tzinfo=UTC)
            ),
        ),
    ),
    Words(
        "debit_returned", Severity.DUE,
        "$125.00 returned by the bank: insufficient funds, code R01",
        "On Thu 19 November we asked your account ending in 6789 for $125.00 for bill INV-1. There was not enough "
        "money in the account on that day. Please make sure the money is there, or pay another way.",
        ("Send a link to pay another way", "Try the payment again"),
        ("P-1", "INV-1", "bank account •••• 6789"),
        diagnosis=told(open_bill(), refused(network_code="R01", network="ach", method_id=ACCOUNT.id)),
    ),
    Words(
        "card_expired", Severity.DUE,
        "$125.00 declined: Visa •••• 4242 has expired or was replaced",
        "On Thu 19 November we asked your card ending in 4242 for $125.00. That card is no longer in use. Please add "
        "your new card. Then we will take the payment.",
        ("Ask for the new card",),
        ("P-1", "INV-1", "Visa •••• 4242", "44-1901"),
        diagnosis=told(open_bill(), refused(decline_code="expired_card", network_code="54")),
    ),
    Words(
        "charged_twice", Severity.LOSS,
        "Charged twice: 2 captures of $125.00, 41 s apart",
        "We are sorry. We took $125.00 from your card ending in 4242 twice: on Thu 12 November, at 09:14:02 and "
        "09:14:43. We are sending $125.00 back the way you paid. It takes 5 to 10 business days.",
        ("Refund $125.00",),
        ("P-1", "P-2", "INV-1", "Visa •••• 4242"),
        diagnosis=told(bill(), paid(1), paid(2, NINE + timedelta(seconds=41))),
    ),
    Words(
        "hold_falls_away", Severity.INFO,
        "Charged once; the second $125.00 is a hold until Fri 27 November",
        "Your bank shows $125.00 two times, but only one was taken. The other is a hold: your bank keeps the money "
        "aside for a while and then frees it. The hold goes away by Fri 27 November. You do not need to do anything.",
        ("Release the hold now", "Wait until Fri 27 November"),
        ("P-1", "P-2", "Visa •••• 4242"),
        over_on=date(2026, 11, 27),
        diagnosis=told(
            bill(),
            paid(1, datetime(2026, 11, 20, 9, tzinfo=UTC)),
            paid(2, datetime(2026, 11, 20, 9, 1, tzinfo=UTC), status=PaymentStatus.AUTHORISED, captured_minor=0,
                 captured_at=None),
        ),
    ),
    Words(
        "two_real_purchases", Severity.OK,
        "Two payments of $125.00 for two bills: INV-1 and INV-2",
        "We took $125.00 two times on Thu 12 November. They are for two bills: INV-1 and INV-2. Both are right. You do "
        "not need to do anything.",
        (), ("P-1", "INV-1", "P-2", "INV-2"), at_stake_minor=None,
        diagnosis=told(
            agreement(1), agreement(2), bill(1), bill(2, agreement_id=2), paid(1),
            paid(2, NINE + timedelta(minutes=3), invoice_id=2),
        ),
    ),
    Words(
        "bill_higher", Severity.INFO,
        "Bill INV-2 is $15.00 higher than the last one",
        "Your bill of Thu 5 November is $140.00. The one before was $125.00. This is what changed: +$10.00: extra "
        "cover “Glass” was added, since Mon 12 October; +$5.00: the discount “Welcome” ended. If one "
        "of these is wrong, tell us.",
        (), ("INV-2", "INV-1", "44-1901"), at_stake_minor=1_500,
        diagnosis=told(
            bill(1, issued_on=date(2026, 10, 5), lines=(
                LineFact(LineKind.PREMIUM, "Monthly premium", 13_000), LineFact(LineKind.DISCOUNT, "Welcome", -500))),
            bill(2, total_minor=14_000, lines=(
                LineFact(LineKind.PREMIUM, "Monthly premium", 13_000),
                LineFact(LineKind.RIDER, "Glass", 1_000, since_on=date(2026, 10, 12)))),
            paid(1, NINE - timedelta(days=30)), paid(2, invoice_id=2, amount_minor=14_000),
        ),
    ),
    Words(
        "refund_on_its_way", Severity.INFO,
        "Refund of $125.00 is on its way, there by Wed 2 December",
        "Your refund of $125.00 was sent on Wed 18 November. Your bank needs some days to show it. It will be on your "
        "card ending in 4242 by Wed 2 December. Your bank can look for it by this number: 74537604221.",
        ("Wait until Wed 2 December",), ("R-1", "P-1", "Visa •••• 4242"), over_on=date(2026, 12, 2),
        diagnosis=told(bill(), paid(), refund(bank_reference="74537604221")),
    ),
    Words(
        "refund_on_its_way", Severity.INFO,
        "Refund of $125.00 is on its way, there by Wed 2 December",
        "Your refund of $125.00 was sent on Wed 18 November. Your bank needs some days to show it. The charge may "
        "simply vanish from your statement. Then no extra line will show. It will be on your card ending in 4242 by "
        "Wed 2 December.",
        ("Wait until Wed 2 December",), ("R-1", "P-1", "Visa •••• 4242"), over_on=date(2026, 12, 2),
        diagnosis=told(bill(), paid(1, datetime(2026, 11, 17, 18, tzinfo=UTC)), refund()),
    ),
    Words(
        "refund_failed_after_success", Severity.LOSS,
        "Refund of $125.00 came back on Fri 20 November: card expired or cancelled",
        "Your refund of $125.00 did not arrive. The card you paid with is no longer in use, so the money came back to "
        "us. We still owe you this money. Please tell us where we should send it.",
        ("Pay another way: $125.00",), ("R-1", "P-1", "Visa •••• 4242"),
        diagnosis=told(bill(), paid(), refund(
            status=RefundStatus.FAILED, failed_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
            failure_reason="expired_or_canceled_card")),
    ),
    Words(
        "refund_failed_after_success", Severity.LOSS,
        "Refund of $125.00 came back on Fri 20 November: our balance too low",
        "Your refund of $125.00 did not arrive. The refund could not be sent because of a problem on our side. We "
        "still owe you this money. You do not need to do anything.",
        ("Pay another way: $125.00", "Refund again: $125.00"), ("R-1", "P-1", "Visa •••• 4242"),
        diagnosis=told(bill(), paid(), refund(
            status=RefundStatus.FAILED, failed_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
            failure_reason="insufficient_funds")),
    ),
    Words(
        "misapplied_payment", Severity.LOSS,
        "$125.00 for INV-2 was put on INV-1",
        "You paid $125.00 on Thu 12 November for bill INV-2. We put it on bill INV-1 by mistake. We are sorry. We are "
        "moving it to the right bill. You do not need to pay again.",
        ("Move $125.00",), ("P-2", "INV-1", "INV-2"),
        diagnosis=told(
            bill(1, issued_on=date(2026, 10, 5)), open_bill(2), paid(1, NINE - timedelta(days=30)),
            paid(2, intended_invoice_id=2),
        ),
    ),
    Words(
        "autopay_without_method", Severity.DUE,
        "Autopay of 44-1901 has nothing to charge",
        "Automatic payment is on for your policy 44-1901, but we have no card for it. Please choose a way to pay "
        "before Sat 5 December.",
        ("Ask for a new way to pay",), ("44-1901",), over_on=date(2026, 12, 5),
        diagnosis=told(agreement(method_id=None), bill(), paid()),
    ),
    Words(
        "mandate_revoked", Severity.DUE,
        "The permission to charge bank account •••• 6789 was taken back",
        "Your permission to take payments from your account ending in 6789 was taken back. Please choose a way to pay "
        "before Sat 5 December.",
        ("Ask for a new way to pay",), ("44-1901", "bank account •••• 6789"), over_on=date(2026, 12, 5),
        diagnosis=told(
            agreement(method_id=2), bill(), paid(),
            methods=(VISA, replace(ACCOUNT, status=MethodStatus.REVOKED)),
        ),
    ),
    Words(
        "payment_stopped", Severity.DUE,
        "$125.00 refused. The customer stopped it at the bank",
        "On Thu 19 November we asked your account ending in 6789 for $125.00. Your bank tells us that you asked it to "
        "stop this payment. Please tell us if you want to stop automatic payments, or choose a new way to pay.",
        ("Ask whether automatic payment should end", "Turn off autopay"),
        ("P-1", "INV-1", "bank account •••• 6789", "44-1901"),
        diagnosis=told(open_bill(), refused(network_code="R08", network="ach", method_id=ACCOUNT.id)),
    ),
    Words(
        "in_grace", Severity.DUE,
        "44-1901 is in grace until Thu 3 December: lapses in 12 days",
        "Your policy 44-1901 is still active, but $125.00 is not paid. Please pay by Thu 3 December. After that day it "
        "ends.",
        ("Send a link for $125.00",), ("44-1901", "INV-1"), over_on=date(2026, 12, 3),
        diagnosis=told(
            agreement(status=AgreementStatus.GRACE, grace_until=date(2026, 12, 3), autopay=False),
            open_bill(due_on=date(2026, 11, 3), issued_on=date(2026, 10, 20)),
        ),
    ),
    Words(
        "lapsed", Severity.DUE,
        "44-1901 lapsed on Sun 15 November: $125.00 is open",
        "Your policy 44-1901 ended on Sun 15 November, because $125.00 was not paid. To start it again, please pay "
        "$125.00 and ask us. We will tell you what else is needed.",
        ("Send a link for $125.00", "Ask for reinstatement after payment"), ("44-1901", "INV-1"),
        diagnosis=told(
            agreement(status=AgreementStatus.LAPSED, ended_on=date(2026, 11, 15)),
            open_bill(due_on=date(2026, 10, 15), issued_on=date(2026, 10, 1)),
        ),
    ),
    Words(
        "disputed", Severity.DUE,
        "The bank disputes $125.00: answer by Mon 30 November",
        "You asked your bank about a payment of $125.00. The bank decides now. You do not need to do anything here. We "
        "must not send the money while your bank decides.",
        ("Answer by Mon 30 November",), ("D-1", "P-1"), over_on=date(2026, 11, 30),
        diagnosis=told(bill(), paid(), disputes=(DisputeFact(
            1, "D-1", 1, 12_500, "USD", NINE, answer_due_at=datetime(2026, 11, 30, 9, tzinfo=UTC)),)),
    ),
]  # fmt: skip


@pytest.mark.parametrize("words", TABLE, ids=lambda words: words.code)
def test_exact_words(words: Words) -> None:
    finding = words.diagnosis.findings[0]
    seen = {
        "code": finding.code,
        "severity": finding.severity,
        "headline": plain(finding.headline),
        "answer": plain(finding.answer),
        "actions": tuple(plain(each.label) for each in finding.actions),
        "evidence": tuple(plain(each.reference) for each in finding.evidence),
        "over_on": finding.over_on,
        "at_stake_minor": finding.at_stake_minor,
    }
    assert seen == {name: getattr(words, name) for name in seen}


@pytest.mark.parametrize("words", TABLE, ids=lambda words: words.code)
def test_nothing_else_is_said(words: Words) -> None:
    assert [each.code for each in words.diagnosis.problems] == [words.code] * (words.severity is not Severity.OK)


def test_nothing_wrong_says_what_was_checked() -> None:
    finding = told(bill(), paid()).findings[0]

    assert (finding.code, finding.headline) == ("nothing_wrong", "Nothing wrong found")
    assert plain(finding.explanation).startswith(
        "Looked through 1 bill, 1 payment and 0 refunds. Checked: money going out twice, refunds that failed or came "
        "back, double charges, double bills, bills after the end, payments on the wrong bill,"
    )
    assert finding.answer == (
        "We checked your bills, payments and refunds. All of them are in order. If something still looks wrong to you, "
        "please send us the date and the amount."
    )
    assert [each.reference for each in finding.evidence] == ["INV-1", "P-1"]


def test_no_record_at_all_is_said_to_be_so() -> None:
    finding = told(agreements=()).findings[0]
    assert (finding.code, finding.headline) == ("nothing_wrong", "No bill and no payment on record")
