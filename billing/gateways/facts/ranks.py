"""The order of an object's states, where the clock does not tell: what can only go forward, and what comes later.

A *stage* is compared before the second in which a state was told, since it never goes back. A *rank* is compared after
it, for two states told in the same second.
"""

from collections.abc import Mapping
from typing import Final

from billing.states import AgreementStatus, InvoiceStatus

REFUND_STAGE: Final[Mapping[str, int]] = {"pending": 0, "succeeded": 1, "canceled": 2, "failed": 3}
CHARGE_STAGE: Final[Mapping[str, int]] = {"pending": 0, "failed": 1, "succeeded": 2}  # and captured: 3
INTENT_RANK: Final[Mapping[str, int]] = {
    "requires_payment_method": 0,
    "requires_confirmation": 1,
    "requires_action": 2,
    "processing": 3,
    "requires_capture": 4,
    "canceled": 5,
    "succeeded": 6,
}
INVOICE_RANK: Final[Mapping[str, int]] = {
    InvoiceStatus.DRAFT: 0,
    InvoiceStatus.OPEN: 1,
    InvoiceStatus.UNCOLLECTIBLE: 2,
    InvoiceStatus.VOID: 3,
    InvoiceStatus.PAID: 4,
}
AGREEMENT_RANK: Final[Mapping[str, int]] = {
    AgreementStatus.PENDING: 0,
    AgreementStatus.ACTIVE: 1,
    AgreementStatus.GRACE: 2,
    AgreementStatus.LAPSED: 3,
    AgreementStatus.CANCELLED: 4,
}
# An inquiry may become a chargeback; a chargeback never goes back. A bank that disputes again after a decision opens
# a new object. Won, lost and prevented share a stage: between them the later word counts.
DISPUTE_STAGE: Final[Mapping[str, int]] = {
    "warning_needs_response": 0,
    "warning_under_review": 1,
    "warning_closed": 2,
    "needs_response": 3,
    "under_review": 4,
    "prevented": 5,
    "won": 5,
    "lost": 5,
}
DISPUTE_RANK: Final[Mapping[str, int]] = {"prevented": 0, "won": 1, "lost": 2}
