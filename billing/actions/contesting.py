"""What a dispute does to its payment. Billing knows no dispute; the app above says what follows from its own."""

from billing.actions.totals import write_totals
from billing.locks import lock_payment
from billing.models import Payment


def contest_payment(payment_id: int, *, refund_blocked: bool, lost_minor: int) -> Payment:
    """No refund while a bank decides; what is lost can no longer be sent back. Safe to repeat: it sets, never adds.

    In the caller's transaction.
    """
    payment = lock_payment(payment_id)
    payment.refund_blocked, payment.disputed_lost_minor = refund_blocked, lost_minor
    write_totals(payment)
    payment.save(update_fields=["refund_blocked", "refunded_minor", "refund_held_minor", "disputed_lost_minor"])
    return payment
