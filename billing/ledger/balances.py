"""Balances are sums over entries, never columns: nothing can drift from the books."""

from collections.abc import Mapping

from django.db.models import Sum

from billing.ledger.chart import Account
from billing.models import LedgerEntry
from billing.money import Money


def customer_balances(customer_id: int) -> list[Money]:
    """What the customer owes, by currency; below zero, what we owe them. Currencies that are even are left out.

    Inside a scope that shows this customer's rows. After a lock on what is about to change, it is exact.
    """
    sums = (
        LedgerEntry.objects.filter(account__customer_id=customer_id, account__code=Account.RECEIVABLE)
        .values_list("currency")
        .annotate(owed=Sum("amount_minor"))
        .order_by("currency")
    )
    return [Money(int(owed), currency) for currency, owed in sums if owed]


def trial_balance() -> Mapping[tuple[str, str], int]:
    """The sum of every account, customers' together, by code and currency. All of one currency add up to zero."""
    sums = LedgerEntry.objects.values_list("account__code", "currency").annotate(total=Sum("amount_minor"))
    return {(code, currency): int(total) for code, currency, total in sums.order_by("account__code", "currency")}
