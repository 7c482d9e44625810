"""A payment provider without an account: the same interface, its own books, its own events.

It keeps what it was asked in a table of its own, as a provider keeps it in its own house, and later sends signed
events that take the same way in as any provider's. Everything is decided by the request: nothing is random.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from billing.gateways.base import (
    CreditOrder,
    GatewayRefused,
    GatewayTimeout,
    GatewayUnavailable,
    HostedPage,
    PageOrder,
    RefundOrder,
)
from billing.gateways.facts import CheckoutFacts, RefundFacts
from billing.gateways.simulated import hosted
from billing.gateways.simulated.events import EVENT, made_id, make_event
from billing.gateways.simulated.scripts import Script, script_for
from billing.gateways.stripe.payments import OUR_REFERENCE, read_refund
from billing.models import SimulatedObject

REFUND: Final = "refund"


class SimulatedGateway:
    def create_refund(self, order: RefundOrder) -> RefundFacts:
        script = script_for(amount_minor=order.amount_minor, target=f"{order.charge} {order.intent}")
        time.sleep(script.slow.total_seconds())
        if script.unreachable:
            raise GatewayUnavailable("The payment provider was not reached.")
        known = SimulatedObject.objects.filter(idempotency_key=order.idempotency_key).first()
        if known is None and script.refusal:
            raise GatewayRefused("The payment provider refused it.", code=script.refusal)
        refund = known or _make_refund(order, script, at=timezone.now())
        if known is None and script.lost_answer:
            raise GatewayTimeout("The payment provider did not answer in time.")
        return read_refund(refund.body)

    def find_refund(self, order: RefundOrder) -> RefundFacts | None:
        reference = f"metadata__{OUR_REFERENCE}"
        found = SimulatedObject.objects.filter(kind=REFUND, **{f"body__{reference}": order.reference}).first()
        return read_refund(found.body) if found else None

    def credit_bill(self, order: CreditOrder) -> None:
        _note("credit", order.idempotency_key, {"invoice": order.invoice, "amount": order.amount_minor})

    def settle_bill(self, invoice: str, *, idempotency_key: str) -> None:
        _note("settled", idempotency_key, {"invoice": invoice})

    def start_payment(self, order: PageOrder) -> HostedPage:
        return hosted.open_session(order, at=timezone.now())

    def start_method_setup(self, order: PageOrder) -> HostedPage:
        return hosted.open_session(order, at=timezone.now())

    def close_page(self, object_id: str) -> None:
        hosted.close_session(object_id, at=timezone.now())

    def read_page(self, object_id: str) -> CheckoutFacts:
        return hosted.facts_of_session(object_id, at=timezone.now())

    def use_method(self, agreement: str, method: str, *, idempotency_key: str) -> None:
        _note("use", idempotency_key, {"agreement": agreement, "method": method})

    def fetch_object(self, kind: str, object_id: str) -> Mapping[str, Any]:
        found = SimulatedObject.objects.filter(kind=kind, external_id=object_id).first()
        if found is None:
            raise GatewayRefused("The payment provider does not know it.", code="resource_missing")
        body: dict[str, Any] = found.body
        return body

    def list_events(self, *, since: datetime) -> Iterator[Mapping[str, Any]]:
        """Those that were sent, or should have been."""
        happened = SimulatedObject.objects.filter(kind=EVENT, created_at__gte=since, created_at__lte=timezone.now())
        for event in happened.order_by("-created_at", "-pk").iterator(chunk_size=100):
            yield event.body

    def list_payout(self, payout: str) -> Iterator[Mapping[str, Any]]:
        """It pays nothing out."""
        yield from ()


def _note(kind: str, key: str, body: Mapping[str, Any]) -> None:
    """What was asked of the provider and has no page or event of its own."""
    SimulatedObject.objects.get_or_create(
        idempotency_key=key,
        defaults={"kind": kind, "external_id": f"{kind}_sim_{key}", "body": body, "created_at": timezone.now()},
    )


def _make_refund(order: RefundOrder, script: Script, *, at: datetime) -> SimulatedObject:
    """The refund and every event that will follow from it, written down at once, as its script says."""
    refund_id = made_id("re_sim_", order.idempotency_key)
    body = {
        "id": refund_id,
        "object": REFUND,
        "amount": order.amount_minor,
        "currency": order.currency.lower(),
        "charge": order.charge or None,
        "payment_intent": order.intent or None,
        "created": int(at.timestamp()),
        "metadata": {OUR_REFERENCE: order.reference},
        "status": script.answer,
    }
    with transaction.atomic():
        refund = SimulatedObject.objects.create(
            kind=REFUND,
            external_id=refund_id,
            idempotency_key=order.idempotency_key,
            body=body,
            created_at=at,
        )
        make_event("refund.created", body, at=at)
        for after, status, reason in script.later:
            arn = {"type": "card", "card": {"type": "refund", "reference": _arn(order)}}
            told = {**body, "status": status, "failure_reason": reason or None}
            make_event("refund.updated", {**told, "destination_details": arn} if not reason else told, at=at + after)
    return refund


def _arn(order: RefundOrder) -> str:
    """Twenty-three digits, as banks print it."""
    number = int.from_bytes(blake2b(order.idempotency_key.encode(), digest_size=9).digest())
    return f"7{number % 10**22:022d}"
