from dataclasses import dataclass
from typing import ClassVar, Final

from billing.gateways.facts.base import Facts, Place

# A payout that was paid can still come back: its bank account was closed, say.
PAYOUT_STAGE: Final = {"pending": 0, "in_transit": 1, "paid": 2, "canceled": 3, "failed": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceMoveFacts(Facts):
    """One of the movements that a payout consists of: a charge, a refund, a dispute, a fee."""

    KIND: ClassVar[str] = "balance_move"
    LINKS: ClassVar[tuple[str, ...]] = ("payout",)
    PARENT: ClassVar[str] = "payout"

    payout: str = ""
    type: str = ""
    source: str = ""  # the charge or refund that it is of
    amount_minor: int = 0
    fee_minor: int = 0
    net_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFacts(Facts):
    """A sum on its way from the provider to our bank account."""

    KIND: ClassVar[str] = "payout"

    status: str = ""
    amount_minor: int = 0
    currency: str = ""
    created: int = 0
    arrives: int = 0
    descriptor: str = ""
    trace: str = ""  # what the bank calls it, told days later

    def place(self) -> Place:
        return PAYOUT_STAGE[self.status], int(bool(self.trace)), 0
