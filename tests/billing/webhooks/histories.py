"""What happens to payments, as a provider tells it: short histories to permute, and long ones made at random."""

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st

from tests.fakes.stripe_objects import (
    T0,
    charge,
    customer,
    dispute,
    event,
    failed_charge,
    intent,
    invoice,
    refund,
    subscription,
)

Json = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

WITHDRAWN = [{"amount": -10_000, "fee": 1_500, "currency": "usd"}]
RETURNED = [*WITHDRAWN, {"amount": 10_000, "fee": -1_500, "currency": "usd"}]
RETRIED: Json = {"payment_intent": "pi_1", "invoice": "in_1"}
PAID: Json = {"status": "paid", "attempt_count": 2, "status_transitions": {"finalized_at": T0 - 40, "paid_at": T0 + 60}}

HISTORIES: dict[str, list[Json]] = {
    "two refunds of a charge, the second in the same second": [
        event("charge.succeeded", charge(), T0),
        event("charge.refunded", charge(amount_refunded=4_000), T0 + 100),
        event("refund.created", refund(), T0 + 100),
        event("charge.refunded", charge(amount_refunded=7_000), T0 + 100, id="evt_second"),
        event("refund.created", refund("re_2", amount=3_000, status="succeeded"), T0 + 100),
    ],
    "a refund that fails after it succeeded": [
        event("charge.succeeded", charge(), T0),
        event("refund.created", refund(), T0 + 100),
        event("refund.updated", refund(status="succeeded"), T0 + 160),
        event("charge.refunded", charge(amount_refunded=4_000), T0 + 160),
        event("refund.failed", refund(status="failed", failure_reason="lost_or_stolen_card"), T0 + 5_000),
    ],
    "a refund that is canceled": [
        event("charge.succeeded", charge(), T0),
        event("refund.created", refund(), T0 + 100),
        event("refund.updated", refund(status="canceled"), T0 + 100),
    ],
    "a refund that succeeds, is counted by its charge, and is canceled": [
        event("charge.succeeded", charge(), T0),
        event("refund.created", refund(status="succeeded"), T0 + 100),
        event("charge.refunded", charge(amount_refunded=4_000), T0 + 100),
        event("refund.updated", refund(status="canceled"), T0 + 160),
    ],
    "a dispute that is lost, though its money was returned once": [
        event("charge.succeeded", charge(), T0),
        event("charge.dispute.created", dispute(), T0 + 200),
        event("charge.dispute.funds_withdrawn", dispute(balance_transactions=WITHDRAWN), T0 + 201),
        event("charge.dispute.closed", dispute(status="lost", balance_transactions=WITHDRAWN), T0 + 900),
        event("charge.dispute.funds_reinstated", dispute(status="lost", balance_transactions=RETURNED), T0 + 950),
    ],
    "an inquiry, then a chargeback, then a win, all told in one second": [
        event("charge.succeeded", charge(), T0),
        event("charge.dispute.created", dispute(status="warning_needs_response"), T0 + 200),
        event("charge.dispute.updated", dispute(status="warning_closed"), T0 + 200, id="evt_a"),
        event("charge.dispute.updated", dispute(status="needs_response"), T0 + 200, id="evt_b"),
        event("charge.dispute.closed", dispute(status="won"), T0 + 200),
    ],
    "a dispute that is won, and then lost": [
        event("charge.succeeded", charge(), T0),
        event("charge.dispute.created", dispute(balance_transactions=WITHDRAWN), T0 + 200),
        event("charge.dispute.closed", dispute(status="won", balance_transactions=RETURNED), T0 + 900),
        event("charge.dispute.closed", dispute(status="lost", balance_transactions=WITHDRAWN), T0 + 950),
    ],
    "a dispute that is lost, and then won after all": [
        event("charge.succeeded", charge(), T0),
        event("charge.dispute.created", dispute(balance_transactions=WITHDRAWN), T0 + 200),
        event("charge.dispute.closed", dispute(status="lost", balance_transactions=WITHDRAWN), T0 + 900),
        event("charge.dispute.closed", dispute(status="won", balance_transactions=RETURNED), T0 + 950),
    ],
    "a dispute that is prevented after its money and a fee were withdrawn": [
        event("charge.succeeded", charge(), T0),
        event("charge.dispute.created", dispute(balance_transactions=WITHDRAWN), T0 + 200),
        event("charge.dispute.closed", dispute(status="prevented"), T0 + 900),
    ],
    "a dispute whose amount becomes less": [
        event("charge.succeeded", charge(), T0),
        event("charge.dispute.created", dispute(), T0 + 200),
        event("charge.dispute.updated", dispute(amount=6_000), T0 + 300),
        event("charge.dispute.closed", dispute(amount=6_000, status="lost"), T0 + 900),
    ],
    "authorised, then captured in part, and refunded": [
        event("charge.succeeded", charge(captured=False, amount_captured=0), T0),
        event("charge.captured", charge(amount_captured=6_000, amount_refunded=4_000), T0 + 50),
        event("charge.refunded", charge(amount_captured=6_000, amount_refunded=10_000), T0 + 100),
        event("refund.created", refund(amount=6_000, status="succeeded"), T0 + 100),
    ],
    "an authorisation that is let go": [
        event("payment_intent.created", intent(), T0),
        event("charge.succeeded", charge(captured=False, amount_captured=0, payment_intent="pi_1"), T0 + 1),
        event("payment_intent.amount_capturable_updated", intent(status="requires_capture"), T0 + 1),
        event("payment_intent.canceled", intent(status="canceled"), T0 + 90),
        event(
            "charge.refunded",
            charge(captured=False, amount_captured=0, amount_refunded=10_000, payment_intent="pi_1"),
            T0 + 90,
        ),
    ],
    "declined, then paid, with the bill": [
        event("invoice.finalized", invoice(), T0 - 40),
        event("charge.failed", failed_charge("ch_0", **RETRIED), T0),
        event("invoice.payment_failed", invoice(attempt_count=1, next_payment_attempt=T0 + 50), T0),
        event("charge.succeeded", charge(created=T0 + 50, **RETRIED), T0 + 50),
        event("invoice.paid", invoice(**PAID), T0 + 60),
    ],
    "a policy in grace, and its bill, before anybody told of the customer": [
        event("customer.subscription.created", subscription(), T0 - 900),
        event("invoice.created", invoice(status="draft", number=None, subscription="sub_1"), T0 - 50),
        event("invoice.finalized", invoice(subscription="sub_1"), T0 - 40),
        event("customer.created", customer(email="lena@example.org"), T0 - 2000),
        event("customer.subscription.updated", subscription(status="past_due"), T0 + 10),
    ],
    "a bill tied to its payment by an object of its own": [
        event("payment_intent.succeeded", intent(status="succeeded", amount_received=10_000), T0),
        event("invoice.finalized", invoice(), T0 - 40),
        event(
            "invoice_payment.paid",
            {
                "id": "inpay_1",
                "object": "invoice_payment",
                "invoice": "in_1",
                "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
            },
            T0,
        ),
    ],
    "a method that is removed, told last first": [
        event(
            "payment_method.attached",
            {"id": "pm_1", "object": "payment_method", "type": "card", "customer": "cus_1"},
            T0,
        ),
        event(
            "payment_method.detached",
            {"id": "pm_1", "object": "payment_method", "type": "card", "customer": None},
            T0 + 9,
        ),
        event("charge.succeeded", charge(), T0 + 3),
    ],
}


def long_history(draw: Draw) -> list[Json]:
    """A charge with refunds and disputes that each live a life of their own, told in seconds that often coincide."""
    seconds = st.integers(min_value=T0, max_value=T0 + 6)
    told = [event("charge.succeeded", charge(), draw(seconds), id="evt_charge")]
    back = 0
    for number in range(draw(st.integers(0, 3))):
        life = draw(st.sampled_from(REFUND_LIVES))
        told += _life("refund", partial(refund, f"re_{number}", amount=2_000), life, draw)
        back += 2_000
        told.append(event("charge.refunded", charge(amount_refunded=back), T0 + 3 + number, id=f"evt_back_{number}"))
    for number in range(draw(st.integers(0, 2))):
        life = draw(st.sampled_from(DISPUTE_LIVES))
        told += _life("charge.dispute", partial(dispute, f"dp_{number}", amount=1_000), life, draw)
    return told


REFUND_LIVES = (
    ("pending",),
    ("succeeded",),
    ("pending", "succeeded"),
    ("pending", "failed"),
    ("pending", "succeeded", "failed"),
    ("pending", "canceled"),
    ("pending", "succeeded", "canceled"),
)
DISPUTE_LIVES = (
    ("warning_needs_response", "warning_closed"),
    ("needs_response", "under_review", "won"),
    ("needs_response", "under_review", "lost"),
    ("warning_needs_response", "warning_under_review", "needs_response", "lost"),
    ("prevented",),
    ("needs_response", "prevented"),
    ("needs_response", "won", "lost"),
    ("needs_response", "lost", "won"),
)


def _life(kind: str, make: Callable[..., Json], life: tuple[str, ...], draw: Draw) -> list[Json]:
    """The states in their order, each not earlier than the one before; a second often holds several."""
    second, told = T0, []
    for status in life:
        second += draw(st.integers(0, 2))
        item = make(status=status)
        told.append(event(f"{kind}.{status}", item, second))
    return told
