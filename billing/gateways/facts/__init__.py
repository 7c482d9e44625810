"""What a provider says about its objects, in billing's words: plain, typed, frozen, and fit for JSON.

Every kind names its ``LINKS`` (ids of other objects, which newer shapes of an object may leave out: the last known
stays true) and its ``PARENT``, the link it is found by. Moments are seconds since 1970, as providers give them.
"""

from billing.gateways.facts.base import Facts
from billing.gateways.facts.billed import CustomerFacts, InvoiceFacts, LineFacts, MethodFacts, SubscriptionFacts
from billing.gateways.facts.hosted import CheckoutFacts, SetupFacts
from billing.gateways.facts.paid import (
    ChargeFacts,
    DisputeFacts,
    IntentFacts,
    InvoicePaymentFacts,
    RefundFacts,
)
from billing.gateways.facts.payouts import BalanceMoveFacts, PayoutFacts

__all__ = [
    "BalanceMoveFacts",
    "ChargeFacts",
    "CheckoutFacts",
    "CustomerFacts",
    "DisputeFacts",
    "Facts",
    "IntentFacts",
    "InvoiceFacts",
    "InvoicePaymentFacts",
    "LineFacts",
    "MethodFacts",
    "PayoutFacts",
    "RefundFacts",
    "SetupFacts",
    "SubscriptionFacts",
]
