"""Refusals that a caller may catch. Each is a sentence for whoever asked."""

from billing.states import RefundStatus


class BillingRefusal(Exception):
    """Not done, and why. ``str()`` is fit to be shown."""

    status = 409


class IdempotencyConflict(BillingRefusal):
    status = 422

    def __init__(self) -> None:
        super().__init__("This form was already used for another refund. Open it again and ask anew.")


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


class SecondPersonNeeded(BillingRefusal):
    status = 403

    def __init__(self) -> None:
        super().__init__("You asked for this refund. Somebody else has to decide about it.")


class StepNotAllowed(BillingRefusal):
    def __init__(self, now: RefundStatus, wanted: RefundStatus) -> None:
        super().__init__(f"The refund is “{now.label}” and cannot become “{wanted.label}”.")
        self.now, self.wanted = now, wanted


class EventNotHeld(BillingRefusal):
    def __init__(self) -> None:
        super().__init__("Somebody has already decided about this event.")
