"""Whose money a reference is about."""

import re
from typing import Final

from django.db.models import QuerySet

from billing.models import Agreement, Customer, Invoice, Payment, Refund

# One word with a figure in it, as bills, policies and providers name things: INV-2026-0000117, 44-90412, ch_3Qx…
_REFERENCE: Final = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9._:/-]{2,99}")
MOST: Final = 100
# Whose names are looked up. An index has the provider before the name, so it must be told; files that were imported
# under yet another name are found by our own references.
PROVIDERS: Final = ("stripe", "simulated", "import")
_NAMED_BY_PROVIDERS: Final = (Payment, Refund, Agreement, Invoice)


def customers_named_by(reference: str) -> list[int]:
    """Of the record that has exactly this reference: a payment, refund, bill, agreement or customer, or the provider's
    name of one. Small letters do for ours. Under row-level security: empty where payment data is closed.
    """
    if not _REFERENCE.fullmatch(reference):
        return []
    ours = {reference, reference.upper()}
    records: list[QuerySet[Payment] | QuerySet[Refund] | QuerySet[Agreement] | QuerySet[Invoice]] = [
        Payment.objects.filter(reference__in=ours),
        Refund.objects.filter(reference__in=ours),
        Agreement.objects.filter(reference__in=ours),
        Invoice.objects.filter(number__in=ours),
        Payment.objects.filter(provider_intent_id=reference),
        Invoice.objects.filter(provider_intent_id=reference),
        *(
            model.objects.filter(provider__in=PROVIDERS, external_id=reference)
            for model in (Payment, Refund, Agreement, Invoice)
        ),
    ]
    customers = Customer.objects.filter(reference__in=ours).order_by().values_list("pk", flat=True)
    found = customers.union(*(rows.order_by().values_list("customer", flat=True) for rows in records))
    return list(found[:MOST])
