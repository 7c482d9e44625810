"""What a ticket may be, and which step may follow which. Pure tables; no database."""

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices


class Category(TextChoices):
    """What went wrong, in the field's words; the help site says the same in the customer's."""

    PAYMENT_FAILED = "payment_failed", "Payment failed"
    WRONG_AMOUNT = "wrong_amount", "Wrong amount"
    MISSING_OR_DUPLICATE = "missing_or_duplicate", "Missing or duplicate transaction"
    UNAUTHORISED = "unauthorised", "Unauthorised charge"
    REFUND_LATE = "refund_late", "Refund late"
    AUTOPAY = "autopay", "Autopay"
    POLICY_CHANGE = "policy_change", "Policy change"
    PROMOTION = "promotion", "Promotion"
    PROOF_NEEDED = "proof_needed", "Proof needed"
    APP_OR_SITE = "app_or_site", "App or site trouble"
    OTHER = "other", "Other"


class Priority(IntegerChoices):
    URGENT = 1, "Urgent"
    HIGH = 2, "High"
    NORMAL = 3, "Normal"
    LOW = 4, "Low"


class TicketStatus(TextChoices):
    NEW = "new", "New"
    OPEN = "open", "Open"
    WAITING_CUSTOMER = "waiting_customer", "Waits for the customer"
    WAITING_OTHERS = "waiting_others", "Waits for others"
    ESCALATED = "escalated", "With a supervisor"
    SOLVED = "solved", "Solved"
    CLOSED = "closed", "Closed"


STEPS: Mapping[str, frozenset[str]] = {
    TicketStatus.NEW: frozenset(
        {
            TicketStatus.OPEN,
            TicketStatus.WAITING_CUSTOMER,
            TicketStatus.WAITING_OTHERS,
            TicketStatus.ESCALATED,
            TicketStatus.SOLVED,
        }
    ),
    TicketStatus.OPEN: frozenset(
        {
            TicketStatus.WAITING_CUSTOMER,
            TicketStatus.WAITING_OTHERS,
            TicketStatus.ESCALATED,
            TicketStatus.SOLVED,
        }
    ),
    TicketStatus.WAITING_CUSTOMER: frozenset(
        {TicketStatus.OPEN, TicketStatus.WAITING_OTHERS, TicketStatus.ESCALATED, TicketStatus.SOLVED}
    ),
    TicketStatus.WAITING_OTHERS: frozenset(
        {TicketStatus.OPEN, TicketStatus.WAITING_CUSTOMER, TicketStatus.ESCALATED, TicketStatus.SOLVED}
    ),
    TicketStatus.ESCALATED: frozenset(
        {TicketStatus.OPEN, TicketStatus.WAITING_CUSTOMER, TicketStatus.WAITING_OTHERS, TicketStatus.SOLVED}
    ),
    TicketStatus.SOLVED: frozenset({TicketStatus.OPEN, TicketStatus.CLOSED}),
    TicketStatus.CLOSED: frozenset({TicketStatus.OPEN}),
}
UNSOLVED = frozenset(TicketStatus.values) - {TicketStatus.SOLVED, TicketStatus.CLOSED}
# Statuses in which the desk owes the next move, so that the ticket stands in the queue.
WITH_US = frozenset({TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.ESCALATED})


class Channel(TextChoices):
    FORM = "form", "Form"
    PORTAL = "portal", "Portal"
    EMAIL = "email", "Email"
    PHONE = "phone", "Phone"
    MONEY_EVENT = "money_event", "Money event"
    IMPORT = "import", "Import"


class MessageKind(TextChoices):
    CUSTOMER = "customer", "Customer"
    REPLY = "reply", "Reply"
    NOTE = "note", "Internal note"


class DueKind(TextChoices):
    """Why a ticket is due; a law outranks a promise, a promise outranks an SLA."""

    LEGAL = "legal", "Legal deadline"
    PROMISE = "promise", "Promise"
    SLA = "sla", "Reply due"


class Verb(TextChoices):
    """Deeds on a ticket's timeline, stored untranslated. Each has a sentence and a redaction rule (timeline.py)."""

    CREATED = "created"
    CATEGORISED = "categorised"
    PRIORITISED = "prioritised"
    ASSIGNED = "assigned"
    RELEASED = "released"
    MOVED = "moved"
    CUSTOMER_WROTE = "customer_wrote"
    REPLIED = "replied"
    NOTED = "noted"
    STATUS_CHANGED = "status_changed"
    DIAGNOSED = "diagnosed"
    MONEY_EVENT = "money_event"
    REFUND_REQUESTED = "refund_requested"
    REFUND_APPROVED = "refund_approved"
    REFUND_REJECTED = "refund_rejected"
    REFUND_SENT = "refund_sent"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    CREDIT_REQUESTED = "credit_requested"
    CREDIT_ISSUED = "credit_issued"
    CREDIT_REJECTED = "credit_rejected"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_CHANGED = "dispute_changed"
    DISPUTE_CLOSED = "dispute_closed"
    ESCALATED = "escalated"
    ESCALATION_SENT_BACK = "escalation_sent_back"
    ESCALATION_DECIDED = "escalation_decided"
    ESCALATION_TAKEN_OVER = "escalation_taken_over"
    SOLVED = "solved"
    CONFIRMED_SOLVED = "confirmed_solved"
    REOPENED = "reopened"
    CARD_NUMBER_REMOVED = "card_number_removed"
    LINKED = "linked"


class EscalationStatus(TextChoices):
    WAITING = "waiting", "Waits for review"
    SENT_BACK = "sent_back", "Sent back"
    DECIDED = "decided", "Decided"
    TAKEN_OVER = "taken_over", "Taken over"


class EscalationReason(TextChoices):
    """A pick list: free text here would carry amounts and names past their guards."""

    ABOVE_LIMIT = "above_limit", "Above my limit"
    NEEDS_DECISION = "needs_decision", "Needs a decision"
    SUSPECTED_FRAUD = "suspected_fraud", "Suspected fraud"
    UNHAPPY = "unhappy", "The customer asks for a supervisor"
    LEGAL = "legal", "A lawyer or regulator is involved"
    STUCK = "stuck", "I am stuck"
