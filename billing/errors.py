"""Refusals that a caller may catch. Each is a sentence for whoever asked."""

from collections.abc import Mapping

from billing.reconciliation.states import DiscrepancyStatus, MatchStatus
from billing.states import CheckoutStatus, CreditStatus, RefundStatus, StatementFileStatus

Step = RefundStatus | CreditStatus | CheckoutStatus | StatementFileStatus | MatchStatus | DiscrepancyStatus
_NOUNS: Mapping[type[Step], str] = {
    RefundStatus: "refund",
    CreditStatus: "credit note",
    CheckoutStatus: "checkout",
    StatementFileStatus: "file",
    MatchStatus: "match",
    DiscrepancyStatus: "discrepancy",
}


class BillingRefusal(Exception):
    """Not done, and why. ``str()`` is fit to be shown."""

    status = 409


class IdempotencyConflict(BillingRefusal):
    status = 422

    def __init__(self) -> None:
        super().__init__("This form was already used for something else. Open it again and ask anew.")


class CardNumberRefused(BillingRefusal):
    status = 422

    def __init__(self) -> None:
        super().__init__("This holds a card number. Write the last four digits only; nothing was stored.")


class RefundNotPossible(BillingRefusal):
    pass


class RefundBlocked(RefundNotPossible):
    def __init__(self) -> None:
        super().__init__(
            "The customer's bank disputes this payment. A refund now could send the money twice; answer the dispute."
        )


class AmountTooLarge(RefundNotPossible):
    def __init__(self, left: str) -> None:
        super().__init__(f"Of this payment {left} can still be sent back. Ask for that or less.")


class NotTwice(RefundNotPossible):
    def __init__(self, gone: str, others: str, what: str, unpaid: str) -> None:
        super().__init__(
            f"This is no longer a double charge: {gone} of {others} has gone back or is on its way, and {unpaid} of "
            f"{what} would be left unpaid. If the money should go back all the same, choose another reason."
        )


class SecondPersonNeeded(BillingRefusal):
    status = 403

    def __init__(self, what: str = "refund") -> None:
        super().__init__(f"You asked for this {what}. Somebody else has to decide about it.")


class StepNotAllowed(BillingRefusal):
    def __init__(self, now: Step, wanted: Step) -> None:
        super().__init__(f"The {_NOUNS[type(now)]} is “{now.label}” and cannot become “{wanted.label}”.")
        self.now, self.wanted = now, wanted


class CreditNotPossible(BillingRefusal):
    pass


class BillChanged(CreditNotPossible):
    def __init__(self) -> None:
        super().__init__("The bill changed since it was shown to you. Nothing was done; look at it again.")


class BillNotPayable(BillingRefusal):
    pass


class EventNotHeld(BillingRefusal):
    def __init__(self) -> None:
        super().__init__("Somebody has already decided about this event.")


class ImportInterrupted(BillingRefusal):
    def __init__(self, line: int, *, elsewhere: bool = False) -> None:
        super().__init__(
            "Another process imports this file at the same time. This one has stopped; nothing was taken twice."
            if elsewhere
            else f"An import of this file stopped after line {line}. Go on with --resume."
        )


class MatchNotPossible(BillingRefusal):
    """Of a match, a write-off or an undoing; the sentence says why."""
