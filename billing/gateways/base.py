"""What billing asks of a payment provider. Each answer is typed; what a provider says wrong is an exception here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from billing.gateways.facts import RefundFacts


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


class Gateway(Protocol):
    def create_refund(self, order: RefundOrder) -> RefundFacts:
        """Raises GatewayTimeout, GatewayUnavailable or GatewayRefused."""

    def find_refund(self, order: RefundOrder) -> RefundFacts | None:
        """The refund of this order if the provider has it, by reading its list; creates nothing."""

    def fetch_object(self, kind: str, object_id: str) -> Mapping[str, Any]:
        """An object of the provider as it is now."""

    def list_events(self, *, since: datetime) -> Iterator[Mapping[str, Any]]:
        """Every event since, page by page, in the provider's own order."""
