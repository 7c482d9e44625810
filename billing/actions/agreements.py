"""Policies and subscriptions as the provider knows them."""

from datetime import datetime

from billing.actions import events
from billing.actions.customers import ensure_customer
from billing.actions.methods import ensure_method
from billing.actions.moments import day_of
from billing.actions.objects import Known, known_object
from billing.actions.statuses import set_status
from billing.gateways.deriving import Contradiction
from billing.gateways.facts import CustomerFacts, SubscriptionFacts
from billing.models import Agreement, Customer, Invoice, Payment, PaymentMethod, ProviderObject
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
    row.payment_method = _charged(facts, customer)
    return row


def charge_default_method(known: Known[CustomerFacts], *, customer: Customer) -> None:
    """The customer's default changed: contracts that name no method of their own follow it."""
    provider = customer.provider
    for row in Agreement.objects.select_for_update().filter(customer=customer, provider=provider).order_by("pk"):
        told = known_object(SubscriptionFacts, row.external_id, provider=provider)
        if told is None or told.facts.method:
            continue
        default = known.facts.default_method
        method = ensure_method(default, provider=provider, customer=customer) if default else None
        if row.payment_method != method:
            row.payment_method = method
            row.save(update_fields=["payment_method"])


def _charged(facts: SubscriptionFacts, customer: Customer) -> PaymentMethod | None:
    """The contract's own method; else the customer's default, as the provider does it."""
    method = facts.method
    if not method and (known := known_object(CustomerFacts, facts.customer, provider=customer.provider)):
        method = known.facts.default_method
    return ensure_method(method, provider=customer.provider, customer=customer) if method else None


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
    # By their ids: a plan for the tables as one is a guess, and was seen to read all payments for each bill.
    tied = list(bills.values_list("pk", flat=True))
    if tied:
        Invoice.objects.filter(pk__in=tied).update(agreement=row)
        Payment.objects.filter(invoice__in=tied).update(agreement=row)
