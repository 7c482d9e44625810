"""Payments and refunds as a provider's events: an intent, a charge for each asking, and what became of them."""

from collections.abc import Iterator
from typing import Any

from billing.judging.event_parts import Event, Shape, method_details, second
from billing.judging.world import Attempt, Payment, Refund, World

Json = dict[str, Any]


def payment_events(world: World, payment: Payment, shape: Shape) -> Iterator[Event]:
    yield Event("payment_intent.created", second(payment.at), _intent(world, payment, shape, "requires_confirmation"))
    if payment.bill is not None and shape.newer:
        tie = {
            "object": "invoice_payment",
            "id": f"inpay_{payment.id}",
            "invoice": payment.bill.id,
            "payment": {"type": "payment_intent", "payment_intent": payment.id},
        }
        yield Event("invoice_payment.paid", second(payment.at) + 3, tie)
    for number, attempt in enumerate(payment.attempts, start=1):
        if attempt.outcome == "succeeded":
            yield from _approved(world, payment, shape, attempt)
        else:
            yield from _refused(world, payment, shape, attempt, number)
    if payment.status == "processing":
        asked = second(payment.at)
        yield Event("charge.pending", asked + 1, _charge(world, payment, shape, asked, f"ch_{payment.id}", "pending"))
        yield Event("payment_intent.processing", asked + 1, _intent(world, payment, shape, "processing"))
    if payment.status == "requires_action":
        asking = _intent(world, payment, shape, "requires_action")
        yield Event("payment_intent.requires_action", second(payment.at) + 2, asking)


def _approved(world: World, payment: Payment, shape: Shape, attempt: Attempt) -> Iterator[Event]:
    """What a card gives at once a bank account gives days later; a hold is taken, or let go of."""
    asked, name = second(attempt.at), f"ch_{payment.id}"
    taken = _charge(world, payment, shape, asked, name, "succeeded") | _took(payment.captured)
    done = _intent(world, payment, shape, "succeeded") | {"amount_received": payment.captured}
    if not payment.method.card and payment.captured_at:
        yield Event("charge.pending", asked + 1, _charge(world, payment, shape, asked, name, "pending"))
        yield Event("payment_intent.processing", asked + 1, _intent(world, payment, shape, "processing"))
        yield Event("charge.succeeded", second(payment.captured_at), taken)
        yield Event("payment_intent.succeeded", second(payment.captured_at) + 1, done)
        return
    if payment.authorised_at is None:
        yield Event("charge.succeeded", asked + 1, taken)
        yield Event("payment_intent.succeeded", asked + 1, done)
        return
    held = _charge(world, payment, shape, asked, name, "succeeded") | _took(0)
    if payment.hold_ends:
        held["payment_method_details"]["card"]["capture_before"] = second(payment.hold_ends)
    yield Event("charge.succeeded", asked + 1, held)
    waiting = _intent(world, payment, shape, "requires_capture") | {"amount_capturable": payment.amount}
    yield Event("payment_intent.amount_capturable_updated", asked + 1, waiting)
    if payment.status == "canceled" and payment.hold_ends:
        ended = second(payment.hold_ends)
        yield Event("charge.refunded", ended, held | {"refunded": True, "amount_refunded": payment.amount})
        yield Event("payment_intent.canceled", ended + 1, _intent(world, payment, shape, "canceled"))
    elif payment.captured_at and payment.captured:
        yield Event("charge.captured", second(payment.captured_at), taken)
        yield Event("payment_intent.succeeded", second(payment.captured_at) + 1, done)


def _refused(world: World, payment: Payment, shape: Shape, attempt: Attempt, number: int) -> Iterator[Event]:
    asked, name = second(attempt.at), f"ch_{payment.id}r{number}"
    told = asked + 1
    if not payment.method.card:
        yield Event("charge.pending", asked + 1, _charge(world, payment, shape, asked, name, "pending"))
        yield Event("payment_intent.processing", asked + 1, _intent(world, payment, shape, "processing"))
        told = max(second(payment.failed_at) if payment.failed_at else 0, asked + 7200)
    outcome = {
        "type": "issuer_declined",
        "reason": attempt.decline or None,
        "network_decline_code": attempt.number or None,
        "advice_code": attempt.advice or None,
    }
    failed = _charge(world, payment, shape, asked, name, "failed") | {
        "outcome": outcome,
        "failure_code": "card_declined" if payment.method.card else attempt.decline,
    }
    yield Event("charge.failed", told, failed)
    error = {"last_payment_error": {"code": "card_declined", "decline_code": attempt.decline}}
    stopped = _intent(world, payment, shape, "requires_payment_method") | error
    yield Event("payment_intent.payment_failed", told, stopped)


def _intent(world: World, payment: Payment, shape: Shape, status: str) -> Json:
    return {
        "object": "payment_intent",
        "id": payment.id,
        "customer": f"cus_{world.id}",
        "invoice": payment.bill.id if payment.bill and not shape.newer else None,
        "payment_method": None if status == "requires_payment_method" else payment.method.id,
        "status": status,
        "amount": payment.amount,
        "amount_received": 0,
        "currency": world.currency.lower(),
        "created": second(payment.at),
    }


def _charge(world: World, payment: Payment, shape: Shape, asked: int, name: str, status: str) -> Json:
    details = method_details(payment.method)
    if payment.method.card:
        details["card"] = details["card"] | {"network": payment.method.brand}
    return {
        "object": "charge",
        "id": name,
        "customer": f"cus_{world.id}",
        "invoice": payment.bill.id if payment.bill and not shape.newer else None,
        "payment_intent": payment.id,
        "payment_method": payment.method.id,
        "payment_method_details": details,
        "status": status,
        "paid": status == "succeeded",
        "amount": payment.amount,
        "captured": status == "succeeded",
        "amount_captured": payment.amount if status == "succeeded" else 0,
        "amount_refunded": 0,
        "currency": world.currency.lower(),
        "created": asked,
        "calculated_statement_descriptor": payment.descriptor,
    }


def _took(minor: int) -> Json:
    return {"captured": minor > 0, "amount_captured": minor}


def refund_events(world: World, refund: Refund) -> Iterator[Event]:
    thing: Json = {
        "object": "refund",
        "id": refund.id,
        "charge": f"ch_{refund.payment.id}",
        "payment_intent": refund.payment.id,
        "amount": refund.amount,
        "currency": world.currency.lower(),
        "created": second(refund.asked),
        "status": "pending",
        "reason": "requested_by_customer",
    }
    yield Event("refund.created", second(refund.asked) + 1, thing)
    if refund.settled:
        yield Event("refund.updated", second(refund.settled), thing | {"status": "succeeded"})
    if refund.failed:
        failed = thing | {"status": "failed", "failure_reason": refund.reason}
        yield Event("refund.failed", second(refund.failed), failed)
