"""The one place in billing that writes a status column (an architecture test refuses any other)."""

from billing.errors import StepNotAllowed
from billing.models import Agreement, Invoice, Payment, PaymentMethod, ProviderEvent, Refund
from billing.states import REFUND_STEPS, RefundStatus

Stateful = Agreement | Invoice | Payment | PaymentMethod | ProviderEvent | Refund


def set_status(row: Stateful, status: str) -> bool:
    """Assign, and say whether it changed. The caller has locked the row and saves it.

    A refund is ours: it steps as the table allows. What mirrors a provider's object is what the object says; that it
    never goes back is settled where versions are compared.
    """
    if row.status == status:
        return False
    if isinstance(row, Refund) and status not in REFUND_STEPS[row.status]:
        raise StepNotAllowed(RefundStatus(row.status), RefundStatus(status))
    row.status = status
    return True
