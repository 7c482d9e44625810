"""A provider in memory, told beforehand what it will answer. It counts what was really done there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from billing.gateways.base import (
    CreditOrder,
    GatewayError,
    GatewayRefused,
    GatewayTimeout,
    HostedPage,
    PageOrder,
    RefundOrder,
)
from billing.gateways.facts import CheckoutFacts, RefundFacts

LOST = GatewayTimeout("The payment provider did not answer in time.")


@dataclass
class FakeGateway:
    """``answers`` are taken one by one for each call: a status, or an exception. "… lost" is done and not told."""

    answers: list[str | GatewayError] = field(default_factory=list)
    done: dict[str, RefundFacts] = field(default_factory=dict)  # by idempotency key, as the provider keeps them
    calls: list[str] = field(default_factory=list)
    lists: list[GatewayError] = field(default_factory=list)
    during: Callable[[], None] | None = None  # what happens elsewhere while the call is under way
    events: list[dict[str, Any]] = field(default_factory=list)
    payouts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def create_refund(self, order: RefundOrder) -> RefundFacts:
        self.calls.append(order.idempotency_key)
        answer = self.answers.pop(0) if self.answers else "succeeded"
        if self.during:
            self.during()
        if isinstance(answer, GatewayError):
            raise answer
        status, _, lost = answer.partition(" ")
        facts = self.done.setdefault(order.idempotency_key, self._made(order, status))
        if lost:
            raise LOST
        return facts

    def find_refund(self, order: RefundOrder) -> RefundFacts | None:
        if self.lists:
            raise self.lists.pop(0)
        return self.done.get(order.idempotency_key)

    def credit_bill(self, order: CreditOrder) -> None:
        self._told(f"credit {order.invoice} {order.amount_minor} {'settled' if order.settled else 'open'}")

    def settle_bill(self, invoice: str, *, idempotency_key: str) -> None:
        self._told(f"settle {invoice}")

    def start_payment(self, order: PageOrder) -> HostedPage:
        return self._page(order, f"pay {order.bill} {order.amount_minor}")

    def start_method_setup(self, order: PageOrder) -> HostedPage:
        return self._page(order, f"setup {order.customer}")

    def close_page(self, object_id: str) -> None:
        self._told(f"close {object_id}")

    def read_page(self, object_id: str) -> CheckoutFacts:
        self._told(f"read {object_id}")
        return CheckoutFacts(object_id=object_id, status="expired")

    def use_method(self, agreement: str, method: str, *, idempotency_key: str) -> None:
        self._told(f"use {method} for {agreement}")

    def _page(self, order: PageOrder, words: str) -> HostedPage:
        self._told(f"{words} {order.idempotency_key}")
        return HostedPage(f"cs_{order.reference}", f"{settings.PAYMENT_PAGE_ORIGIN}/c/{order.reference}")

    def _told(self, words: str) -> None:
        self.calls.append(words)
        if self.during:
            self.during()
        answer = self.answers.pop(0) if self.answers else ""
        if isinstance(answer, GatewayError):
            raise answer

    def fetch_object(self, kind: str, object_id: str) -> Mapping[str, Any]:
        raise GatewayRefused("The fake keeps no such object.")

    def list_payout(self, payout: str) -> Iterator[Mapping[str, Any]]:
        yield from self.payouts.get(payout, ())

    def list_events(self, *, since: datetime) -> Iterator[Mapping[str, Any]]:
        yield from self.events

    def _made(self, order: RefundOrder, status: str) -> RefundFacts:
        return RefundFacts(
            object_id=f"re_{len(self.done) + 1}",
            charge=order.charge,
            intent=order.intent,
            status=status,
            amount_minor=order.amount_minor,
            currency=order.currency,
            created=1_795_000_000,
            our_reference=order.reference,
        )
