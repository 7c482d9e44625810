"""Which provider this installation talks to. One for all payments: settings name it, the browser never does."""

from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from billing.gateways.base import Gateway
from billing.gateways.simulated.gateway import SimulatedGateway
from billing.gateways.stripe.gateway import StripeGateway

SIMULATED: Final = "simulated"


def configured_gateway() -> Gateway:
    if settings.PAYMENT_PROVIDER == SIMULATED:
        return SimulatedGateway()
    if settings.PAYMENT_PROVIDER == "stripe":
        return StripeGateway(api_key=settings.STRIPE_API_KEY, address=settings.STRIPE_API_ADDRESS)
    raise ImproperlyConfigured(f"PAYMENT_PROVIDER is {settings.PAYMENT_PROVIDER!r}; write stripe or simulated.")
