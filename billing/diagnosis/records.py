"""One record of a customer's money, as plain values.

Each carries its database id and the reference a person would quote, so that a finding can point at it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from billing.states import (
    REFUND_HOLDS_MONEY,
    AgreementStatus,
    AttemptOutcome,
    CreditKind,
    InvoiceStatus,
    LineKind,
    MethodKind,
    MethodStatus,
    PaymentStatus,
    RefundStatus,
)


@dataclass(frozen=True, slots=True)
class MethodFact:
    id: int
    kind: MethodKind
    status: MethodStatus = MethodStatus.ACTIVE
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    fingerprint: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """Two rows may be the same card: the provider's hash says so, else brand, last four and expiry."""
        if self.fingerprint:
            return (self.kind, self.fingerprint)
        if self.last4:
            return (self.kind, self.brand.lower(), self.last4, str(self.exp_month), str(self.exp_year))
        return (self.kind, str(self.id))


@dataclass(frozen=True, slots=True)
class AgreementFact:
    id: int
    reference: str
    status: AgreementStatus
    title: str = ""
    kind: str = "policy"
    amount_minor: int = 0
    currency: str = "USD"
    interval_months: int = 1
    autopay: bool = False
    method_id: int | None = None
    started_on: date | None = None
    next_bill_on: date | None = None
    grace_until: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class LineFact:
    kind: LineKind
    description: str
    amount_minor: int
    since_on: date | None = None


@dataclass(frozen=True, slots=True)
class CreditFact:
    """A credit note that was issued. ``left_minor`` was paid already and stays with us, as somebody decided."""

    kind: CreditKind
    amount_minor: int
    left_minor: int = 0


@dataclass(frozen=True, slots=True)
class InvoiceFact:
    id: int
    reference: str
    status: InvoiceStatus
    total_minor: int
    currency: str
    issued_on: date
    due_on: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    agreement_id: int | None = None
    next_retry_at: datetime | None = None
    credited_minor: int = 0
    carried_minor: int = 0  # paid on the bill that this one takes the place of
    corrects_id: int | None = None
    transferred_minor: int = 0  # by lines of the bank, without a payment of its own
    written_off_minor: int = 0
    lines: tuple[LineFact, ...] = ()
    credits: tuple[CreditFact, ...] = ()

    @property
    def unpaid(self) -> bool:
        return self.status in (InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE)

    @property
    def issued(self) -> bool:
        return self.status not in (InvoiceStatus.DRAFT, InvoiceStatus.VOID)

    @property
    def stands(self) -> bool:
        """Not taken back: neither void, nor credited in full, as a bill is that a corrected one took the place of."""
        return self.issued and not 0 < self.total_minor <= self.credited_minor

    @property
    def left_minor(self) -> int:
        return sum(each.left_minor for each in self.credits)

    @property
    def goodwill_minor(self) -> int:
        """Credited for another reason than a fee: it stands for money off that was promised, or for a mistake."""
        return sum(each.amount_minor for each in self.credits if each.kind is not CreditKind.FEE_WAIVER)


@dataclass(frozen=True, slots=True)
class AttemptFact:
    number: int
    at: datetime
    outcome: AttemptOutcome
    decline_code: str = ""
    network_code: str = ""
    advice_code: str = ""
    network: str = ""
    next_retry_at: datetime | None = None

    @property
    def refused(self) -> bool:
        return self.outcome is not AttemptOutcome.SUCCEEDED


@dataclass(frozen=True, slots=True)
class PaymentFact:
    id: int
    reference: str
    status: PaymentStatus
    amount_minor: int
    currency: str
    created_at: datetime
    captured_minor: int = 0
    refunded_minor: int = 0
    disputed_lost_minor: int = 0
    invoice_id: int | None = None
    intended_invoice_id: int | None = None
    agreement_id: int | None = None
    method_id: int | None = None
    authorised_at: datetime | None = None
    hold_expires_at: datetime | None = None
    captured_at: datetime | None = None
    failed_at: datetime | None = None
    descriptor: str = ""
    refund_blocked: bool = False
    attempts: tuple[AttemptFact, ...] = ()

    @property
    def taken(self) -> bool:
        return self.status is PaymentStatus.SUCCEEDED

    @property
    def taken_minor(self) -> int:
        return self.captured_minor if self.taken else 0

    @property
    def moment(self) -> datetime:
        return self.captured_at or self.authorised_at or self.created_at

    @property
    def last_attempt(self) -> AttemptFact | None:
        return max(self.attempts, key=lambda attempt: (attempt.at, attempt.number), default=None)


@dataclass(frozen=True, slots=True)
class RefundFact:
    id: int
    reference: str
    payment_id: int
    status: RefundStatus
    amount_minor: int
    currency: str
    requested_at: datetime
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    expected_on: date | None = None
    bank_reference: str = ""
    failed_at: datetime | None = None
    failure_reason: str = ""

    @property
    def alive(self) -> bool:
        """The money is given back, or promised to be."""
        return self.status in REFUND_HOLDS_MONEY


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """Filled by the disputes app: billing does not know its tables."""

    id: int
    reference: str
    payment_id: int
    amount_minor: int
    currency: str
    opened_at: datetime
    open: bool = True
    won: bool | None = None
    inquiry: bool = False  # no money moved yet
    answer_due_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """Money off that was promised for bills issued in a time: a promotion or a granted credit."""

    id: int
    reference: str
    kind: LineKind  # DISCOUNT for a promotion, CREDIT for a one-off credit
    amount_minor: int
    currency: str
    starts_on: date
    ends_on: date | None = None
    agreement_id: int | None = None
