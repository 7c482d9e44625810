"""Money that moved, came back, or is contested."""

from dataclasses import dataclass
from typing import ClassVar

from billing.gateways.facts.base import Facts, Place
from billing.gateways.facts.ranks import CHARGE_STAGE, DISPUTE_RANK, DISPUTE_STAGE, INTENT_RANK, REFUND_STAGE
from billing.states import RefundReason


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePaymentFacts(Facts):
    """Newer shapes tie an invoice to its payment by an object of its own."""

    KIND: ClassVar[str] = "invoice_payment"
    LINKS: ClassVar[tuple[str, ...]] = ("invoice", "payment")
    PARENT: ClassVar[str] = "payment"

    invoice: str = ""
    payment: str = ""  # an intent, or a charge


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentFacts(Facts):
    KIND: ClassVar[str] = "intent"
    LINKS: ClassVar[tuple[str, ...]] = ("customer", "invoice", "method")

    customer: str = ""
    invoice: str = ""
    method: str = ""
    status: str = ""  # the provider's own word; billing.gateways.deriving turns it into a payment's status
    amount_minor: int = 0
    received_minor: int = 0
    currency: str = ""
    created: int = 0
    ended_by_error: bool = False

    def place(self) -> Place:
        return int(self.status in {"succeeded", "canceled"}), INTENT_RANK[self.status], self.received_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFacts(Facts):
    KIND: ClassVar[str] = "charge"
    LINKS: ClassVar[tuple[str, ...]] = ("customer", "invoice", "intent", "method")
    PARENT: ClassVar[str] = "intent"

    customer: str = ""
    invoice: str = ""
    intent: str = ""
    method: str = ""
    status: str = ""  # pending, succeeded, failed
    amount_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0  # as the provider counts it, pending refunds included
    released: bool = False  # authorised and let go, nothing taken
    currency: str = ""
    created: int = 0
    hold_expires: int | None = None
    descriptor: str = ""
    payer_name: str = ""
    payer_email: str = ""
    decline_code: str = ""
    network_code: str = ""
    advice_code: str = ""
    network: str = ""
    technical: bool = False

    def place(self) -> Place:
        stage = CHARGE_STAGE[self.status] + (self.status == "succeeded" and self.captured_minor > 0)
        return stage, int(self.released), self.refunded_minor

    def milestone(self) -> str:
        if self.status != "succeeded":
            return ""
        return "captured" if self.captured_minor else "authorised"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCharge(Facts):
    """Found by the charge it is about; by the intent, where no charge is named."""

    LINKS: ClassVar[tuple[str, ...]] = ("charge", "intent")

    charge: str = ""
    intent: str = ""

    @classmethod
    def parent_in(cls, links: dict[str, str]) -> str:
        return links.get("charge") or links.get("intent", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts(OfCharge):
    KIND: ClassVar[str] = "refund"

    status: str = ""  # pending, succeeded, failed, canceled
    amount_minor: int = 0
    currency: str = ""
    created: int = 0
    reason: str = RefundReason.GOODWILL
    failure_reason: str = ""
    bank_reference: str = ""
    our_reference: str = ""  # what we wrote on it when we asked for it

    def place(self) -> Place:
        # The bank's reference comes days after "succeeded" and does not go away again.
        return REFUND_STAGE[self.status], int(bool(self.bank_reference)), 0

    def milestone(self) -> str:
        return "succeeded" if self.status == "succeeded" else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFacts(OfCharge):
    KIND: ClassVar[str] = "dispute"

    status: str = ""
    reason: str = ""
    network_reason_code: str = ""
    amount_minor: int = 0
    currency: str = ""
    created: int = 0
    due: int | None = None
    has_evidence: bool = False
    past_due: bool = False
    submission_count: int = 0
    charge_refundable: bool = False
    balance_minor: int = 0
    fee_minor: int = 0
    fee_currency: str = ""

    def place(self) -> Place:
        return DISPUTE_STAGE[self.status], DISPUTE_RANK.get(self.status, 0), self.submission_count

    def milestone(self) -> str:
        return self.status
