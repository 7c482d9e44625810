"""Small parts of findings: evidence from a record, and what a finding is about."""

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Action, ActionKind, Evidence, RecordKind
from billing.diagnosis.practice import REFUND_BUSINESS_DAYS_BANK, REFUND_BUSINESS_DAYS_CARD
from billing.diagnosis.records import AgreementFact, DisputeFact, InvoiceFact, MethodFact, PaymentFact, RefundFact
from billing.diagnosis.words import method as method_words
from billing.diagnosis.words import money
from billing.states import MethodKind

Record = AgreementFact | InvoiceFact | PaymentFact | MethodFact | RefundFact | DisputeFact

_KINDS: dict[type, RecordKind] = {
    AgreementFact: RecordKind.AGREEMENT,
    InvoiceFact: RecordKind.INVOICE,
    PaymentFact: RecordKind.PAYMENT,
    MethodFact: RecordKind.METHOD,
    RefundFact: RecordKind.REFUND,
    DisputeFact: RecordKind.DISPUTE,
}


def proof(record: Record, note: str = "") -> Evidence:
    reference = method_words(record) if isinstance(record, MethodFact) else record.reference
    return Evidence(_KINDS[type(record)], record.id, reference, note)


def proofs(*records: Record | None) -> tuple[Evidence, ...]:
    return tuple(proof(record) for record in records if record is not None)


def about(*records: Record | None) -> frozenset[tuple[RecordKind, int]]:
    return frozenset((_KINDS[type(record)], record.id) for record in records if record is not None)


def act(kind: ActionKind, label: str, *targets: Record | None) -> Action:
    return Action(kind, label, targets=proofs(*targets))


def act_with(kind: ActionKind, verb: str, minor: int, currency: str, *targets: Record | None) -> Action:
    """An action that moves money names the amount: "Refund $125.00"."""
    return Action(kind, f"{verb} {money(minor, currency)}", minor, currency, proofs(*targets))


def sending_back(facts: Facts, minor: int, payment: PaymentFact) -> str:
    low, high = refund_days(facts.method_by_id.get(payment.method_id or 0))
    amount = money(minor, payment.currency)
    return f"We are sending {amount} back the way you paid. It takes {low} to {high} business days."


def refund_days(method: MethodFact | None) -> tuple[int, int]:
    bank = method is not None and method.kind is MethodKind.BANK_ACCOUNT
    return REFUND_BUSINESS_DAYS_BANK if bank else REFUND_BUSINESS_DAYS_CARD
