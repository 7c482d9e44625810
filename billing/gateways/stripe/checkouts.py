"""Sessions of the hosted page, and what is set up on it."""

from typing import Final

from billing.gateways.facts import CheckoutFacts, SetupFacts
from billing.gateways.stripe.fields import Json, choice, needed_id, part, reference, text

# Written on what a hosted page makes: which visit it was, and which bill was paid.
OUR_CHECKOUT: Final = "redress_checkout"
OUR_BILL: Final = "redress_bill"

SESSION_STATUS: Final = {"open": "open", "complete": "complete", "completed": "complete", "expired": "expired"}
SETUP_STATUS: Final = {
    "requires_payment_method": "waiting",
    "requires_confirmation": "waiting",
    "requires_action": "waiting",
    "processing": "waiting",
    "canceled": "canceled",
    "succeeded": "succeeded",
}


def read_session(source: Json, *, kind: str) -> CheckoutFacts:
    """``kind`` is the event's: sessions of before 2021 carry no status of their own."""
    told = "open" if not kind.endswith((".completed", ".expired")) else kind.rpartition(".")[2]
    return CheckoutFacts(
        object_id=needed_id(source),
        intent=reference(source, "payment_intent"),
        setup=reference(source, "setup_intent"),
        status=choice(text(source, "status") or told, SESSION_STATUS, "status"),
        our_reference=text(part(source, "metadata"), OUR_CHECKOUT, 30),
    )


def read_setup(source: Json) -> SetupFacts:
    return SetupFacts(
        object_id=needed_id(source),
        customer=reference(source, "customer"),
        method=reference(source, "payment_method"),
        status=choice(text(source, "status"), SETUP_STATUS, "status"),
        our_reference=text(part(source, "metadata"), OUR_CHECKOUT, 30),
    )
