"""Charges, payment intents, refunds and what ties them to invoices, in every shape since 2012."""

from collections.abc import Iterator
from typing import Final

from billing.gateways.facts import ChargeFacts, Facts, IntentFacts, InvoicePaymentFacts, RefundFacts
from billing.gateways.stripe.checkouts import OUR_BILL
from billing.gateways.stripe.fields import (
    Json,
    Unreadable,
    amount,
    choice,
    currency,
    flag,
    items,
    moment,
    needed_id,
    needed_moment,
    part,
    reference,
    text,
)
from billing.gateways.stripe.methods import method_of_charge
from billing.states import RefundReason

# Set on every refund we ask for, so that its webhook finds our row even before the call has returned.
OUR_REFERENCE: Final = "redress_refund"

CARD_HOLD_SECONDS: Final = 7 * 24 * 3600  # how long an uncaptured card payment is kept, where the charge does not say
TECHNICAL: Final = frozenset(
    {"processing_error", "issuer_not_available", "reenter_transaction", "try_again_later", "api_error", "rate_limit"}
)
CHARGE_STATUS: Final = {"succeeded": "succeeded", "paid": "succeeded", "pending": "pending", "failed": "failed"}
INTENT_STATUS: Final = {
    "requires_payment_method": "requires_payment_method",
    "requires_source": "requires_payment_method",  # the names before 2019
    "requires_confirmation": "requires_confirmation",
    "requires_action": "requires_action",
    "requires_source_action": "requires_action",
    "processing": "processing",
    "requires_capture": "requires_capture",
    "canceled": "canceled",
    "succeeded": "succeeded",
}
REFUND_STATUS: Final = {
    "": "succeeded",  # refunds had no status before 2014: they were done or they were not there
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "canceled",
}
REFUND_REASON: Final = {
    "duplicate": RefundReason.DUPLICATE,
    "fraudulent": RefundReason.UNAUTHORISED,
    "requested_by_customer": RefundReason.CANCELLED,
}


def charge_and_parts(source: Json) -> Iterator[Facts]:
    charge = read_charge(source)
    yield charge
    yield from method_of_charge(source, customer=charge.customer)
    for refund in items(source, "refunds"):
        if refund.get("id"):  # the oldest shapes list refunds without ids; their sum stands on the charge
            yield read_refund({"charge": charge.object_id, "payment_intent": charge.intent, **refund})


def read_charge(source: Json) -> ChargeFacts:
    status = _charge_status(source)
    asked = amount(source, "amount")
    captured = flag(source, "captured") or "captured" not in source
    taken = amount(source, "amount_captured", asked if captured else 0) if status == "succeeded" else 0
    created = needed_moment(source, "created")
    details, outcome, billing = _card(source), part(source, "outcome"), part(source, "billing_details")
    held = status == "succeeded" and not taken
    return ChargeFacts(
        object_id=needed_id(source),
        customer=reference(source, "customer"),
        invoice=reference(source, "invoice"),
        intent=reference(source, "payment_intent"),
        method=reference(source, "payment_method") or reference(source, "source") or reference(source, "card"),
        status=status,
        amount_minor=asked,
        captured_minor=taken,
        refunded_minor=_given_back(amount(source, "amount_refunded"), asked, taken),
        released=held and amount(source, "amount_refunded") > 0,
        currency=currency(source),
        created=created,
        hold_expires=(moment(details, "capture_before") or created + CARD_HOLD_SECONDS) if held else None,
        descriptor=(text(source, "calculated_statement_descriptor") or text(source, "statement_descriptor"))[:60],
        payer_name=text(billing, "name", 200) or text(details, "name", 200),
        payer_email=text(billing, "email", 254) or text(source, "receipt_email", 254),
        decline_code=_decline_code(source) if status == "failed" else "",
        network_code=text(outcome, "network_decline_code", 10),
        advice_code=text(outcome, "advice_code", 40),
        network=(text(details, "network") or text(details, "brand")).lower()[:20],
        technical=status == "failed" and _decline_code(source) in TECHNICAL,
    )


def _charge_status(source: Json) -> str:
    if text(source, "status"):
        status = choice(text(source, "status"), CHARGE_STATUS, "status")
        # A bank debit under way: the charge was accepted, the money is not there.
        return "pending" if status == "succeeded" and source.get("paid") is False else status
    # Before 2014 a charge was paid, or it had a failure.
    if flag(source, "paid"):
        return "succeeded"
    return "failed" if source.get("failure_code") or source.get("failure_message") else "pending"


def _given_back(refunded: int, asked: int, taken: int) -> int:
    """What is released when less is captured than was authorised counts as refunded there; no money came back."""
    return max(0, refunded - (asked - taken))


def _card(source: Json) -> Json:
    method = part(source, "payment_method_details")
    return part(method, "card") or part(source, "source") or part(source, "card")


def _decline_code(source: Json) -> str:
    reason = text(part(source, "outcome"), "reason", 60)
    return reason or text(source, "failure_code", 60) or "generic_decline"


def intent_and_parts(source: Json) -> Iterator[Facts]:
    intent = read_intent(source)
    yield intent
    embedded = [*items(source, "charges")]
    if isinstance(source.get("latest_charge"), dict):
        embedded.append(source["latest_charge"])
    for charge in embedded:
        yield from charge_and_parts({"payment_intent": intent.object_id, **charge})


def read_intent(source: Json) -> IntentFacts:
    return IntentFacts(
        object_id=needed_id(source),
        customer=reference(source, "customer"),
        # A bill that was paid on the hosted page is named by us; it may be one that the provider does not know.
        invoice=reference(source, "invoice") or text(part(source, "metadata"), OUR_BILL),
        method=reference(source, "payment_method"),
        status=choice(text(source, "status"), INTENT_STATUS, "status"),
        amount_minor=amount(source, "amount"),
        received_minor=amount(source, "amount_received"),
        currency=currency(source),
        created=needed_moment(source, "created"),
        ended_by_error=bool(part(source, "last_payment_error")),
    )


def read_refund(source: Json) -> RefundFacts:
    bank = part(part(source, "destination_details"), text(part(source, "destination_details"), "type"))
    return RefundFacts(
        object_id=needed_id(source),
        charge=reference(source, "charge"),
        intent=reference(source, "payment_intent"),
        status=choice(text(source, "status"), REFUND_STATUS, "status"),
        amount_minor=amount(source, "amount"),
        currency=currency(source),
        created=needed_moment(source, "created"),
        reason=REFUND_REASON.get(text(source, "reason"), RefundReason.GOODWILL),
        failure_reason=text(source, "failure_reason", 60),
        bank_reference=text(bank, "reference", 60),
        our_reference=text(part(source, "metadata"), OUR_REFERENCE, 30),
    )


def read_invoice_payment(source: Json) -> InvoicePaymentFacts:
    paid_with = part(source, "payment")
    payment = reference(paid_with, "payment_intent") or reference(paid_with, "charge")
    if not payment:
        raise Unreadable("payment names neither an intent nor a charge.")
    return InvoicePaymentFacts(object_id=needed_id(source), invoice=reference(source, "invoice"), payment=payment)


__all__ = ["OUR_REFERENCE", "charge_and_parts", "intent_and_parts", "read_invoice_payment", "read_refund"]
