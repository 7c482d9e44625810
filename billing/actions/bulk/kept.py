"""What happened here, and what a file cannot know of yet, stays when its row comes again.

A row is the whole truth about what its maker knows: not about a bill that was paid or credited here, a payment that the
bank sent back, or one that somebody moved to another bill. Each is a condition over the twin ``r`` and its row ``was``,
with the columns that it keeps. Where the file tells of something newer, the file counts.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kept:
    columns: tuple[str, ...]
    condition: str


# An answer of the bank, read from a statement line (billing.actions.bank_answers).
FROM_A_LINE: Final = "starts_with({of}external_id, 'line:')"
_SENT_BACK: Final = f"answer.outcome = 'declined' AND {FROM_A_LINE.format(of='answer.')}"
_STATUS: Final = ("status", "paid_at", "next_retry_at")
_COVERED: Final = """
r.total_minor - was.credited_minor - was.carried_minor - was.transferred_minor - was.written_off_minor <= (
    SELECT coalesce(sum(paid.captured_minor), 0) FROM billing_payment AS paid
    WHERE paid.invoice_id = was.id AND paid.status = 'succeeded' AND paid.currency = was.currency
)"""

TAKEN_BACK: Final = Kept(
    _STATUS, "was.status = 'void' AND was.credited_minor > 0 AND was.credited_minor = r.total_minor"
)
# By a hosted page, a transfer, or with a credit: whoever made the file was paid nothing, or not all of it.
PAID_HERE: Final = Kept(
    _STATUS,
    "was.status = 'paid' AND was.paid_here_at IS NOT NULL AND r.status IN ('open', 'uncollectible')"
    " AND r.total_minor <= was.total_minor",
)
GIVEN_UP: Final = Kept(_STATUS, "was.status = 'uncollectible' AND was.written_off_minor > 0 AND r.status = 'open'")
UNPAID_AGAIN: Final = Kept(
    _STATUS,
    f"""was.status = 'open' AND r.status = 'paid' AND NOT {_COVERED} AND EXISTS (
    SELECT FROM billing_payment AS paid JOIN billing_paymentattempt AS answer ON answer.payment_id = paid.id
    WHERE paid.invoice_id = was.id AND paid.status = 'failed' AND {_SENT_BACK}
    AND coalesce(r.paid_at, '-infinity') <= answer.at
)""",
)
SENT_BACK: Final = Kept(
    ("status", "captured_minor", "captured_at", "failed_at"),
    f"""was.status = 'failed' AND r.status IN ('succeeded', 'processing') AND EXISTS (
    SELECT FROM billing_paymentattempt AS answer
    WHERE answer.payment_id = was.id AND {_SENT_BACK} AND coalesce(r.captured_at, r.created_at) <= answer.at
)""",
)
MOVED: Final = Kept(
    ("invoice_id", "intended_invoice_id", "agreement_id"),
    """EXISTS (
    SELECT FROM billing_match AS move WHERE move.payment_id = was.id AND move.invoice_id = was.invoice_id
    AND move.deed = 'move' AND move.status = 'posted'
)""",
)

OF_BILLS: Final = (TAKEN_BACK, PAID_HERE, GIVEN_UP, UNPAID_AGAIN)
OF_PAYMENTS: Final = (SENT_BACK, MOVED)
