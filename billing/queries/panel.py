"""The money side of a case: findings first, what can be done, then the records they stand on.

Everything is drawn from the one set of facts that the diagnosis reads, so the panel costs no query of its own.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Action, ActionKind, Diagnosis, Finding, RecordKind
from billing.diagnosis.records import AgreementFact, InvoiceFact, MethodFact, PaymentFact, PromiseFact, RefundFact
from billing.diagnosis.words import NO_BREAK
from billing.money import Money
from billing.queries.repeats import taken_again
from billing.states import PaymentStatus, RefundStatus

Key = tuple[RecordKind, int]
RecordT = TypeVar("RecordT", InvoiceFact, PaymentFact, RefundFact)

SHOWN_PAYMENTS = 6
SHOWN_REFUNDS = 6
SHOWN_INVOICES = 3
TWICE = frozenset({"charged_twice", "possible_duplicate", "billed_twice"})
TONES = {
    PaymentStatus.SUCCEEDED: "good",
    PaymentStatus.FAILED: "loss",
    PaymentStatus.REQUIRES_ACTION: "soon",
    PaymentStatus.AUTHORISED: "wait",
    PaymentStatus.PROCESSING: "wait",
    PaymentStatus.CANCELED: "later",
}
REFUND_TONES = {
    RefundStatus.SUCCEEDED: "good",
    RefundStatus.FAILED: "loss",
    RefundStatus.REJECTED: "later",
    RefundStatus.WITHDRAWN: "later",
    RefundStatus.CANCELED: "later",
}
PLACES = {
    ActionKind.SEND_PAYMENT_LINK: "link",
    ActionKind.CREDIT_INVOICE: "credit",
    ActionKind.APPROVE_REFUND: "escalate",
}
FINANCE = "finance does it"
DONE_BY = dict.fromkeys(
    (
        ActionKind.ASK_PROVIDER,
        ActionKind.PAY_REFUND_ANOTHER_WAY,
        ActionKind.MOVE_PAYMENT,
        ActionKind.CREDIT_INVOICE,
        ActionKind.RETRY_PAYMENT,
        ActionKind.STOP_RETRIES,
        ActionKind.CAPTURE_PAYMENT,
        ActionKind.RELEASE_HOLD,
        ActionKind.CORRECT_DETAILS,
        ActionKind.CANCEL_AUTOPAY,
        ActionKind.RUN_AUTOPAY,
        ActionKind.ISSUE_INVOICE,
        ActionKind.VOID_INVOICE,
        ActionKind.CLOSE_INVOICE,
    ),
    FINANCE,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A refund that a finding proposes: what the button says, and what the form opens with."""

    payment_id: int
    amount_minor: int
    currency: str
    reason: str

    @property
    def label(self) -> str:
        return f"refund {Money(self.amount_minor, self.currency).format()}"


@dataclass(frozen=True, slots=True)
class Hint:
    """What else can be done: with a control where the desk has a place for it, else with who does it."""

    words: str
    place: str = ""  # "link", "credit" or "escalate"
    bill: InvoiceFact | None = None  # that the place is of
    who: str = ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    number: int
    finding: Finding
    offer: Offer | None
    hints: tuple[Hint, ...]

    @property
    def tone(self) -> str:
        return {"loss": "loss", "due": "due", "ok": "good"}.get(self.finding.severity, "")

    @property
    def explanation(self) -> str:
        """Without the fifty checks of a clean bill of health: they stand in the fold below, one a line."""
        return self.finding.explanation.partition(" Checked: ")[0] if self.is_clean else self.finding.explanation

    @property
    def is_clean(self) -> bool:
        return self.finding.code == "nothing_wrong"

    @property
    def settled_on(self) -> date | None:
        """Unless the words name the day already."""
        on, words = self.finding.over_on, (self.finding.headline, *(hint.words for hint in self.hints))
        return None if on is None or any(f"{on.day}{NO_BREAK}{on:%B}" in each for each in words) else on


@dataclass(frozen=True, slots=True)
class PaymentRow:
    payment: PaymentFact
    method: MethodFact | None
    invoice: InvoiceFact | None
    refunds: tuple[RefundFact, ...]
    bill_is_shown: bool  # on this panel, so that its number may be a link
    pointed: bool  # a finding stands on it
    repeats: bool  # taken once too often
    refundable_minor: int

    @property
    def gone(self) -> bool:
        return self.payment.taken and 0 < self.payment.captured_minor <= self.payment.refunded_minor

    @property
    def status(self) -> str:
        if self.gone:
            return "Sent back"
        if self.repeats:
            return "Duplicate"
        return "Partly sent back" if self.payment.refunded_minor else PaymentStatus(self.payment.status).label

    @property
    def tone(self) -> str:
        return "later" if self.gone else "loss" if self.repeats else TONES[PaymentStatus(self.payment.status)]


@dataclass(frozen=True, slots=True)
class RefundRow:
    refund: RefundFact
    tone: str

    @property
    def status(self) -> str:
        return RefundStatus(self.refund.status).label


@dataclass(frozen=True, slots=True)
class MoneyPanel:
    diagnosis: Diagnosis
    findings: list[FindingRow]
    payments: list[PaymentRow]
    refunds: list[RefundRow]
    invoices: list[InvoiceFact]
    agreements: tuple[AgreementFact, ...]
    methods: tuple[MethodFact, ...]
    promises: list[PromiseFact]
    found_at: datetime
    more_payments: int

    @property
    def shown_bills(self) -> frozenset[int]:
        return frozenset(each.id for each in self.invoices)

    @property
    def shown_refunds(self) -> frozenset[int]:
        return frozenset(row.refund.id for row in self.refunds)

    @property
    def shown(self) -> frozenset[Key]:
        """What may be linked to on this panel; disputes come in a fragment of their own."""
        by_kind: tuple[tuple[RecordKind, Iterable[int]], ...] = (
            (RecordKind.PAYMENT, (row.payment.id for row in self.payments)),
            (RecordKind.REFUND, self.shown_refunds),
            (RecordKind.INVOICE, self.shown_bills),
            (RecordKind.AGREEMENT, (each.id for each in self.agreements)),
            (RecordKind.METHOD, (each.id for each in self.methods)),
            (RecordKind.PROMISE, (each.id for each in self.promises)),
        )
        return frozenset((kind, number) for kind, numbers in by_kind for number in numbers)


def money_panel(facts: Facts, diagnosis: Diagnosis, *, at: datetime) -> MoneyPanel:
    """The newest of each, and below them whatever a finding stands on: each of its records can be looked at here."""
    pointed = {(each.kind, each.id) for finding in diagnosis.findings for each in finding.evidence}
    disputed = {(RecordKind.PAYMENT, each.payment_id) for each in facts.disputes}  # their rows link to them
    payments = sorted(facts.payments, key=lambda each: (each.moment, each.id), reverse=True)
    payments = _first(payments, SHOWN_PAYMENTS, RecordKind.PAYMENT, pointed | disputed)
    refunds = sorted(facts.refunds, key=lambda each: (each.requested_at, each.id), reverse=True)
    refunds = _first(refunds, SHOWN_REFUNDS, RecordKind.REFUND, pointed)
    bills = sorted((each for each in facts.invoices if each.issued), key=lambda each: each.issued_on, reverse=True)
    bills = _first(bills, SHOWN_INVOICES, RecordKind.INVOICE, pointed)
    bills += _first([each for each in facts.invoices if not each.issued], 0, RecordKind.INVOICE, pointed)
    return MoneyPanel(
        diagnosis=diagnosis,
        findings=[_finding_row(number, finding, facts) for number, finding in enumerate(diagnosis.findings, 1)],
        payments=[_payment_row(each, facts, pointed, bills, taken_again(diagnosis.findings)) for each in payments],
        refunds=[RefundRow(each, REFUND_TONES.get(each.status, "wait")) for each in refunds],
        invoices=bills,
        agreements=facts.agreements,
        methods=facts.methods,
        promises=[each for each in facts.promises if (RecordKind.PROMISE, each.id) in pointed],
        found_at=at,
        more_payments=len(facts.payments) - len(payments),
    )


def _first(records: Iterable[RecordT], count: int, kind: RecordKind, pointed: Set[Key]) -> list[RecordT]:
    """The first so many, and of the rest those that are pointed at."""
    return [each for place, each in enumerate(records) if place < count or (kind, each.id) in pointed]


def refundable_minor(facts: Facts, payment: PaymentFact) -> int:
    """What the panel offers at most. The action decides again on the locked row."""
    return 0 if payment.refund_blocked else facts.kept_minor(payment)


def _finding_row(number: int, finding: Finding, facts: Facts) -> FindingRow:
    offer = next(filter(None, (_offer(action, finding) for action in finding.actions)), None)
    others = (each for each in finding.actions if each.kind is not ActionKind.REFUND_PAYMENT)
    return FindingRow(number, finding, offer, tuple(_hint(each, facts) for each in others))


def _hint(action: Action, facts: Facts) -> Hint:
    place, bill = PLACES.get(action.kind, ""), _bill_of(action, facts)
    if place in ("link", "credit") and (bill is None or not bill.issued):
        place = ""
    return Hint(action.label, place, bill, "" if place else DONE_BY.get(action.kind, ""))


def _bill_of(action: Action, facts: Facts) -> InvoiceFact | None:
    """The bill that an action is about, by itself or by a payment for it."""
    ids = {(each.kind, each.id) for each in action.targets}
    ids |= {
        (RecordKind.INVOICE, each.invoice_id or 0) for each in facts.payments if (RecordKind.PAYMENT, each.id) in ids
    }
    return next((bill for bill in facts.invoices if (RecordKind.INVOICE, bill.id) in ids), None)


def _offer(action: Action, finding: Finding) -> Offer | None:
    if action.kind is not ActionKind.REFUND_PAYMENT or action.amount_minor is None:
        return None
    payment = next((each for each in action.targets if each.kind is RecordKind.PAYMENT), None)
    if payment is None:
        return None
    reason = "duplicate" if finding.code in TWICE else "wrong_amount"
    return Offer(payment.id, action.amount_minor, action.currency, reason)


def _payment_row(
    payment: PaymentFact, facts: Facts, pointed: Set[Key], bills: Sequence[InvoiceFact], again: Set[int]
) -> PaymentRow:
    return PaymentRow(
        payment=payment,
        method=facts.method_by_id.get(payment.method_id or 0),
        invoice=facts.invoice_by_id.get(payment.invoice_id or 0),
        refunds=tuple(facts.refunds_of.get(payment.id, ())),
        bill_is_shown=any(each.id == payment.invoice_id for each in bills),
        pointed=(RecordKind.PAYMENT, payment.id) in pointed,
        repeats=payment.id in again,
        refundable_minor=refundable_minor(facts, payment),
    )
