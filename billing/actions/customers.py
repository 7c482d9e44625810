"""Customers as the provider knows them."""

from datetime import datetime

from billing.actions.objects import Known
from billing.gateways.facts import CustomerFacts
from billing.models import Customer
from billing.references import reference_of

GUEST = "guest_of_"  # a charge without a customer still is somebody's


def ensure_customer(external_id: str, *, provider: str, name: str = "", email: str = "") -> Customer:
    """The customer, as a stub where the provider has not told of it yet. Safe to repeat, and at once from anywhere."""
    customer, _ = Customer.objects.get_or_create(
        provider=provider,
        external_id=external_id,
        defaults={"reference": reference_of("C", provider, external_id), "name": name, "email": email},
    )
    return customer


def settle_customer(known: Known[CustomerFacts], *, provider: str, at: datetime, contact_changed: bool) -> Customer:
    """Bring the row to what is known. A new address or phone is remembered for 72 hours: refunds ask then (S-92)."""
    customer = ensure_customer(known.facts.object_id, provider=provider)
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    facts, before = known.facts, _told(customer)
    for field in ("name", "email", "phone", "address", "country"):
        if getattr(facts, field):  # a deleted customer's address is still whom we answer
            setattr(customer, field, getattr(facts, field))
    customer.language = facts.language or customer.language
    customer.provider_version = known.told_at
    if contact_changed and (customer.contact_changed_at is None or customer.contact_changed_at < at):
        customer.contact_changed_at = at
    if _told(customer) != before:
        customer.save()
    return customer


def _told(customer: Customer) -> tuple[object, ...]:
    return tuple(getattr(customer, field.attname) for field in Customer._meta.concrete_fields)
