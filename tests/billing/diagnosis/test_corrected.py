"""Bills that a credit note changed or a corrected bill replaced: what is too much, and what was made good."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from billing.diagnosis import Diagnosis
from billing.diagnosis.facts import Facts
from billing.diagnosis.records import CreditFact, InvoiceFact, LineFact, PromiseFact
from billing.states import AgreementStatus, CreditKind, InvoiceStatus, LineKind
from tests.billing.diagnosis.scenes import AT, NINE, agreement, bill, codes, only, open_bill, paid, plain, refund, told

SOON = NINE + timedelta(seconds=41)
FEE = CreditFact(CreditKind.FEE_WAIVER, 1_500)
WAIVED = open_bill(total_minor=11_500, credited_minor=1_500, credits=(FEE,), lines=())
SPRING = PromiseFact(1, "SPRING", LineKind.DISCOUNT, 500, "USD", date(2026, 10, 1), agreement_id=1)
GRANTED = replace(SPRING, kind=LineKind.CREDIT)


def kept(minor: int) -> tuple[CreditFact, ...]:
    return (CreditFact(CreditKind.CORRECTION, 11_500, minor),)


def wrong_bill(number: int = 1, *, left: int = 0, **fields: object) -> InvoiceFact:
    """Of $115.00, taken back in full for a corrected one."""
    values: dict[str, object] = {"total_minor": 11_500, "credited_minor": 11_500, "credits": kept(left), "lines": ()}
    return bill(number, **(values | fields))


def refunds_of(diagnosis: Diagnosis) -> list[tuple[int, int | None]]:
    found = (action for finding in diagnosis.problems for action in finding.actions)
    return [(each.targets[0].id, each.amount_minor) for each in found if each.kind == "refund_payment"]


def test_what_was_credited_is_not_owed_a_second_time() -> None:
    diagnosis = told(WAIVED, paid(1, amount_minor=10_000), paid(2, SOON, amount_minor=10_000))

    assert codes(diagnosis) == ["charged_twice"]
    assert refunds_of(diagnosis) == [(2, 10_000)]


def test_a_waived_fee_that_was_paid_all_the_same_goes_back() -> None:
    finding = only(told(replace(WAIVED, status=InvoiceStatus.PAID), paid(amount_minor=11_500)))

    assert (finding.code, finding.at_stake_minor) == ("overpaid", 1_500)
    assert plain(finding.explanation) == (
        "The bill was $115.00; after credits and corrections $100.00 is ours, $115.00 was kept."
    )
    assert plain(finding.customer_text) == (
        "Your bill INV-1 was $115.00, and $100.00 after we changed it. We took $15.00 more than that. We are sorry."
    )


def test_money_that_was_left_on_the_balance_on_purpose_is_not_too_much() -> None:
    goodwill = CreditFact(CreditKind.GOODWILL, 5_000, 5_000)
    credited = bill(credited_minor=5_000, credits=(goodwill,))
    assert codes(told(credited, paid())) == ["nothing_wrong"]
    assert refunds_of(told(credited, paid(), paid(2, SOON))) == [(2, 12_500)]
    assert codes(told(credited, paid(), refund(amount_minor=5_000))) == ["refund_on_its_way"]


def test_the_rest_of_a_bill_that_was_credited_leaves_it_paid() -> None:
    assert codes(told(WAIVED, paid(amount_minor=10_000))) == ["paid_but_open"]
    part = only(told(WAIVED, paid(amount_minor=4_000)))
    assert (part.code, plain(part.explanation)) == ("part_paid", "$40.00 of $100.00 came in.")


def test_money_carried_on_to_the_corrected_bill_was_not_taken_for_nothing() -> None:
    wrong = wrong_bill(status=InvoiceStatus.VOID)
    new = open_bill(2, total_minor=9_000, carried_minor=4_000, corrects_id=1, lines=())
    part = paid(1, amount_minor=4_000)

    assert codes(told(wrong, new, part)) == ["nothing_wrong"]
    twice = told(wrong, new, part, *(paid(n, SOON, invoice_id=2, amount_minor=5_000) for n in (2, 3)))
    assert codes(twice) == ["charged_twice"]
    assert refunds_of(twice) == [(3, 5_000)]
    late = told(wrong, new, part, paid(2, SOON, amount_minor=11_500))
    assert codes(late) == ["paid_void_bill"]
    assert refunds_of(late) == [(2, 11_500)]


def test_a_bill_carried_in_full_and_left_open_is_dated_by_the_payment_before() -> None:
    wrong = wrong_bill()
    new = open_bill(2, total_minor=11_500, carried_minor=11_500, corrects_id=1, lines=())
    finding = only(told(wrong, new, paid(amount_minor=11_500)))
    assert (finding.code, finding.at_stake_minor) == ("paid_but_open", 11_500)
    assert "The money came on Thu 12 November." in plain(finding.explanation)
    assert codes(told(wrong, new)) == ["nothing_wrong"]  # a payment that is not read dates nothing


def test_each_payment_of_a_void_bill_is_told_by_itself() -> None:
    void = bill(status=InvoiceStatus.VOID)
    diagnosis = told(void, *(paid(n, NINE + timedelta(minutes=n)) for n in (1, 2, 3)))

    assert codes(diagnosis) == ["paid_void_bill"] * 3
    assert sorted(refunds_of(diagnosis)) == [(1, 12_500), (2, 12_500), (3, 12_500)]


def test_money_of_another_currency_on_a_void_bill_is_wanted_by_nobody() -> None:
    void = bill(status=InvoiceStatus.VOID, currency="EUR")

    assert refunds_of(told(void, paid())) == [(1, 12_500), (1, 12_500)]  # of the void bill, and of the currency


@pytest.mark.parametrize(
    ("left", "back", "over"),
    [(2_000, 0, 0), (0, 0, 2_000), (0, 2_000, 0)],
    ids=["kept", "to send, and not sent", "sent"],
)
def test_of_a_bill_corrected_twice_all_the_money_is_accounted_for(left: int, back: int, over: int) -> None:
    """115 paid, corrected to 90, and that to 70: of the first 25 are kept, of the second as given."""
    chain = (
        wrong_bill(1, left=2_500),
        wrong_bill(2, left=left, total_minor=9_000, credited_minor=9_000, carried_minor=9_000, corrects_id=1),
        bill(3, total_minor=7_000, carried_minor=7_000, corrects_id=2, lines=()),
    )
    facts = Facts(1, invoices=chain, payments=(paid(amount_minor=11_500, refunded_minor=back),))

    assert [facts.over_minor(each) for each in chain] == [over, 0, 0]


def test_bills_that_name_each_other_end() -> None:
    facts = Facts(1, invoices=(bill(1, corrects_id=2), bill(2, corrects_id=1)))

    assert [facts.over_minor(each) for each in facts.invoices] == [0, 0]
    assert {facts.first_issued_on(each) for each in facts.invoices} == {date(2026, 11, 5)}


@pytest.mark.parametrize("promise", [SPRING, GRANTED], ids=["discount", "credit"])
def test_a_promise_made_good_by_a_credit_note_is_kept(promise: PromiseFact) -> None:
    goodwill = CreditFact(CreditKind.GOODWILL, 500, 500)

    def found(*credits: CreditFact) -> list[str]:
        credited = sum(each.amount_minor for each in credits)
        return codes(told(bill(credits=credits, credited_minor=credited), paid(), promises=(promise,)))

    missing = "promotion_missing" if promise is SPRING else "credit_missing"
    assert found() == [missing]
    assert found(goodwill) == ["nothing_wrong"]
    assert found(replace(goodwill, amount_minor=499, left_minor=499)) == [missing]
    assert found(replace(FEE, left_minor=1_500)) == [missing]  # a waived fee is another matter


@pytest.mark.parametrize("promise", [SPRING, GRANTED], ids=["discount", "credit"])
def test_a_promise_is_looked_for_on_the_bill_that_took_the_place(promise: PromiseFact) -> None:
    wrong = wrong_bill()
    lines = LineFact(LineKind.PREMIUM, "Monthly premium", 11_500), LineFact(promise.kind, "SPRING", -500)
    new = bill(2, total_minor=11_000, carried_minor=11_000, corrects_id=1, lines=(), issued_on=date(2026, 11, 20))
    wrong = replace(wrong, credits=kept(500))
    payment = paid(amount_minor=11_500)

    assert codes(told(wrong, replace(new, lines=lines), payment, promises=(promise,))) == ["nothing_wrong"]
    finding = only(told(wrong, new, payment, promises=(promise,)))
    assert finding.evidence[0].reference == "INV-2"


def test_a_corrected_bill_is_promised_what_the_first_one_was() -> None:
    september = wrong_bill(issued_on=date(2026, 9, 5))
    new = bill(2, total_minor=11_500, carried_minor=11_500, corrects_id=1, lines=(), issued_on=date(2026, 11, 20))
    scene = september, new, paid(amount_minor=11_500), agreement(next_bill_on=None)
    before, after = (
        replace(SPRING, starts_on=date(2026, 9, 23), ends_on=None),
        replace(SPRING, starts_on=date(2026, 9, 1)),
    )
    at = datetime(2026, 11, 3, tzinfo=UTC)  # while the day of the first is still news

    assert codes(told(*scene, promises=(before,))) == ["nothing_wrong"]
    assert codes(told(*scene, promises=(replace(after, ends_on=date(2026, 9, 30)),), at=at)) == ["promotion_missing"]


def test_a_bill_that_did_not_add_up_and_was_put_right_is_right() -> None:
    wrong = bill(lines=(LineFact(LineKind.PREMIUM, "Monthly premium", 11_500),))
    goodwill = CreditFact(CreditKind.GOODWILL, 1_000, 1_000)
    new = bill(2, total_minor=11_500, carried_minor=11_500, corrects_id=1, lines=(), issued_on=date(2026, 11, 20))
    taken_back = replace(wrong, credited_minor=12_500, credits=kept(1_000))

    assert codes(told(wrong, paid())) == ["bill_does_not_add_up"]
    assert codes(told(replace(wrong, credited_minor=1_000, credits=(goodwill,)), paid())) == ["nothing_wrong"]
    assert codes(told(taken_back, new, paid())) == ["nothing_wrong"]


def test_a_corrected_bill_is_no_second_bill() -> None:
    november: dict[str, Any] = {
        "period_start": date(2026, 11, 5),
        "period_end": date(2026, 12, 4),
        "total_minor": 11_500,
        "lines": (),
    }
    wrong = wrong_bill(**november)
    new = open_bill(2, carried_minor=6_500, corrects_id=1, **november)
    scene = wrong, new, paid(amount_minor=6_500)

    assert codes(told(*scene)) == ["nothing_wrong"]
    assert codes(told(replace(wrong, credited_minor=0, credits=()), replace(new, corrects_id=None), scene[2])) == [
        "billed_twice"
    ]


def test_a_bill_after_the_end_that_was_credited_in_full_is_dealt_with() -> None:
    gone = agreement(status=AgreementStatus.CANCELLED, ended_on=date(2026, 10, 1), autopay=False)
    after = bill(credited_minor=12_500, credits=(CreditFact(CreditKind.GOODWILL, 12_500, 12_500),))

    assert codes(told(gone, bill(), paid())) == ["billed_after_end"]
    assert codes(told(gone, after, paid())) == ["nothing_wrong"]


def test_a_second_bill_counts_from_the_local_day() -> None:
    """Issued on the 22nd, which has begun in Auckland and not yet by UTC."""
    november = {"period_start": date(2026, 11, 5), "period_end": date(2026, 12, 4)}
    bills = bill(1, **november), open_bill(2, issued_on=date(2026, 11, 22), due_on=date(2026, 12, 9), **november)

    assert codes(told(*bills, paid(), at=AT, time_zone="Pacific/Auckland")) == ["billed_twice"]
    assert codes(told(*bills, paid(), at=AT)) == ["nothing_wrong"]
