"""What happens on the provider's hosted page."""

from dataclasses import dataclass
from typing import ClassVar, Final

from billing.gateways.facts.base import Facts, Place

SESSION_STAGE: Final = {"open": 0, "expired": 1, "complete": 2}
SETUP_STAGE: Final = {"waiting": 0, "canceled": 1, "succeeded": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFacts(Facts):
    KIND: ClassVar[str] = "checkout"
    LINKS: ClassVar[tuple[str, ...]] = ("intent", "setup")

    intent: str = ""
    setup: str = ""
    status: str = ""  # open, complete, expired
    our_reference: str = ""

    def place(self) -> Place:
        return SESSION_STAGE[self.status], 0, 0

    def milestone(self) -> str:
        return "complete" if self.status == "complete" else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFacts(Facts):
    KIND: ClassVar[str] = "setup"
    LINKS: ClassVar[tuple[str, ...]] = ("customer", "method")

    customer: str = ""
    method: str = ""
    status: str = ""  # waiting, canceled, succeeded
    our_reference: str = ""

    def place(self) -> Place:
        return SETUP_STAGE[self.status], 0, 0
