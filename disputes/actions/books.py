"""A dispute in the books: what the bank withdrew, what it charged for it, and how it ended.

What was booked is read from the books and only the difference to what is known now is booked. So a decision that is
turned round takes the first one back, and facts that come late or out of order end in the same balances.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from billing.actions.books import booked_so_far
from billing.actions.ledger import record_posting
from billing.gateways.facts import DisputeFacts
from billing.ledger import drafts
from billing.ledger.chart import Account
from billing.ledger.drafts import Draft, Line
from billing.models import LedgerEntry, PostingKind
from billing.money import Money
from disputes.models import Dispute
from disputes.states import DisputeStatus

# An inquiry moves no money; what was prevented did not come to it, and what was won came back.
WITHDRAWN: Final = frozenset({DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW, DisputeStatus.LOST})


def book_dispute(dispute: Dispute, facts: DisputeFacts, *, at: datetime) -> None:
    """Safe to repeat. Nothing is booked before a payment is known."""
    if dispute.customer_id is None:
        return
    gone = dispute.amount_minor if dispute.status in WITHDRAWN else 0
    lost = gone if dispute.status == DisputeStatus.LOST else 0
    key = f"dispute:{dispute.pk}"
    losses, _ = booked_so_far(key, Account.DISPUTE_LOSSES)
    disputed, times = booked_so_far(key, Account.DISPUTED)
    to_take, to_lose = gone - disputed - losses, lost - losses
    steps: list[tuple[Callable[..., Draft], int]] = [
        (partial(drafts.dispute_opened, fee=None), max(0, to_take)),
        (drafts.dispute_lost, to_lose),  # below zero where it was not lost after all
        (drafts.dispute_won, max(0, -to_take)),
    ]
    for make, minor in steps:
        if minor:
            amount = Money(minor, dispute.currency)
            _record(make(dispute_id=dispute.pk, customer_id=dispute.customer_id, amount=amount, at=at), times)
    _book_fee(dispute, facts, at)


def _record(draft: Draft, times: int) -> None:
    """The first under its own key, a later one under a number that no earlier one has."""
    record_posting(replace(draft, key=f"{draft.key}:{times}") if times else draft)


def _book_fee(dispute: Dispute, facts: DisputeFacts, at: datetime) -> None:
    """Told later than the dispute itself, in the currency of our account, and given back in places when it is won."""
    key = f"dispute:{dispute.pk}:fee"
    booked, times = booked_so_far(key, Account.DISPUTE_FEES)
    if facts.fee_minor == booked or dispute.customer_id is None:
        return
    fee = Money(facts.fee_minor - booked, facts.fee_currency or _currency_of_fees(key))
    _record(
        Draft(
            kind=PostingKind.DISPUTE_OPENED,
            key=key,
            customer_id=dispute.customer_id,
            at=at,
            lines=(Line(Account.DISPUTE_FEES, fee), Line(Account.CLEARING, -fee)),
            source=("dispute", dispute.pk),
            memo="Fee",
        ),
        times,
    )


def _currency_of_fees(key: str) -> str:
    """Of a fee that was told once and is not any more."""
    return str(LedgerEntry.objects.filter(posting__key=key).values_list("currency", flat=True)[0])
