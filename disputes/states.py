"""What a contested payment may be. Status and reason are taken from the provider's object, never computed."""

from django.db.models import TextChoices


class DisputeStatus(TextChoices):
    WARNING_NEEDS_RESPONSE = "warning_needs_response", "Inquiry, answer needed"
    WARNING_UNDER_REVIEW = "warning_under_review", "Inquiry under review"
    WARNING_CLOSED = "warning_closed", "Inquiry closed"
    NEEDS_RESPONSE = "needs_response", "Answer needed"
    UNDER_REVIEW = "under_review", "Under review"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    PREVENTED = "prevented", "Prevented"


CLOSED = frozenset({DisputeStatus.WARNING_CLOSED, DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.PREVENTED})
NEEDS_ANSWER = frozenset({DisputeStatus.WARNING_NEEDS_RESPONSE, DisputeStatus.NEEDS_RESPONSE})

# The order in which a dispute can only go forward. Two states of one rank exclude each other; a bank can dispute
# again after a win, which the provider sends as a new object.
RANK = {
    DisputeStatus.WARNING_NEEDS_RESPONSE: 0,
    DisputeStatus.WARNING_UNDER_REVIEW: 1,
    DisputeStatus.WARNING_CLOSED: 2,
    DisputeStatus.NEEDS_RESPONSE: 3,
    DisputeStatus.UNDER_REVIEW: 4,
    DisputeStatus.PREVENTED: 5,
    DisputeStatus.WON: 5,
    DisputeStatus.LOST: 5,
}


class DisputeReason(TextChoices):
    """Stripe's reasons; other providers' are mapped to these by their gateway."""

    BANK_CANNOT_PROCESS = "bank_cannot_process", "Bank cannot process"
    CHECK_RETURNED = "check_returned", "Check returned"
    CREDIT_NOT_PROCESSED = "credit_not_processed", "Refund not received"
    CUSTOMER_INITIATED = "customer_initiated", "Customer initiated"
    DEBIT_NOT_AUTHORIZED = "debit_not_authorized", "Debit not authorised"
    DUPLICATE = "duplicate", "Charged twice"
    FRAUDULENT = "fraudulent", "Not authorised"
    GENERAL = "general", "General"
    INCORRECT_ACCOUNT_DETAILS = "incorrect_account_details", "Wrong account details"
    INSUFFICIENT_FUNDS = "insufficient_funds", "Insufficient funds"
    NONCOMPLIANT = "noncompliant", "Network rules not followed"
    PRODUCT_NOT_RECEIVED = "product_not_received", "Not received"
    PRODUCT_UNACCEPTABLE = "product_unacceptable", "Not as described"
    SUBSCRIPTION_CANCELED = "subscription_canceled", "Cancelled before the charge"
    UNRECOGNIZED = "unrecognized", "Not recognised"
