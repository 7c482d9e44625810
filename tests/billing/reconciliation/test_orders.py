"""Files come in any order, and the end is the same: payments before lines, lines before payments, returns first."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.bank_answers import take_bank_answers
from billing.actions.books import book_payment
from billing.actions.reconciliation.booking import book_found, park_unknown
from billing.actions.reconciliation.run import reconcile
from billing.ledger.balances import trial_balance
from billing.models import Discrepancy, ExpectedMoney, Invoice, MatchPart, Payment, PaymentAttempt, StatementLine
from billing.states import InvoiceStatus, PaymentStatus
from tests.billing.reconciliation.records import DAY, a_line
from tests.billing.records import a_customer, records_of

pytestmark = pytest.mark.django_db
TRACE = "091000010000001"
ORIGINAL, BACK = "the debit", "its return"
Step = Callable[[], object]


def looked_at() -> None:
    """As the worker does after every import."""
    with seeing_as_system():
        reconcile(at=timezone.now())
    take_bank_answers(at=timezone.now())
    book_found(at=timezone.now())
    with seeing_as_system():
        park_unknown(at=timezone.now())


def steps(*, names: bool) -> dict[str, Step]:
    """A payment by a bank debit, the line that brings it, the line that sends it back. ``names``: the return does."""
    payment = "P-" + "-".join(["7K3M", "Q2ZX", "9ABC"])

    def told() -> None:
        records = records_of(a_customer())
        at = datetime.combine(DAY - timedelta(days=1), time(9, 0), UTC)
        rows = Payment.objects.filter(pk=records.payment.pk)
        rows.update(provider="file", external_id="debit-1", reference=payment, created_at=at, captured_at=at)
        Invoice.objects.update(status=InvoiceStatus.PAID, paid_at=at)
        book_payment(Payment.objects.get(), at=at)

    return {
        "payment": told,
        "line": lambda: a_line(
            amount_minor=12_500, kind="direct_debit", bank_reference=TRACE, end_to_end_id=payment.replace("-", "")
        ),
        "return": lambda: a_line(
            amount_minor=-12_500,
            on=DAY + timedelta(days=2),
            kind="return",
            return_code="R01",
            returned_reference=TRACE,
            bank_reference="123456780000009",
            end_to_end_id=payment.replace("-", "") if names else "",
        ),
    }


def state() -> dict[str, Any]:
    with seeing_as_system():
        payment = Payment.objects.get()
        return {
            "payment": (payment.status, payment.captured_minor),
            "attempts": list(payment.attempts.values_list("outcome", "network_code")),
            "bill": Invoice.objects.values_list("status", "paid_at").get(),
            "lines": list(StatementLine.objects.order_by("booked_on").values_list("booked_on", "matching")),
            "expected": list(ExpectedMoney.objects.values_list("kind", "status")),
            "parts": sorted(MatchPart.objects.values_list("rule", "line_minor", "expected_minor", "status")),
            "off": sorted(Discrepancy.objects.values_list("kind", "amount_minor", "status")),
            "books": {code: total for (code, _), total in trial_balance().items() if total},
        }


@pytest.mark.parametrize("names", [True, False], ids=["the return names it", "the return has only the trace"])
@pytest.mark.parametrize("order", list(permutations(["payment", "line", "return"])), ids="-".join)
def test_the_end_is_the_same_in_any_order(order: tuple[str, ...], names: bool) -> None:
    each = steps(names=names)
    for step in order:
        with seeing_as_system():
            each[step]()
        looked_at()
    looked_at()

    found = state()
    assert found["payment"] == ("failed", 0)
    assert found["attempts"][-1] == ("declined", "R01")
    assert found["bill"] == ("open", None)
    assert [matching for _, matching in found["lines"]] == ["matched", "matched"]
    assert found["parts"] == [
        ("payment_reference", 12_500, 12_500, "posted"),
        ("returned", -12_500, -12_500, "posted"),
    ]
    assert ("returned", -12_500, "open") in found["off"] or ("returned", -12_500, "resolved") in found["off"]
    assert not [off for off in found["off"] if off[0] in {"duplicate", "missing"}]
    assert found["books"] == {}


def test_looking_again_changes_nothing() -> None:
    each = steps(names=True)
    with seeing_as_system():
        for step in each.values():
            step()
    looked_at()
    looked_at()  # the bill is open again by now, and its money expected
    first = state()
    looked_at()

    assert state() == first
    with seeing_as_system():
        assert PaymentAttempt.objects.filter(external_id__startswith="line:").count() == 1


def test_a_provider_speaks_for_its_own_payments() -> None:
    """What Stripe collects, Stripe tells: a line that happens to name it moves no payment."""
    each = steps(names=True)
    with seeing_as_system():
        for step in each.values():
            step()
        Payment.objects.update(provider="stripe")
    looked_at()

    with seeing_as_system():
        assert Payment.objects.get().status == PaymentStatus.SUCCEEDED
