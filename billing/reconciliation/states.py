"""What expected money, a match and a discrepancy may be, and which step may follow which."""

from collections.abc import Mapping
from typing import Final

from django.db.models import TextChoices


class ExpectedKind(TextChoices):
    """What makes us look for money on the bank account."""

    PAYMENT = "payment", "Payment"
    REFUND = "refund", "Refund"
    INVOICE = "invoice", "Invoice"  # to be paid by transfer: no payment tells of it before the bank does
    PAYOUT = "payout", "Payout of the provider"


class ExpectedStatus(TextChoices):
    EXPECTED = "expected", "Expected"
    MISSING = "missing", "Missing"
    SETTLED = "settled", "Seen on the bank"
    WRITTEN_OFF = "written_off", "Written off"
    VOID = "void", "No longer expected"


STILL_OPEN: Final = (ExpectedStatus.EXPECTED, ExpectedStatus.MISSING)


class MatchStatus(TextChoices):
    FOUND = "found", "Found"  # by a rule that needs nobody; the books follow in the next batch
    PROPOSED = "proposed", "Proposed"
    WAITING = "waiting", "Waits for a second person"
    POSTED = "posted", "In the books"
    REJECTED = "rejected", "Rejected"
    UNDONE = "undone", "Undone"


MATCH_STEPS: Final[Mapping[str, frozenset[str]]] = {
    MatchStatus.FOUND: frozenset({MatchStatus.POSTED, MatchStatus.UNDONE}),
    MatchStatus.PROPOSED: frozenset({MatchStatus.WAITING, MatchStatus.POSTED, MatchStatus.REJECTED}),
    MatchStatus.WAITING: frozenset({MatchStatus.POSTED, MatchStatus.REJECTED}),
    MatchStatus.POSTED: frozenset({MatchStatus.UNDONE}),
    MatchStatus.REJECTED: frozenset(),
    MatchStatus.UNDONE: frozenset(),
}
# These hold their part of the line and of the expected money, so that neither is ever given away twice.
HOLDS: Final = (MatchStatus.FOUND, MatchStatus.WAITING, MatchStatus.POSTED)


class Deed(TextChoices):
    RULE = "rule", "Found by a rule"
    ACCEPT = "accept", "Accepted"
    SPLIT = "split", "Split"
    WRITE_OFF = "write_off", "Written off"
    ASIDE = "aside", "Set aside"  # a line: no customer's money
    MOVE = "move", "Moved to another bill"  # a payment
    UNDO = "undo", "Undone"  # of another match, where undoing it needs a second person


class DiscrepancyKind(TextChoices):
    MISSING = "missing", "Missing payment"
    UNKNOWN = "unknown", "Unknown money"
    DUPLICATE = "duplicate", "Duplicate"
    OVER = "over", "Too much"
    UNDER = "under", "Too little"
    MISAPPLIED = "misapplied", "Misapplied"
    WRONG_DATE = "wrong_date", "Wrong date"
    WRONG_CURRENCY = "wrong_currency", "Wrong currency"
    RETURNED = "returned", "Returned"
    LATE = "late", "Late"


class DiscrepancyStatus(TextChoices):
    OPEN = "open", "Open"
    ASKED = "asked", "Customer asked"
    RESOLVED = "resolved", "Resolved"
    WRITTEN_OFF = "written_off", "Written off"


DISCREPANCY_STEPS: Final[Mapping[str, frozenset[str]]] = {
    DiscrepancyStatus.OPEN: frozenset(
        {DiscrepancyStatus.ASKED, DiscrepancyStatus.RESOLVED, DiscrepancyStatus.WRITTEN_OFF}
    ),
    DiscrepancyStatus.ASKED: frozenset(
        {DiscrepancyStatus.OPEN, DiscrepancyStatus.RESOLVED, DiscrepancyStatus.WRITTEN_OFF}
    ),
    # Undoing a match brings back what it had settled.
    DiscrepancyStatus.RESOLVED: frozenset({DiscrepancyStatus.OPEN}),
    DiscrepancyStatus.WRITTEN_OFF: frozenset({DiscrepancyStatus.OPEN}),
}
UNRESOLVED: Final = (DiscrepancyStatus.OPEN, DiscrepancyStatus.ASKED)
