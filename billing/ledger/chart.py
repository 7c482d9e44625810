"""The accounts there are. Each customer has one of their own for what they owe; the rest are ours."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from billing.models import AccountKind


class Account(StrEnum):
    RECEIVABLE = "receivable"  # what a customer owes; below zero, what we owe them
    CLEARING = "provider_clearing"  # money the provider holds for us
    DISPUTED = "disputed_funds"  # withdrawn by a bank while a dispute is open; ours or lost, once it is decided
    REVENUE = "revenue"
    DISPUTE_LOSSES = "dispute_losses"
    DISPUTE_FEES = "dispute_fees"


KINDS: Final[Mapping[Account, AccountKind]] = {
    Account.RECEIVABLE: AccountKind.ASSET,
    Account.CLEARING: AccountKind.ASSET,
    Account.DISPUTED: AccountKind.ASSET,
    Account.REVENUE: AccountKind.INCOME,
    Account.DISPUTE_LOSSES: AccountKind.EXPENSE,
    Account.DISPUTE_FEES: AccountKind.EXPENSE,
}
OF_A_CUSTOMER: Final = frozenset({Account.RECEIVABLE})
