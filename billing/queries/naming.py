"""Whose money a reference is about."""

from collections.abc import Iterator
from typing import Any, Final

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


def customers_named_by(written: str) -> list[int]:
    """Of the record that is called exactly this: a payment, refund, bill, agreement or customer, or the provider's id
    of one or of a charge. Small letters do for ours, and no dashes.

    All but customers are behind row-level security; so ask only where payment data may be shown.
    """
    if not SHORTEST <= len(written) <= LONGEST or not written.isprintable():
        return []
    first, *others = map(_owners, (*_by_our_names(written), *_by_ids(written)))
    return list(first.union(*others)[:MOST])


def _by_our_names(written: str) -> Iterator[QuerySet[Any]]:
    ours = {written, written.upper(), *(as_spelled(prefix, written) for prefix in _PREFIXES)} - {""}
    for model in (Customer, Payment, Refund, Agreement):
        yield model.objects.filter(reference__in=ours)
    yield Invoice.objects.filter(number__in=ours)


def _by_ids(written: str) -> Iterator[QuerySet[Any]]:
    for model in (Customer, Payment, Refund, Agreement, Invoice):
        yield model.objects.filter(provider__in=_PROVIDERS, external_id=written)
    for model in (Payment, Invoice):
        yield model.objects.filter(provider_intent_id=written)
    # A payment that has an intent is known by it; its charges are the provider's objects under that.
    above = ProviderObject.objects.filter(provider__in=_PROVIDERS, external_id=written).exclude(parent_id="")
    yield Payment.objects.filter(provider__in=_PROVIDERS, external_id__in=above.values("parent_id"))


def _owners(rows: QuerySet[Any]) -> QuerySet[Any, int]:
    return rows.order_by().values_list("pk" if rows.model is Customer else "customer", flat=True)
