"""Applies what an event tells: merges each object's newest state, then brings billing's rows to it.

Rows are derived from the merged states and never from the event at hand, so a late or repeated event changes nothing.
What came before its parent waits in its merged state and is taken up when the parent comes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.db.models.fields.json import KT
from django.utils.module_loading import import_string

from billing.actions.agreements import charge_default_method, settle_agreement
from billing.actions.customers import settle_customer
from billing.actions.holding import settle_or_hold
from billing.actions.hosted import settle_checkout, settle_setup
from billing.actions.invoices import settle_invoice
from billing.actions.methods import settle_method
from billing.actions.objects import known_in, link_ids, merge_snapshot
from billing.actions.payments import payment_key, settle_payment
from billing.actions.provider_refunds import settle_refund
from billing.gateways.facts import (
    CheckoutFacts,
    CustomerFacts,
    InvoiceFacts,
    MethodFacts,
    RefundFacts,
    SetupFacts,
    SubscriptionFacts,
)
from billing.gateways.versions import Snapshot
from billing.locks import lock_objects
from billing.models import ProviderObject, Refund

# Parents first, which is also the order of locks.
BEFORE_PAYMENTS: Final = ("customer", "subscription", "method", "invoice")
HOSTED: Final = ("setup", "checkout")
PARTS_OF_A_PAYMENT: Final = ("intent", "charge", "invoice_payment")


def apply_snapshots(
    snapshots: Sequence[Snapshot], *, provider: str, at: datetime, contact_changed: bool = False
) -> list[str]:
    """Why some of it was refused; empty when all was taken. The caller is in a transaction, in system scope."""
    lock_objects(provider, _named(snapshots))
    merged = [merge_snapshot(each, provider=provider) for each in snapshots]
    # What was known already has been settled already; unless it was refused, and fits by now.
    rows = [row for row, changed in merged if changed or row.refused_because or contact_changed]
    refusals = []
    for kind in BEFORE_PAYMENTS:
        for row in _of_kind(rows, kind):
            refusals.append(settle_or_hold([row], _settler(row, at, contact_changed)))
    for key in _payment_keys(rows, provider):
        parts = [row for row in rows if row.kind in PARTS_OF_A_PAYMENT]
        refusals.append(settle_or_hold(parts, partial(settle_payment, key, provider=provider, at=at)))
        rows += [row for row in _waiting_refunds(key, provider) if row not in rows]
    for row in _of_kind(rows, "refund"):
        refusals.append(settle_or_hold([row], _settler(row, at, contact_changed)))
    for kind in HOSTED:
        for row in _of_kind(rows, kind):
            refusals.append(settle_or_hold([row], _settler(row, at, contact_changed)))
    for kind, applier in settings.BILLING_OBJECT_APPLIERS.items():
        for row in _of_kind(rows, kind):
            refusals.append(settle_or_hold([row], partial(import_string(applier), row, at=at)))
    return [refusal for refusal in refusals if refusal]


def _named(snapshots: Sequence[Snapshot]) -> set[str]:
    facts = [each.facts for each in snapshots]
    return {each.object_id for each in facts} | {name for each in facts for name in each.links().values()}


def _of_kind(rows: Sequence[ProviderObject], kind: str) -> list[ProviderObject]:
    return sorted((row for row in rows if row.kind == kind), key=lambda row: row.external_id)


def _settler(row: ProviderObject, at: datetime, contact_changed: bool) -> Callable[[], object]:
    provider = row.provider
    return {
        "customer": lambda: _settle_customer(row, at, contact_changed),
        "subscription": lambda: settle_agreement(known_in(SubscriptionFacts, row), provider=provider, at=at),
        "method": lambda: settle_method(known_in(MethodFacts, row), provider=provider, at=at),
        "invoice": lambda: settle_invoice(known_in(InvoiceFacts, row), provider=provider, at=at),
        "checkout": lambda: settle_checkout(known_in(CheckoutFacts, row), provider=provider, at=at),
        "setup": lambda: settle_setup(known_in(SetupFacts, row), provider=provider, at=at),
        "refund": lambda: settle_refund(known_in(RefundFacts, row), provider=provider, at=at),
    }[row.kind]


def _settle_customer(row: ProviderObject, at: datetime, contact_changed: bool) -> None:
    known = known_in(CustomerFacts, row)
    customer = settle_customer(known, provider=row.provider, at=at, contact_changed=contact_changed)
    charge_default_method(known, customer=customer)


def _payment_keys(rows: Sequence[ProviderObject], provider: str) -> list[str]:
    """The payments that these objects shape, and those that name a bill among them."""
    keys = set()
    bills = {row.external_id for row in rows if row.kind == "invoice"}
    named = ProviderObject.objects.annotate(bill=KT("links__invoice__0")).filter(
        provider=provider, bill__in=bills, kind__in=PARTS_OF_A_PAYMENT
    )
    for row in [*rows, *(named if bills else ())]:
        links = link_ids(row.links)
        if row.kind == "intent":
            keys.add(row.external_id)
        elif row.kind == "charge":
            keys.add(links.get("intent") or row.external_id)
        elif row.kind == "invoice_payment":
            keys.add(payment_key(charge=links["payment"], intent="", provider=provider))
        elif row.kind == "invoice" and (links.get("intent") or links.get("charge")):
            keys.add(payment_key(charge=links.get("charge", ""), intent=links.get("intent", ""), provider=provider))
    return sorted(keys)


def _waiting_refunds(key: str, provider: str) -> list[ProviderObject]:
    """Refunds of the payment's charges that were told of before the payment was."""
    objects = ProviderObject.objects.filter(provider=provider)
    charges = objects.filter(kind="charge", parent_id=key).values_list("external_id", flat=True)
    refunds = objects.filter(kind="refund", parent_id__in=[key, *charges])
    rows = Refund.objects.filter(provider=provider, external_id__in=refunds.values("external_id"))
    return list(refunds.exclude(external_id__in=rows.values("external_id")))
