"""What billing's rows may be, and which step may follow which. Pure tables; no database."""

from collections.abc import Mapping

from django.db.models import TextChoices


class AgreementKind(TextChoices):
    POLICY = "policy", "Policy"
    SUBSCRIPTION = "subscription", "Subscription"


class AgreementStatus(TextChoices):
    PENDING = "pending", "Not started"
    ACTIVE = "active", "Active"
    GRACE = "grace", "In grace"
    LAPSED = "lapsed", "Lapsed"
    CANCELLED = "cancelled", "Cancelled"


class InvoiceStatus(TextChoices):
    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    PAID = "paid", "Paid"
    VOID = "void", "Void"
    UNCOLLECTIBLE = "uncollectible", "Uncollectible"


class LineKind(TextChoices):
    PREMIUM = "premium", "Premium"
    RIDER = "rider", "Rider"
    PLAN = "plan", "Plan"
    FEE = "fee", "Fee"
    TAX = "tax", "Tax"
    DISCOUNT = "discount", "Discount"
    PRORATION = "proration", "Proration"
    CREDIT = "credit", "Credit"
    OTHER = "other", "Other"


class MethodKind(TextChoices):
    CARD = "card", "Card"
    BANK_ACCOUNT = "bank_account", "Bank account"
    OTHER = "other", "Other"


class MethodStatus(TextChoices):
    ACTIVE = "active", "Active"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Mandate revoked"
    DETACHED = "detached", "Removed"


class PaymentStatus(TextChoices):
    REQUIRES_ACTION = "requires_action", "Waits for the customer"
    PROCESSING = "processing", "Processing"
    AUTHORISED = "authorised", "Authorised"
    SUCCEEDED = "succeeded", "Paid"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"


class AttemptOutcome(TextChoices):
    SUCCEEDED = "succeeded", "Approved"
    DECLINED = "declined", "Declined"
    ERROR = "error", "Technical error"


class RefundStatus(TextChoices):
    REQUESTED = "requested", "Waits for approval"
    APPROVED = "approved", "Approved"
    SENDING = "sending", "Being sent"
    UNKNOWN = "unknown", "Outcome unknown"
    PENDING = "pending", "On its way"
    SUCCEEDED = "succeeded", "Sent back"
    FAILED = "failed", "Failed"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"  # by whoever asked, before anybody decided
    CANCELED = "canceled", "Canceled"


# A refund can fail after it succeeded: the bank sends it back days later (FACTS, refunds). One that is said to have
# failed by us alone can turn out to have been sent; what the provider itself said has failed never does.
REFUND_STEPS: Mapping[str, frozenset[str]] = {
    RefundStatus.REQUESTED: frozenset({RefundStatus.APPROVED, RefundStatus.REJECTED, RefundStatus.WITHDRAWN}),
    RefundStatus.APPROVED: frozenset({RefundStatus.SENDING, RefundStatus.CANCELED}),
    RefundStatus.SENDING: frozenset(
        {RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.UNKNOWN}
    ),
    RefundStatus.UNKNOWN: frozenset(
        {RefundStatus.SENDING, RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED}
    ),
    RefundStatus.PENDING: frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.CANCELED}),
    RefundStatus.SUCCEEDED: frozenset({RefundStatus.FAILED, RefundStatus.CANCELED}),
    RefundStatus.FAILED: frozenset({RefundStatus.PENDING, RefundStatus.SUCCEEDED}),
    RefundStatus.REJECTED: frozenset(),
    RefundStatus.WITHDRAWN: frozenset(),
    RefundStatus.CANCELED: frozenset(),
}
# Asked for, and no money goes back: the customer is not told of them.
REFUND_ENDED: frozenset[str] = frozenset({RefundStatus.REJECTED, RefundStatus.WITHDRAWN, RefundStatus.CANCELED})
# These hold a part of the payment, so that two refunds can never promise the same money.
REFUND_HOLDS_MONEY = frozenset(
    {
        RefundStatus.REQUESTED,
        RefundStatus.APPROVED,
        RefundStatus.SENDING,
        RefundStatus.UNKNOWN,
        RefundStatus.PENDING,
        RefundStatus.SUCCEEDED,
    }
)


class RefundReason(TextChoices):
    DUPLICATE = "duplicate", "Charged twice"
    WRONG_AMOUNT = "wrong_amount", "Wrong amount"
    CANCELLED = "cancelled", "Cancelled by the customer"
    UNAUTHORISED = "unauthorised", "Not authorised by the customer"
    GOODWILL = "goodwill", "Goodwill"


class CreditKind(TextChoices):
    CORRECTION = "correction", "Bill corrected"
    FEE_WAIVER = "fee_waiver", "Fee waived"
    GOODWILL = "goodwill", "Goodwill"
    PROMOTION = "promotion", "Promotion applied afterwards"


class CreditStatus(TextChoices):
    REQUESTED = "requested", "Waits for approval"
    APPROVED = "approved", "Approved"
    ISSUED = "issued", "Issued"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"  # by whoever asked, before anybody decided


CREDIT_STEPS: Mapping[str, frozenset[str]] = {
    CreditStatus.REQUESTED: frozenset({CreditStatus.APPROVED, CreditStatus.REJECTED, CreditStatus.WITHDRAWN}),
    CreditStatus.APPROVED: frozenset({CreditStatus.ISSUED}),
    CreditStatus.ISSUED: frozenset(),
    CreditStatus.REJECTED: frozenset(),
    CreditStatus.WITHDRAWN: frozenset(),
}
# What was asked for and will not be: it takes nothing off the bill.
CREDIT_ENDED: frozenset[str] = frozenset({CreditStatus.REJECTED, CreditStatus.WITHDRAWN})


class OwedBack(TextChoices):
    """What becomes of money that a credit on a paid bill leaves with us."""

    KEEP = "keep", "Keep it as credit on the account"
    SEND = "send", "Send it back"


class CheckoutKind(TextChoices):
    PAYMENT = "payment", "Pay a bill"
    METHOD = "method", "Change the way to pay"


class CheckoutStatus(TextChoices):
    STARTING = "starting", "Asked for at the provider"
    OPEN = "open", "With the customer"
    COMPLETE = "complete", "Done"
    EXPIRED = "expired", "Not used"


CHECKOUT_STEPS: Mapping[str, frozenset[str]] = {
    CheckoutStatus.STARTING: frozenset({CheckoutStatus.OPEN, CheckoutStatus.COMPLETE, CheckoutStatus.EXPIRED}),
    CheckoutStatus.OPEN: frozenset({CheckoutStatus.COMPLETE, CheckoutStatus.EXPIRED}),
    # A page that ran out here may still have been paid there: the provider's word wins.
    CheckoutStatus.EXPIRED: frozenset({CheckoutStatus.COMPLETE}),
    CheckoutStatus.COMPLETE: frozenset(),
}


class EventKind(TextChoices):
    """What happened to money, as other apps hear of it."""

    PAYMENT_FAILED = "payment_failed"
    PAYMENT_SUCCEEDED = "payment_succeeded"
    PAYMENT_AUTHORISED = "payment_authorised"
    PAYMENT_CANCELED = "payment_canceled"
    PAYMENT_NEEDS_CUSTOMER = "payment_needs_customer"
    INVOICE_ISSUED = "invoice_issued"
    INVOICE_PAID = "invoice_paid"
    INVOICE_UNPAID = "invoice_unpaid"
    INVOICE_CHANGED = "invoice_changed"
    AGREEMENT_CHANGED = "agreement_changed"
    METHOD_CHANGED = "method_changed"
    REFUND_REQUESTED = "refund_requested"
    REFUND_APPROVED = "refund_approved"
    REFUND_REJECTED = "refund_rejected"
    REFUND_WITHDRAWN = "refund_withdrawn"
    REFUND_STOPPED = "refund_stopped"  # approved, and not sent: the payment could no longer give it back
    REFUND_SENT = "refund_sent"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    REFUND_UNKNOWN = "refund_unknown"
    CREDIT_REQUESTED = "credit_requested"
    CREDIT_ISSUED = "credit_issued"
    CREDIT_REJECTED = "credit_rejected"
    CREDIT_WITHDRAWN = "credit_withdrawn"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_CHANGED = "dispute_changed"
    DISPUTE_CLOSED = "dispute_closed"
    EVENT_HELD = "event_held"
    MONEY_QUESTIONED = "money_questioned"


class InboxStatus(TextChoices):
    RECEIVED = "received", "Waits"
    APPLIED = "applied", "Applied"
    IGNORED = "ignored", "Not for us"
    HELD = "held", "Held for review"
    DEAD = "dead", "Could not be applied"


class BankAccountKind(TextChoices):
    BANK = "bank", "Bank account"
    CARD = "card", "Card account"
    PROVIDER = "provider", "Balance at the provider"


class StatementFormat(TextChoices):
    CAMT = "camt", "ISO 20022 camt.052, 053 or 054"
    MT940 = "mt940", "SWIFT MT940"
    OFX = "ofx", "OFX or QFX"
    BAI2 = "bai2", "BAI2"
    NACHA = "nacha", "NACHA (ACH)"
    CSV = "csv", "CSV"


class StatementFileStatus(TextChoices):
    WAITS = "waits", "Waits to be read"
    NEEDS_MAPPING = "needs_mapping", "Needs its columns named"
    NEEDS_ACCOUNT = "needs_account", "Asks about its account"
    READING = "reading", "Being read"
    IMPORTED = "imported", "Imported"
    REFUSED = "refused", "Refused"


# A refused file may be uploaded again, when what was missing is there.
STATEMENT_FILE_STEPS: Mapping[str, frozenset[str]] = {
    StatementFileStatus.WAITS: frozenset({StatementFileStatus.READING, StatementFileStatus.REFUSED}),
    StatementFileStatus.NEEDS_MAPPING: frozenset({StatementFileStatus.WAITS, StatementFileStatus.REFUSED}),
    StatementFileStatus.NEEDS_ACCOUNT: frozenset({StatementFileStatus.WAITS, StatementFileStatus.REFUSED}),
    StatementFileStatus.READING: frozenset(
        {
            StatementFileStatus.IMPORTED,
            StatementFileStatus.REFUSED,
            StatementFileStatus.NEEDS_MAPPING,
            StatementFileStatus.NEEDS_ACCOUNT,
        }
    ),
    StatementFileStatus.IMPORTED: frozenset(),
    StatementFileStatus.REFUSED: frozenset({StatementFileStatus.WAITS}),
}


class BankLineKind(TextChoices):
    TRANSFER = "transfer", "Transfer"
    DIRECT_DEBIT = "direct_debit", "Direct debit"
    CARD = "card", "Card"
    PAYOUT = "payout", "Payout of a provider"
    RETURN = "return", "Returned"
    CHARGEBACK = "chargeback", "Chargeback"
    FEE = "fee", "Fee"
    INTEREST = "interest", "Interest"
    CHANGE_NOTICE = "change_notice", "Notice of change"
    OTHER = "other", "Other"


class LineMatching(TextChoices):
    OPEN = "open", "Unmatched"
    MATCHED = "matched", "Matched"
    WRITTEN_OFF = "written_off", "Written off"
    SET_ASIDE = "set_aside", "Not about a customer"
