"""A dispute in the books: what the bank withdrew, what it charged for it, and how it ended."""

from datetime import datetime
from typing import Final

from billing.actions.books import booked_so_far
from billing.actions.ledger import post_dispute_lost, post_dispute_opened, post_dispute_won, record_posting
from billing.gateways.facts import DisputeFacts
from billing.ledger.chart import Account
from billing.ledger.drafts import Draft, Line
from billing.models import PostingKind
from billing.money import Money
from disputes.models import Dispute
from disputes.states import DisputeStatus

# An inquiry moves no money, and what was prevented did not come to it.
MOVES_MONEY: Final = frozenset(
    {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW, DisputeStatus.WON, DisputeStatus.LOST}
)


def book_dispute(dispute: Dispute, facts: DisputeFacts, *, at: datetime) -> None:
    """Safe to repeat: each fact is booked once under its own key. Nothing is booked before a payment is known."""
    if dispute.customer is None or dispute.status not in MOVES_MONEY or not dispute.amount_minor:
        return
    amount = Money(dispute.amount_minor, dispute.currency)
    post_dispute_opened(dispute_id=dispute.pk, customer=dispute.customer, amount=amount, at=at)
    if dispute.status == DisputeStatus.WON:
        post_dispute_won(dispute_id=dispute.pk, customer=dispute.customer, amount=amount, at=at)
    elif dispute.status == DisputeStatus.LOST:
        post_dispute_lost(dispute_id=dispute.pk, customer=dispute.customer, amount=amount, at=at)
    _book_fee(dispute, facts, at)


def _book_fee(dispute: Dispute, facts: DisputeFacts, at: datetime) -> None:
    """Told later than the dispute itself, in the currency of our account, and given back in places when it is won."""
    key = f"dispute:{dispute.pk}:fee"
    booked, times = booked_so_far(key, Account.DISPUTE_FEES)
    if facts.fee_minor == booked or dispute.customer_id is None:
        return
    fee = Money(facts.fee_minor - booked, facts.fee_currency)
    record_posting(
        Draft(
            kind=PostingKind.DISPUTE_OPENED,
            key=f"{key}:{times}" if times else key,
            customer_id=dispute.customer_id,
            at=at,
            lines=(Line(Account.DISPUTE_FEES, fee), Line(Account.CLEARING, -fee)),
            source=("dispute", dispute.pk),
            memo="Fee",
        )
    )
