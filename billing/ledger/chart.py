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
    BANK = "bank"  # what our bank accounts show
    SUSPENSE = "suspense"  # came, and nobody knows yet what for: we may have to give it back
    BANK_FEES = "bank_fees"
    EXCHANGE = "exchange"  # the two sides of an exchange; its balance is the gain or loss
    WRITE_OFFS = "write_offs"


KINDS: Final[Mapping[Account, AccountKind]] = {
    Account.RECEIVABLE: AccountKind.ASSET,
    Account.CLEARING: AccountKind.ASSET,
    Account.DISPUTED: AccountKind.ASSET,
    Account.REVENUE: AccountKind.INCOME,
    Account.DISPUTE_LOSSES: AccountKind.EXPENSE,
    Account.DISPUTE_FEES: AccountKind.EXPENSE,
    Account.BANK: AccountKind.ASSET,
    Account.SUSPENSE: AccountKind.LIABILITY,
    Account.BANK_FEES: AccountKind.EXPENSE,
    Account.EXCHANGE: AccountKind.EXPENSE,
    Account.WRITE_OFFS: AccountKind.EXPENSE,
}
OF_A_CUSTOMER: Final = frozenset({Account.RECEIVABLE})
