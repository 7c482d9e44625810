"""What billing asks of a payment provider. Each answer is typed; what a provider says wrong is an exception here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from billing.gateways.facts import CheckoutFacts, RefundFacts


class GatewayError(Exception):
    """The sentence is for the refund's page, and for the log: it names no secret and no card."""


class GatewayTimeout(GatewayError):
    """No answer in time. Whether it was done is not known; asking again needs the same key."""


class GatewayUnavailable(GatewayError):
    """Not done: the provider was not reached, or said that it cannot now."""


class GatewayRefused(GatewayError):
    """Not done, and asking again changes nothing. ``code`` is the provider's word for it."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Everything the provider is told, read before the call: no database is open while it runs."""

    reference: str  # ours; it travels in the refund's metadata and comes back with every event
    idempotency_key: str  # one for each refund, for ever
    charge: str
    intent: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class CreditOrder:
    """A credit note of ours, for a bill that the provider would otherwise collect in full."""

    idempotency_key: str
    invoice: str
    amount_minor: int
    settled: bool  # the bill is paid: what is given back is settled here, not by the provider
    number: str


@dataclass(frozen=True, slots=True)
class PageOrder:
    """What a hosted page of the provider is for: a bill to pay, or, with no amount, a way to pay to be kept."""

    reference: str  # ours; it travels in the metadata and comes back with every event
    idempotency_key: str
    customer: str  # the provider's id of the customer; empty where it knows none
    email: str
    currency: str
    back_to: str
    expires_at: int
    title: str = ""
    bill: str = ""
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class HostedPage:
    object_id: str
    url: str


class Gateway(Protocol):
    def create_refund(self, order: RefundOrder) -> RefundFacts:
        """Raises GatewayTimeout, GatewayUnavailable or GatewayRefused."""

    def find_refund(self, order: RefundOrder) -> RefundFacts | None:
        """The refund of this order if the provider has it, by reading its list; creates nothing."""

    def credit_bill(self, order: CreditOrder) -> None:
        """Take so much off the bill. A bill that the provider does not know is GatewayRefused."""

    def settle_bill(self, invoice: str, *, idempotency_key: str) -> None:
        """The bill was paid by another way than the provider's own collecting: it must not collect it again."""

    def start_payment(self, order: PageOrder) -> HostedPage:
        """A page of the provider on which one bill can be paid once."""

    def start_method_setup(self, order: PageOrder) -> HostedPage:
        """A page of the provider on which a card or account is given, and kept for the bills to come."""

    def close_page(self, object_id: str) -> None:
        """Nobody can use it any more. GatewayRefused where it was used, or ran out, already."""

    def read_page(self, object_id: str) -> CheckoutFacts:
        """What became of a page."""

    def use_method(self, agreement: str, method: str, *, idempotency_key: str) -> None:
        """Collect this agreement's bills with this method from now on."""

    def fetch_object(self, kind: str, object_id: str) -> Mapping[str, Any]:
        """An object of the provider as it is now."""

    def list_events(self, *, since: datetime) -> Iterator[Mapping[str, Any]]:
        """Every event since, page by page, in the provider's own order."""

    def list_payout(self, payout: str) -> Iterator[Mapping[str, Any]]:
        """The movements of the balance that this payout consists of."""
