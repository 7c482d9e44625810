"""The money side of a case: findings first, what can be done, then the records they stand on.

Everything is drawn from the one set of facts that the diagnosis reads, so the panel costs no query of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Action, ActionKind, Diagnosis, Finding, RecordKind
from billing.diagnosis.records import AgreementFact, InvoiceFact, MethodFact, PaymentFact, RefundFact
from billing.money import Money
from billing.states import PaymentStatus, RefundStatus

SHOWN_PAYMENTS = 6
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
    RefundStatus.CANCELED: "later",
}


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
class FindingRow:
    number: int
    finding: Finding
    offer: Offer | None
    hints: tuple[str, ...]  # what else can be done, in words

    @property
    def tone(self) -> str:
        return {"loss": "loss", "due": "due", "ok": "good"}.get(self.finding.severity, "")


@dataclass(frozen=True, slots=True)
class PaymentRow:
    payment: PaymentFact
    method: MethodFact | None
    invoice: InvoiceFact | None
    tone: str
    refunds: tuple[RefundFact, ...]
    pointed: bool  # a finding stands on it
    refundable_minor: int

    @property
    def status(self) -> str:
        return PaymentStatus(self.payment.status).label


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
    found_at: datetime
    more_payments: int


def money_panel(facts: Facts, diagnosis: Diagnosis, *, at: datetime) -> MoneyPanel:
    pointed = {(each.kind, each.id) for finding in diagnosis.findings for each in finding.evidence}
    payments = sorted(facts.payments, key=lambda each: (each.moment, each.id), reverse=True)
    shown = payments[:SHOWN_PAYMENTS]
    shown += [each for each in payments[SHOWN_PAYMENTS:] if (RecordKind.PAYMENT, each.id) in pointed]
    bills = sorted((each for each in facts.invoices if each.issued), key=lambda each: each.issued_on, reverse=True)
    refunds = sorted(facts.refunds, key=lambda each: (each.requested_at, each.id), reverse=True)
    return MoneyPanel(
        diagnosis=diagnosis,
        findings=[_finding_row(number, finding) for number, finding in enumerate(diagnosis.findings, 1)],
        payments=[_payment_row(each, facts, pointed) for each in shown],
        refunds=[RefundRow(each, REFUND_TONES.get(each.status, "wait")) for each in refunds[:SHOWN_PAYMENTS]],
        invoices=bills[:SHOWN_INVOICES],
        agreements=facts.agreements,
        methods=facts.methods,
        found_at=at,
        more_payments=len(payments) - len(shown),
    )


def refundable_minor(facts: Facts, payment: PaymentFact) -> int:
    """What the panel offers at most. The action decides again on the locked row."""
    return 0 if payment.refund_blocked else facts.kept_minor(payment)


def _finding_row(number: int, finding: Finding) -> FindingRow:
    offer = next(filter(None, (_offer(action, finding) for action in finding.actions)), None)
    hints = tuple(each.label for each in finding.actions if each.kind is not ActionKind.REFUND_PAYMENT)
    return FindingRow(number, finding, offer, hints)


def _offer(action: Action, finding: Finding) -> Offer | None:
    if action.kind is not ActionKind.REFUND_PAYMENT or action.amount_minor is None:
        return None
    payment = next((each for each in action.targets if each.kind is RecordKind.PAYMENT), None)
    if payment is None:
        return None
    reason = "duplicate" if finding.code in TWICE else "wrong_amount"
    return Offer(payment.id, action.amount_minor, action.currency, reason)


def _payment_row(payment: PaymentFact, facts: Facts, pointed: Iterable[tuple[RecordKind, int]]) -> PaymentRow:
    return PaymentRow(
        payment=payment,
        method=facts.method_by_id.get(payment.method_id or 0),
        invoice=facts.invoice_by_id.get(payment.invoice_id or 0),
        tone=TONES[PaymentStatus(payment.status)],
        refunds=tuple(facts.refunds_of.get(payment.id, ())),
        pointed=(RecordKind.PAYMENT, payment.id) in pointed,
        refundable_minor=refundable_minor(facts, payment),
    )
