"""Whom we bill, for what, and how they pay."""

from dataclasses import dataclass
from typing import Any, ClassVar

from billing.gateways.facts.base import Facts, Place
from billing.gateways.facts.ranks import AGREEMENT_RANK, INVOICE_RANK
from billing.states import AgreementStatus, InvoiceStatus, LineKind, MethodKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts(Facts):
    KIND: ClassVar[str] = "customer"

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""  # lines parted by "|"
    country: str = ""
    language: str = ""
    default_method: str = ""  # charged by every contract that names none of its own
    deleted: bool = False

    def place(self) -> Place:
        return int(self.deleted), 0, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts(Facts):
    KIND: ClassVar[str] = "method"
    LINKS: ClassVar[tuple[str, ...]] = ("customer",)

    customer: str = ""
    method_kind: str = MethodKind.CARD
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    funding: str = ""
    country: str = ""
    bank_name: str = ""
    fingerprint: str = ""
    detached: bool = False
    # Told by a charge that used it, not by the method itself.
    second_hand: bool = False

    def place(self) -> Place:
        return 0, int(self.detached), int(not self.second_hand)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFacts(Facts):
    KIND: ClassVar[str] = "subscription"
    LINKS: ClassVar[tuple[str, ...]] = ("customer", "method")

    customer: str = ""
    method: str = ""
    status: str = AgreementStatus.ACTIVE
    policy: bool = False
    title: str = ""
    amount_minor: int = 0
    currency: str = ""
    interval_months: int = 1
    autopay: bool = True
    started: int | None = None
    period_end: int | None = None
    grace_ends: int | None = None
    ended: int | None = None

    def place(self) -> Place:
        ended = self.status == AgreementStatus.CANCELLED
        return int(ended), AGREEMENT_RANK[self.status], self.period_end or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    description: str
    amount_minor: int
    line_kind: str = LineKind.OTHER
    since: int | None = None
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts(Facts):
    KIND: ClassVar[str] = "invoice"
    LINKS: ClassVar[tuple[str, ...]] = ("customer", "subscription", "intent", "charge")
    PARENT: ClassVar[str] = "subscription"

    customer: str = ""
    subscription: str = ""
    intent: str = ""
    charge: str = ""
    number: str = ""
    status: str = InvoiceStatus.OPEN
    currency: str = ""
    total_minor: int = 0
    issued: int = 0
    due: int | None = None
    period_start: int | None = None
    period_end: int | None = None
    paid_at: int | None = None
    next_retry: int | None = None
    attempts: int = 0
    lines: tuple[LineFacts, ...] = ()

    def place(self) -> Place:
        final = self.status in {InvoiceStatus.PAID, InvoiceStatus.VOID}
        stage = 2 if final else int(self.status != InvoiceStatus.DRAFT)
        return stage, INVOICE_RANK[self.status], self.attempts

    @classmethod
    def from_json(cls, data: dict[str, Any], links: dict[str, str]) -> "InvoiceFacts":
        lines = tuple(LineFacts(**line) for line in data.get("lines", ()))
        return super(InvoiceFacts, cls).from_json({**data, "lines": lines}, links)
