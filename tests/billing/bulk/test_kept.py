"""A file comes again after something happened here that its maker does not know of."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from billing.access.scopes import seeing_as_system
from billing.actions import books
from billing.actions.bank_answers import take_bank_answers
from billing.actions.paid_bills import settle_paid_bill
from billing.credits.plans import Goodwill
from billing.ledger.balances import trial_balance
from billing.models import Checkout, ExpectedMoney, Invoice, Match, MatchPart, Payment
from tests.billing.bulk.files import CUSTOMERS, INVOICES, METHODS, PAYMENTS, run, write_csv
from tests.billing.credits.bills import ask, with_budget
from tests.billing.reconciliation.records import a_line

pytestmark = [pytest.mark.django_db, pytest.mark.production]
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
OPEN = {**INVOICES[0], "status": "open"}


@pytest.fixture(autouse=True)
def _in_scope() -> Iterator[None]:
    with seeing_as_system():
        yield


@pytest.fixture
def bill(tmp_path: Path) -> Invoice:
    for kind, rows in {"customers": CUSTOMERS, "methods": METHODS, "invoices": [OPEN]}.items():
        run(kind, write_csv(tmp_path, kind, rows))
    return Invoice.objects.get(external_id="i1")


def again(folder: Path, kind: str, *rows: Mapping[str, str]) -> tuple[str, str]:
    return run(kind, write_csv(folder, kind, rows))


def paid(bill: Invoice, amount_minor: int, **said: Any) -> Payment:
    row = {
        "customer": bill.customer,
        "invoice": bill,
        "reference": f"P-{amount_minor}",
        "status": "succeeded",
        "currency": "USD",
        "amount_minor": amount_minor,
        "captured_minor": amount_minor,
        "provider": "stripe",
        "external_id": f"pi_{amount_minor}",
        "created_at": AT,
    }
    made = Payment.objects.create(**{**row, **said})
    books.book_payment(made, at=AT)
    return made


def look(bill: Invoice) -> Invoice:
    settle_paid_bill(bill.pk, at=AT)
    bill.refresh_from_db()
    return bill


def by_a_page(bill: Invoice) -> None:
    row = {"customer": bill.customer, "invoice": bill, "kind": "payment", "status": "complete", "provider": "stripe"}
    Checkout.objects.create(**row, reference="V-1", amount_minor=12_500, currency="USD", created_at=AT, expires_at=AT)
    paid(bill, 12_500)


def by_another_provider(bill: Invoice) -> None:
    paid(bill, 12_500)


def with_a_credit(bill: Invoice) -> None:
    ask(bill, Goodwill(2_500), by=with_budget("boss@desk.example", grant=50_000, monthly=90_000))
    paid(bill, 10_000, provider="import", external_id="p9")


def by_a_transfer(bill: Invoice) -> None:
    """As its line was matched and booked."""
    line = a_line(amount_minor=12_500)
    money = ExpectedMoney.objects.create(
        kind="invoice",
        invoice=bill,
        customer=bill.customer,
        amount_minor=12_500,
        currency="USD",
        arose_on=date(2026, 9, 1),
        due_on=date(2026, 9, 14),
    )
    match = Match.objects.create(deed="accept", status="posted")
    both = {"line_minor": 12_500, "expected_minor": 12_500, "rule": "bill", "score": 100, "status": "posted"}
    MatchPart.objects.create(match=match, line=line, expected=money, **both)


def by_a_moved_payment(bill: Invoice) -> None:
    moved = paid(bill, 12_500, provider="import", external_id="p9")
    Match.objects.create(deed="move", status="posted", payment=moved, invoice=bill)


@pytest.mark.parametrize("how", [by_a_page, by_another_provider, with_a_credit, by_a_transfer, by_a_moved_payment])
def test_a_bill_paid_here_stays_paid(bill: Invoice, tmp_path: Path, how: Any) -> None:
    how(bill)
    assert look(bill).status == "paid"

    same, _ = again(tmp_path, "invoices", OPEN)
    other, _ = again(tmp_path, "invoices", {**OPEN, "due_on": "2026-09-20"})

    bill.refresh_from_db()
    assert (same, other) == (
        "0 new, 0 updated, 1 unchanged, 0 refused.",
        "0 new, 1 updated, 0 unchanged, 0 refused.",
    )
    assert (bill.status, bill.paid_at, bill.due_on) == ("paid", AT, date(2026, 9, 20))


@pytest.mark.parametrize(
    ("how", "row"),
    [
        (None, OPEN),  # the file said "paid" once, and takes it back
        (by_a_page, {**OPEN, "total": "200.00"}),  # the bill became more than what was paid
        (by_a_page, {**OPEN, "status": "void"}),
    ],
)
def test_what_the_file_knows_better_counts(bill: Invoice, tmp_path: Path, how: Any, row: dict[str, str]) -> None:
    again(tmp_path, "invoices", INVOICES[0])
    if how:
        how(bill)

    assert again(tmp_path, "invoices", row)[0] == "0 new, 1 updated, 0 unchanged, 0 refused."

    bill.refresh_from_db()
    assert bill.status == row["status"]


def test_a_bill_that_is_credited_in_full_stays_taken_back(bill: Invoice, tmp_path: Path) -> None:
    ask(bill, Goodwill(12_500), by=with_budget("boss@desk.example", grant=50_000, monthly=90_000))
    before = trial_balance()

    said, _ = again(tmp_path, "invoices", OPEN)
    _, refused = again(tmp_path, "invoices", {**OPEN, "total": "50.00", "line_amount": "50.00"})

    bill.refresh_from_db()
    assert (said, bill.status, bill.total_minor) == ("0 new, 0 updated, 1 unchanged, 0 refused.", "void", 12_500)
    assert "It became less than what credit notes took back of it." in refused
    assert trial_balance() == before


def returned(tmp_path: Path, **said: str) -> Payment:
    """A payment of the file, on the bill, that the bank sent back afterwards."""
    again(tmp_path, "invoices", {**INVOICES[0], "paid_at": "2026-09-12T09:14:02Z"})
    again(tmp_path, "payments", {**PAYMENTS[0], **said})
    payment = Payment.objects.get(external_id="p1")
    line = {"kind": "return", "return_code": "R01", "end_to_end_id": payment.reference}
    a_line(amount_minor=-payment.captured_minor, on=date(2026, 9, 15), **line)
    assert take_bank_answers(at=datetime.now(UTC)) == 1
    payment.refresh_from_db()
    assert payment.status == "failed"
    return payment


def outcomes(payment: Payment) -> list[tuple[int, str, bool]]:
    rows = payment.attempts.order_by("number").values_list("number", "outcome", "external_id")
    return [(number, outcome, external_id.startswith("line:")) for number, outcome, external_id in rows]


def test_a_payment_that_the_bank_sent_back_stays_sent_back(bill: Invoice, tmp_path: Path) -> None:
    payment = returned(tmp_path)
    before, failed_at = trial_balance(), payment.failed_at

    same, _ = again(tmp_path, "payments", PAYMENTS[0])
    billed, _ = again(tmp_path, "invoices", {**INVOICES[0], "paid_at": "2026-09-12T09:14:02Z"})

    payment.refresh_from_db()
    bill.refresh_from_db()
    assert (same, billed) == ("0 new, 0 updated, 1 unchanged, 0 refused.",) * 2
    assert (payment.status, payment.captured_minor, payment.failed_at) == ("failed", 0, failed_at)
    assert outcomes(payment) == [(1, "succeeded", False), (2, "declined", True)]
    assert (bill.status, bill.paid_at, trial_balance()) == ("open", None, before)


def test_the_banks_answer_stays_among_the_attempts_that_a_file_tells(bill: Invoice, tmp_path: Path) -> None:
    """It was collected again after the return, which the file knows: that counts."""
    payment = returned(tmp_path)
    first = {name: PAYMENTS[0][name] for name in ("external_id", "attempt_at", "attempt_outcome")}
    taken = {**PAYMENTS[0], "captured_at": "2026-10-01T08:00:00Z"}
    second = {**first, "attempt_at": "2026-10-01T08:00:00Z"}

    again(tmp_path, "payments", taken, second)

    payment.refresh_from_db()
    assert outcomes(payment) == [(1, "succeeded", False), (2, "declined", True), (3, "succeeded", False)]
    assert (payment.status, payment.captured_minor) == ("succeeded", 12_500)
    assert trial_balance()["provider_clearing", "USD"] == 12_500
    assert again(tmp_path, "payments", taken, second)[0] == "0 new, 0 updated, 1 unchanged, 0 refused."
    assert take_bank_answers(at=datetime.now(UTC)) == 0


def test_a_payment_stays_on_the_bill_it_was_moved_to(bill: Invoice, tmp_path: Path) -> None:
    again(tmp_path, "invoices", OPEN, {**OPEN, "external_id": "i2", "number": "N-2"})
    again(tmp_path, "payments", PAYMENTS[0])
    payment, other = Payment.objects.get(external_id="p1"), Invoice.objects.get(external_id="i2")
    assert payment.invoice == bill
    elsewhere = Payment.objects.filter(pk=payment.pk)
    elsewhere.update(invoice=other, intended_invoice=other)

    again(tmp_path, "payments", PAYMENTS[0])
    payment.refresh_from_db()
    assert (payment.invoice_id, payment.intended_invoice_id) == (bill.pk, None)  # nobody had moved it

    elsewhere.update(invoice=other, intended_invoice=other)
    Match.objects.create(deed="move", status="posted", payment=payment, invoice=other)
    assert again(tmp_path, "payments", PAYMENTS[0])[0] == "0 new, 0 updated, 1 unchanged, 0 refused."
    payment.refresh_from_db()
    assert {payment.invoice_id, payment.intended_invoice_id} == {other.pk}
