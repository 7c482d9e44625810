"""Cards and bank accounts as the provider knows them: what may be shown, and never more."""

from datetime import datetime

from billing.actions import events
from billing.actions.customers import ensure_customer
from billing.actions.objects import Known, known_object
from billing.actions.statuses import set_status
from billing.gateways.facts import MethodFacts
from billing.models import Customer, PaymentMethod
from billing.states import EventKind, MethodStatus

SHOWN = ("brand", "last4", "exp_month", "exp_year", "funding", "country", "bank_name", "fingerprint")


def ensure_method(external_id: str, *, provider: str, customer: Customer) -> PaymentMethod:
    """The method, made of what is known of it where there is no row yet. Its customer is the payer's until told."""
    method = PaymentMethod.objects.filter(provider=provider, external_id=external_id).first()
    if method is None:
        method = PaymentMethod(provider=provider, external_id=external_id, customer=customer)
        if known := known_object(MethodFacts, external_id, provider=provider):
            _write(method, known)
        method.save()
    return method


def settle_method(known: Known[MethodFacts], *, provider: str, at: datetime) -> PaymentMethod | None:
    """Bring the row to what is known. A method that belongs to nobody waits for the payment that used it."""
    facts = known.facts
    row = PaymentMethod.objects.select_for_update().filter(provider=provider, external_id=facts.object_id).first()
    if row is None and not facts.customer:
        return None
    if row is None:
        row = PaymentMethod(provider=provider, external_id=facts.object_id)
    before = _shown(row)
    _write(row, known)
    row.save()
    if _shown(row) != before and not facts.second_hand:
        events.record(kind=EventKind.METHOD_CHANGED, at=at, customer=row.customer)
    return row


def _write(row: PaymentMethod, known: Known[MethodFacts]) -> None:
    facts = known.facts
    if facts.customer:
        row.customer = ensure_customer(facts.customer, provider=row.provider)
    row.kind, row.provider_version = facts.method_kind, known.told_at
    for name in SHOWN:
        setattr(row, name, getattr(facts, name))
    set_status(row, MethodStatus.DETACHED if facts.detached else MethodStatus.ACTIVE)


def _shown(row: PaymentMethod) -> tuple[object, ...]:
    return (row.customer_id, row.kind, row.status, *(getattr(row, name) for name in SHOWN))
