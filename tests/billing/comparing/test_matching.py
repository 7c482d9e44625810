"""Each kind of verdict, by the records that make it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from billing.comparing import Comparison, VerdictKind, compare, read_lines
from billing.diagnosis import Facts, diagnose
from billing.diagnosis.findings import RecordKind
from billing.diagnosis.records import AgreementFact, InvoiceFact, MethodFact, PaymentFact, RefundFact
from billing.states import AgreementStatus, InvoiceStatus, MethodKind, PaymentStatus, RefundStatus

AT = datetime(2026, 9, 20, 12, tzinfo=UTC)
TAKEN = datetime(2026, 9, 12, 9, 14, 2, tzinfo=UTC)


def a_payment(number: int = 1, **changes: Any) -> PaymentFact:
    told: dict[str, Any] = {
        "id": number,
        "reference": f"P-{number}",
        "status": PaymentStatus.SUCCEEDED,
        "amount_minor": 12500,
        "captured_minor": 12500,
        "currency": "USD",
        "created_at": TAKEN,
        "captured_at": TAKEN,
        "invoice_id": 1,
        "method_id": 1,
        "descriptor": "ACME* MOTOR POLICY",
    }
    return PaymentFact(**told | changes)


def facts(*payments: PaymentFact, refunds: tuple[RefundFact, ...] = (), **changes: Any) -> Facts:
    bill = InvoiceFact(1, "N-1", InvoiceStatus.PAID, 12500, "USD", date(2026, 9, 1), agreement_id=1)
    agreement = AgreementFact(1, "44-1", AgreementStatus.ACTIVE, title="Motor policy", amount_minor=12500)
    told: dict[str, Any] = {
        "agreements": (agreement,),
        "invoices": (bill,),
        "methods": (MethodFact(1, MethodKind.CARD, last4="4242", brand="visa"),),
        "payments": payments,
        "refunds": refunds,
    }
    return Facts(customer_id=1, **told | changes)


def compared(text: str, known: Facts) -> Comparison:
    today = AT.date()
    lines = read_lines(text, currency="USD", today=today).lines
    return compare(lines, known, diagnose(known, at=AT), today=today)


def kinds(comparison: Comparison) -> list[str]:
    return [verdict.kind.value for verdict in comparison.verdicts]


def test_a_payment_of_ours() -> None:
    (verdict,) = compared("14 Sep ACME MOTOR 125.00", facts(a_payment())).verdicts

    assert (verdict.kind, [each.reference for each in verdict.evidence]) == (VerdictKind.MATCHED, ["P-1"])
    assert verdict.text == "Our payment of $125.00 from Sat\u00a012\u00a0September for Motor policy, bill N-1."


def test_a_payment_under_a_name_nobody_knows() -> None:
    (verdict,) = compared("14 Sep PAYDESK IE 125.00", facts(a_payment())).verdicts

    assert verdict.kind is VerdictKind.OTHER_NAME
    assert verdict.text.startswith("Your bank calls it “PAYDESK IE”. It is our payment of $125.00")


def test_our_own_name_chooses_first() -> None:
    """Another shop's line of the same amount on the same day does not take our payment's place."""
    both = compared("12 Sep CORNER SHOP 125.00\n12 Sep ACME MOTOR 125.00", facts(a_payment()))

    assert kinds(both)[1] == "matched"


def test_two_captures_for_one_bill() -> None:
    second = a_payment(2, captured_at=TAKEN + timedelta(seconds=41), created_at=TAKEN + timedelta(seconds=41))
    both = compared("12 Sep ACME 125.00\n12 Sep ACME 125.00", facts(a_payment(), second))

    assert kinds(both) == ["matched", "duplicate"]
    assert {(each.kind, each.id) for each in both.verdicts[1].evidence} >= {
        (RecordKind.PAYMENT, 1),
        (RecordKind.PAYMENT, 2),
    }


def test_a_hold_beside_a_charge() -> None:
    hold = a_payment(2, status=PaymentStatus.AUTHORISED, captured_minor=0, captured_at=None, authorised_at=TAKEN)

    assert kinds(compared("12 Sep ACME 125.00\n12 Sep ACME 125.00", facts(a_payment(), hold))) == ["matched", "hold"]


def test_shown_twice_and_taken_once() -> None:
    both = compared("12 Sep ACME 125.00\n13 Sep ACME 125.00", facts(a_payment()))

    assert kinds(both) == ["matched", "hold"]
    assert "we took it once" in both.verdicts[1].text


def test_money_on_the_wrong_bill() -> None:
    waiting = InvoiceFact(2, "N-2", InvoiceStatus.OPEN, 12500, "USD", date(2026, 9, 2), agreement_id=1)
    paid = InvoiceFact(1, "N-1", InvoiceStatus.PAID, 12500, "USD", date(2026, 9, 1), agreement_id=1)
    known = facts(a_payment(intended_invoice_id=2), invoices=(paid, waiting))

    assert kinds(compared("12 Sep ACME 125.00", known)) == ["misapplied"]


def test_looks_like_us_and_is_not_in_our_books() -> None:
    assert kinds(compared("12 Sep ACME MOTOR 99.00", facts(a_payment()))) == ["missing"]


def test_another_company() -> None:
    assert kinds(compared("12 Sep CORNER SHOP 99.00", facts(a_payment()))) == ["not_ours"]


def test_a_refund_and_only_towards_the_customer() -> None:
    refund = RefundFact(
        1, "R-1", 1, RefundStatus.SUCCEEDED, 2500, "USD", requested_at=TAKEN, sent_at=TAKEN, settled_at=TAKEN
    )
    known = facts(a_payment(), refunds=(refund,))

    assert kinds(compared("18 Sep ACME +25.00", known)) == ["matched"]
    assert kinds(compared("18 Sep ACME -25.00", known)) == ["missing"]


def test_a_day_too_far_away_is_another_payment() -> None:
    assert kinds(compared("10 Sep ACME 125.00", facts(a_payment()))) == ["missing"]
    assert kinds(compared("18 Sep ACME 125.00", facts(a_payment()))) == ["matched"]
    assert kinds(compared("19 Sep ACME 125.00", facts(a_payment()))) == ["missing"]


def test_what_we_took_and_the_statement_does_not_show() -> None:
    other = a_payment(2, amount_minor=900, captured_minor=900, invoice_id=None, descriptor="ACME* SHOP")
    found = compared("12 Sep ACME 125.00\n19 Sep SHOP 3.00", facts(a_payment(), other))

    assert [each.text for each in found.absent] == [
        "We took $9.00 on Sat\u00a012\u00a0September. It is not on this statement."
    ]
