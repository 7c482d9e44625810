"""The one place in billing that writes a status column (an architecture test refuses any other)."""

from billing.errors import StepNotAllowed
from billing.models import (
    Agreement,
    Checkout,
    CreditNote,
    Discrepancy,
    Invoice,
    Match,
    MatchPart,
    Payment,
    PaymentMethod,
    Payout,
    ProviderEvent,
    Refund,
    StatementFile,
)
from billing.reconciliation.states import DISCREPANCY_STEPS, MATCH_STEPS, DiscrepancyStatus, MatchStatus
from billing.states import (
    CHECKOUT_STEPS,
    CREDIT_STEPS,
    REFUND_STEPS,
    STATEMENT_FILE_STEPS,
    CheckoutStatus,
    CreditStatus,
    RefundStatus,
    StatementFileStatus,
)

Stateful = (
    Agreement
    | Checkout
    | CreditNote
    | Discrepancy
    | Invoice
    | Match
    | Payment
    | PaymentMethod
    | Payout
    | ProviderEvent
    | Refund
    | StatementFile
)


def set_status(row: Stateful, status: str) -> bool:
    """Assign, and say whether it changed. The caller has locked the row and saves it.

    Refunds, credit notes and checkouts are ours: they step as their tables allow. What mirrors a provider's object is
    what the object says; that it never goes back is settled where versions are compared.
    """
    if row.status == status:
        return False
    if isinstance(row, Refund) and status not in REFUND_STEPS[row.status]:
        raise StepNotAllowed(RefundStatus(row.status), RefundStatus(status))
    if isinstance(row, CreditNote) and status not in CREDIT_STEPS[row.status]:
        raise StepNotAllowed(CreditStatus(row.status), CreditStatus(status))
    if isinstance(row, Checkout) and status not in CHECKOUT_STEPS[row.status]:
        raise StepNotAllowed(CheckoutStatus(row.status), CheckoutStatus(status))
    if isinstance(row, StatementFile) and status not in STATEMENT_FILE_STEPS[row.status]:
        raise StepNotAllowed(StatementFileStatus(row.status), StatementFileStatus(status))
    if isinstance(row, Match) and status not in MATCH_STEPS[row.status]:
        raise StepNotAllowed(MatchStatus(row.status), MatchStatus(status))
    if isinstance(row, Discrepancy) and status not in DISCREPANCY_STEPS[row.status]:
        raise StepNotAllowed(DiscrepancyStatus(row.status), DiscrepancyStatus(status))
    row.status = status
    return True


def set_parts_status(match: Match) -> None:
    """The parts of a match are what it is. The database looks at their sums where they begin to hold."""
    MatchPart.objects.filter(match=match).update(status=match.status)
