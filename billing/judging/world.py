"""What truly happened to one customer's money, before anybody wrote it down."""

from dataclasses import dataclass, field
from datetime import date, datetime

Labels = list["Label"]


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """What a diagnosis has to say, and of which record (by the id that the world gives it)."""

    code: str
    record: str


@dataclass(slots=True)
class Method:
    id: str
    card: bool
    brand: str
    last4: str
    fingerprint: str
    exp: tuple[int, int] | None = None  # year, month
    status: str = "active"


@dataclass(slots=True)
class Agreement:
    id: str
    policy: bool
    title: str
    amount: int
    months: int
    autopay: bool
    method: Method | None
    status: str = "active"
    started: date | None = None
    next_bill: date | None = None
    grace_until: date | None = None
    ended: date | None = None


@dataclass(slots=True)
class Line:
    kind: str
    text: str
    amount: int
    since: date | None = None


@dataclass(slots=True)
class Bill:
    id: str
    number: str
    agreement: Agreement
    lines: list[Line]
    issued: date
    due: date
    start: date
    end: date
    status: str = "open"
    paid_at: datetime | None = None
    next_retry: datetime | None = None
    wrong_by: int = 0  # the total says this much more than the lines

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines) + self.wrong_by


@dataclass(slots=True)
class Attempt:
    at: datetime
    outcome: str
    decline: str = ""
    number: str = ""
    advice: str = ""
    network: str = ""


@dataclass(slots=True)
class Payment:
    id: str
    bill: Bill | None
    method: Method
    amount: int
    at: datetime
    status: str = "succeeded"
    captured: int = 0
    intended: Bill | None = None
    currency: str = ""  # another than the customer's own
    authorised_at: datetime | None = None
    hold_ends: datetime | None = None
    captured_at: datetime | None = None
    failed_at: datetime | None = None
    attempts: list[Attempt] = field(default_factory=list)
    descriptor: str = ""
    # How the company's own file has a debit of which only the bank's file tells what became of it. Empty: it knows.
    told_as: str = ""


@dataclass(slots=True)
class Refund:
    id: str
    payment: Payment
    amount: int
    asked: datetime
    status: str
    settled: datetime | None = None
    failed: datetime | None = None
    reason: str = ""
    expected: date | None = None


@dataclass(slots=True)
class Dispute:
    id: str
    payment: Payment
    amount: int
    opened: datetime
    steps: list[tuple[str, datetime]]  # the provider's own words, in their order
    due: datetime | None = None
    reason: str = "general"


@dataclass(slots=True)
class Promise:
    id: str
    agreement: Agreement | None
    words: str
    kind: str
    amount: int
    starts: date
    ends: date | None


@dataclass(slots=True)
class Asked:
    """A refund asked for at the desk itself, and what became of it there: waits, rejected, unanswered."""

    id: str
    payment: Payment
    amount: int
    at: datetime
    end: str


@dataclass(slots=True)
class World:
    """One customer at one moment. ``doors``: by which of them the records can be told without losing the story."""

    id: str
    at: datetime
    currency: str
    methods: list[Method] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    labels: Labels = field(default_factory=list)
    doors: frozenset[str] = frozenset({"events", "files"})
    counter: int = 0

    def name(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}_{self.id}{self.counter:03}"

    def label(self, code: str, record: "Agreement | Bill | Payment | Refund | Dispute | Asked") -> None:
        self.labels.append(Label(code, record.id))

    def bills_of(self, agreement: Agreement) -> list[Bill]:
        return [bill for bill in self.bills if bill.agreement is agreement]

    def payments_for(self, bill: Bill) -> list[Payment]:
        return [payment for payment in self.payments if payment.bill is bill]
