"""Policies and subscriptions as the provider knows them."""

from datetime import datetime

from billing.actions import events
from billing.actions.customers import ensure_customer
from billing.actions.methods import ensure_method
from billing.actions.moments import day_of
from billing.actions.objects import Known
from billing.actions.statuses import set_status
from billing.gateways.deriving import Contradiction
from billing.gateways.facts import SubscriptionFacts
from billing.models import Agreement, Invoice, Payment, ProviderObject
from billing.references import reference_of
from billing.states import AgreementKind, AgreementStatus, EventKind


def settle_agreement(known: Known[SubscriptionFacts], *, provider: str, at: datetime) -> Agreement:
    """Bring the row to what is known, and tie to it the bills that came before it."""
    facts = known.facts
    if not facts.customer:
        raise Contradiction("The subscription belongs to no customer.")
    row = _row_of(facts, provider)
    was = (row.status, row.amount_minor, row.autopay) if row.pk else None
    changed = set_status(row, facts.status)
    _write(row, known)
    row.save()
    if was is None:
        _tie_bills(row)
    if was is not None and (changed or was[1:] != (row.amount_minor, row.autopay)):
        events.record(kind=EventKind.AGREEMENT_CHANGED, at=at, customer=row.customer, agreement=row)
    return row


def _row_of(facts: SubscriptionFacts, provider: str) -> Agreement:
    customer = ensure_customer(facts.customer, provider=provider)
    row = Agreement.objects.select_for_update().filter(provider=provider, external_id=facts.object_id).first()
    if row is None:
        row = Agreement(provider=provider, external_id=facts.object_id)
        row.reference = reference_of("A", provider, facts.object_id)
    row.customer = customer
    if facts.method:
        row.payment_method = ensure_method(facts.method, provider=provider, customer=customer)
    return row


def _write(row: Agreement, known: Known[SubscriptionFacts]) -> None:
    facts = known.facts
    row.kind = AgreementKind.POLICY if facts.policy else AgreementKind.SUBSCRIPTION
    row.title, row.currency, row.amount_minor = facts.title, facts.currency, facts.amount_minor
    row.interval_months, row.autopay = facts.interval_months, facts.autopay
    row.started_on, row.ended_on = day_of(facts.started), day_of(facts.ended)
    running = facts.status in {AgreementStatus.ACTIVE, AgreementStatus.GRACE}
    row.next_bill_on = day_of(facts.period_end) if running else None
    row.grace_until = day_of(facts.grace_ends) if facts.status == AgreementStatus.GRACE else None
    row.provider_version = known.told_at


def _tie_bills(row: Agreement) -> None:
    billed = ProviderObject.objects.filter(provider=row.provider, kind="invoice", parent_id=row.external_id)
    bills = Invoice.objects.filter(provider=row.provider, external_id__in=billed.values("external_id"))
    bills.update(agreement=row)
    Payment.objects.filter(invoice__agreement=row).update(agreement=row)
