"""The refund that goes with an answer, as its agent saw it."""

from dataclasses import dataclass

from billing.money import Money
from billing.states import RefundReason


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """What the agent saw and confirmed: the payment, the amount and the currency, and why."""

    payment_id: int
    amount_minor: int
    currency: str
    reason: RefundReason

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
