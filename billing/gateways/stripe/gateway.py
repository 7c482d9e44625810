"""Stripe, through its official library.

The host is fixed by the settings. The library retries nothing by itself: a retry here is a row with a time on it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import requests
import stripe
from stripe import RequestsClient, StripeClient, StripeObject
from urllib3.exceptions import MaxRetryError, NewConnectionError

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
from billing.gateways.stripe.checkouts import OUR_BILL, OUR_CHECKOUT, read_session
from billing.gateways.stripe.fields import Unreadable, text
from billing.gateways.stripe.payments import OUR_REFERENCE, read_refund
from billing.states import RefundReason

SECONDS: Final = 20  # for an answer; a connection that is not there after 5 is not there
PAGE: Final = 100
REASON: Final = {RefundReason.DUPLICATE: "duplicate", RefundReason.UNAUTHORISED: "fraudulent"}


class StripeGateway:
    def __init__(self, *, api_key: str, address: str, seconds: float = SECONDS) -> None:
        # No proxy and no credentials from the environment, no redirects: what we send goes to one host.
        session = requests.Session()
        session.trust_env, session.max_redirects = False, 0
        self._client = StripeClient(
            api_key or "no key is set",
            base_addresses={"api": address},
            max_network_retries=0,
            http_client=RequestsClient(timeout=(min(5, seconds), seconds), session=session),
        )

    def create_refund(self, order: RefundOrder) -> RefundFacts:
        params: dict[str, Any] = {
            "amount": order.amount_minor,
            "reason": REASON.get(RefundReason(order.reason), "requested_by_customer"),
            "metadata": {OUR_REFERENCE: order.reference},
            **_target(order),
        }
        with _translated():
            answer = self._client.v1.refunds.create(
                params,  # type: ignore[arg-type]  # a typed dict of the library, made up of parts here
                {"idempotency_key": order.idempotency_key},
            )
            return read_refund(_plain(answer))

    def find_refund(self, order: RefundOrder) -> RefundFacts | None:
        with _translated():
            params: dict[str, Any] = {"limit": PAGE, **_target(order)}
            listed = self._client.v1.refunds.list(params)  # type: ignore[arg-type]  # as above
            for refund in listed.auto_paging_iter():
                facts = read_refund(_plain(refund))
                if facts.our_reference == order.reference:
                    return facts
        return None

    def credit_bill(self, order: CreditOrder) -> None:
        params: dict[str, Any] = {"invoice": order.invoice, "amount": order.amount_minor, "memo": order.number}
        if order.settled:
            params["out_of_band_amount"] = order.amount_minor
        with _translated():
            self._client.v1.credit_notes.create(
                params,  # type: ignore[arg-type]  # a typed dict of the library, made up of parts here
                {"idempotency_key": order.idempotency_key},
            )

    def settle_bill(self, invoice: str, *, idempotency_key: str) -> None:
        with _translated():
            self._client.v1.invoices.pay(invoice, {"paid_out_of_band": True}, {"idempotency_key": idempotency_key})

    def start_payment(self, order: PageOrder) -> HostedPage:
        tags = {OUR_BILL: order.bill, OUR_CHECKOUT: order.reference}
        price = {"currency": order.currency.lower(), "unit_amount": order.amount_minor}
        return self._page(
            order,
            {
                "mode": "payment",
                "line_items": [{"quantity": 1, "price_data": {**price, "product_data": {"name": order.title}}}],
                "payment_intent_data": {"metadata": tags},
            },
        )

    def start_method_setup(self, order: PageOrder) -> HostedPage:
        tags = {OUR_CHECKOUT: order.reference}
        more = {"mode": "setup", "currency": order.currency.lower(), "setup_intent_data": {"metadata": tags}}
        return self._page(order, more)

    def close_page(self, object_id: str) -> None:
        with _translated():
            self._client.v1.checkout.sessions.expire(object_id)

    def read_page(self, object_id: str) -> CheckoutFacts:
        with _translated():
            return read_session(_plain(self._client.v1.checkout.sessions.retrieve(object_id)), kind="")

    def use_method(self, agreement: str, method: str, *, idempotency_key: str) -> None:
        with _translated():
            self._client.v1.subscriptions.update(
                agreement, {"default_payment_method": method}, {"idempotency_key": idempotency_key}
            )

    def _page(self, order: PageOrder, more: Mapping[str, Any]) -> HostedPage:
        whom = {"customer": order.customer} if order.customer else {"customer_email": order.email}
        params: dict[str, Any] = {
            **more,
            **whom,
            "client_reference_id": order.reference,
            "metadata": {OUR_CHECKOUT: order.reference},
            "success_url": order.back_to,
            "cancel_url": f"{order.back_to}?left=yes",
            "expires_at": order.expires_at,
        }
        with _translated():
            made = self._client.v1.checkout.sessions.create(
                params,  # type: ignore[arg-type]  # as above
                {"idempotency_key": order.idempotency_key},
            )
            return HostedPage(text(_plain(made), "id"), text(_plain(made), "url", 2000))

    def fetch_object(self, kind: str, object_id: str) -> Mapping[str, Any]:
        services = {
            "charge": self._client.v1.charges,
            "payment_intent": self._client.v1.payment_intents,
            "refund": self._client.v1.refunds,
            "dispute": self._client.v1.disputes,
            "invoice": self._client.v1.invoices,
            "subscription": self._client.v1.subscriptions,
            "customer": self._client.v1.customers,
            "payment_method": self._client.v1.payment_methods,
        }
        with _translated():
            return _plain(services[kind].retrieve(object_id))  # type: ignore[attr-defined]  # each service has it

    def list_events(self, *, since: datetime) -> Iterator[Mapping[str, Any]]:
        with _translated():
            listed = self._client.v1.events.list({"created": {"gte": int(since.timestamp())}, "limit": PAGE})
            for event in listed.auto_paging_iter():
                yield _plain(event)

    def list_payout(self, payout: str) -> Iterator[Mapping[str, Any]]:
        with _translated():
            listed = self._client.v1.balance_transactions.list({"payout": payout, "limit": PAGE})
            for move in listed.auto_paging_iter():
                yield _plain(move)


def _target(order: RefundOrder) -> dict[str, str]:
    """The charge where we know it: an intent may have had several."""
    return {"charge": order.charge} if order.charge else {"payment_intent": order.intent}


def _plain(answer: StripeObject) -> dict[str, Any]:
    plain: dict[str, Any] = answer.to_dict()
    return plain


@contextmanager
def _translated() -> Iterator[None]:
    """The library's exceptions as ours. What leaves it open whether something was done is a timeout."""
    try:
        yield
    except stripe.APIConnectionError as error:
        if _never_reached(error.__cause__):
            raise GatewayUnavailable("The payment provider was not reached.") from error
        raise GatewayTimeout("The payment provider did not answer in time.") from error
    except (stripe.RateLimitError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayUnavailable("The payment provider does not take our requests now.") from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        message = "The payment provider refused it."
        raise GatewayRefused(message, code=str(error.code or "refused")) from error
    except (stripe.StripeError, Unreadable) as error:
        # Its own fault (5xx), the same key still at work, or an answer that cannot be read: it may have been done.
        raise GatewayTimeout("The payment provider's answer does not say whether it was done.") from error


def _never_reached(cause: BaseException | None) -> bool:
    """Not even a connection. One that broke later may have carried the request."""
    if isinstance(cause, requests.exceptions.ConnectTimeout):
        return True
    inner = cause.args[0] if isinstance(cause, requests.exceptions.ConnectionError) and cause.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)
