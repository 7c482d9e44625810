"""Whose money a reference is about."""

from typing import Final

from django.db.models import QuerySet

from billing.models import Agreement, Customer, Invoice, Payment, ProviderObject, Refund
from billing.providers import BY_EVENTS, BY_FILES
from billing.references import as_spelled

SHORTEST: Final = 3
LONGEST: Final = 100
MOST: Final = 20
# Of the references that we make ourselves: payments, refunds, agreements, customers.
_PREFIXES: Final = ("P", "R", "A", "C")
# An index has the provider before the id, so it must be told. What files brought under yet another name is found by
# its reference or number alone.
_PROVIDERS: Final = (*sorted(BY_EVENTS), BY_FILES)

Records = QuerySet[Payment] | QuerySet[Refund] | QuerySet[Agreement] | QuerySet[Invoice]


def customers_named_by(written: str) -> list[int]:
    """Of the record that is called exactly this: a payment, refund, bill, agreement or customer, or the provider's id
    of one or of a charge. Small letters do for ours, and no dashes.

    All but customers are behind row-level security; so ask only where payment data may be shown.
    """
    if not SHORTEST <= len(written) <= LONGEST or not written.isprintable():
        return []
    (some, records), (others, more) = _by_our_names(written), _by_ids(written)
    owners = [rows.order_by().values_list("customer", flat=True) for rows in (*records, *more)]
    some_pks, other_pks = (rows.order_by().values_list("pk", flat=True) for rows in (some, others))
    return list(some_pks.union(other_pks, *owners)[:MOST])


def _by_our_names(written: str) -> tuple[QuerySet[Customer], list[Records]]:
    ours = {written, written.upper(), *(as_spelled(prefix, written) for prefix in _PREFIXES)} - {""}
    records: list[Records] = [
        Payment.objects.filter(reference__in=ours),
        Refund.objects.filter(reference__in=ours),
        Agreement.objects.filter(reference__in=ours),
        Invoice.objects.filter(number__in=ours),
    ]
    return Customer.objects.filter(reference__in=ours), records


def _by_ids(written: str) -> tuple[QuerySet[Customer], list[Records]]:
    # A payment that has an intent is known by it; its charges are the provider's objects under that.
    above = ProviderObject.objects.filter(provider__in=_PROVIDERS, external_id=written).exclude(parent_id="")
    records: list[Records] = [
        Payment.objects.filter(provider__in=_PROVIDERS, external_id__in=above.values("parent_id")),
        Payment.objects.filter(provider_intent_id=written),
        Invoice.objects.filter(provider_intent_id=written),
    ]
    for model in (Payment, Refund, Agreement, Invoice):
        records.append(model.objects.filter(provider__in=_PROVIDERS, external_id=written))
    return Customer.objects.filter(provider__in=_PROVIDERS, external_id=written), records
