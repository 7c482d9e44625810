"""What each fact about money means in the books. Pure: plain facts in, a balanced posting out.

A refund moves money and forgives nothing: what the customer owes rises again by as much. Where the bill itself was
wrong, a credit note comes first. So a duplicate charge needs a refund alone, an overcharge needs both, and the
customer's balance tells at any moment what is still open.
"""

from dataclasses import dataclass
from datetime import datetime

from billing.ledger.chart import OF_A_CUSTOMER, Account
from billing.models import PostingKind
from billing.money import Money, MoneyError


@dataclass(frozen=True, slots=True)
class Line:
    account: Account
    amount: Money  # above zero a debit, below zero a credit


@dataclass(frozen=True, slots=True)
class Draft:
    kind: PostingKind
    key: str
    customer_id: int
    at: datetime
    lines: tuple[Line, ...]
    source: tuple[str, int]
    memo: str = ""

    def __post_init__(self) -> None:
        sums: dict[str, int] = {}
        for line in self.lines:
            if not line.amount:
                raise MoneyError("A posting moves money; zero moves none.")
            sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.minor
        if len(self.lines) < 2 or any(sums.values()):
            raise MoneyError(f"The posting {self.key} does not balance.")

    def customer_of(self, line: Line) -> int | None:
        return self.customer_id if line.account in OF_A_CUSTOMER else None


def invoice_issued(*, invoice_id: int, customer_id: int, total: Money, at: datetime) -> Draft:
    return Draft(
        kind=PostingKind.INVOICE,
        key=f"invoice:{invoice_id}",
        customer_id=customer_id,
        at=at,
        lines=_moved(total, to=Account.RECEIVABLE, out_of=Account.REVENUE),
        source=("invoice", invoice_id),
    )


def invoice_credited(*, invoice_id: int, customer_id: int, amount: Money, reference: str, at: datetime) -> Draft:
    """``reference`` names the credit note: an invoice may be credited more than once."""
    return Draft(
        kind=PostingKind.CREDIT_NOTE,
        key=f"invoice:{invoice_id}:credit:{reference}",
        customer_id=customer_id,
        at=at,
        lines=_moved(amount, to=Account.REVENUE, out_of=Account.RECEIVABLE),
        source=("invoice", invoice_id),
        memo=reference,
    )


def payment_received(*, payment_id: int, customer_id: int, amount: Money, at: datetime) -> Draft:
    return Draft(
        kind=PostingKind.PAYMENT,
        key=f"payment:{payment_id}",
        customer_id=customer_id,
        at=at,
        lines=_moved(amount, to=Account.CLEARING, out_of=Account.RECEIVABLE),
        source=("payment", payment_id),
    )


def payment_returned(*, payment_id: int, customer_id: int, amount: Money, at: datetime) -> Draft:
    """A debit that the customer's bank took back, without a dispute."""
    return Draft(
        kind=PostingKind.PAYMENT_RETURNED,
        key=f"payment:{payment_id}:returned",
        customer_id=customer_id,
        at=at,
        lines=_moved(amount, to=Account.RECEIVABLE, out_of=Account.CLEARING),
        source=("payment", payment_id),
    )


def refund_sent(*, refund_id: int, customer_id: int, amount: Money, at: datetime) -> Draft:
    return Draft(
        kind=PostingKind.REFUND,
        key=f"refund:{refund_id}",
        customer_id=customer_id,
        at=at,
        lines=_moved(amount, to=Account.RECEIVABLE, out_of=Account.CLEARING),
        source=("refund", refund_id),
    )


def refund_failed(*, refund_id: int, customer_id: int, amount: Money, at: datetime) -> Draft:
    """The money came back to us; we owe it to the customer again."""
    return Draft(
        kind=PostingKind.REFUND_FAILED,
        key=f"refund:{refund_id}:failed",
        customer_id=customer_id,
        at=at,
        lines=_moved(amount, to=Account.CLEARING, out_of=Account.RECEIVABLE),
        source=("refund", refund_id),
    )


def dispute_opened(*, dispute_id: int, customer_id: int, amount: Money, fee: Money | None, at: datetime) -> Draft:
    """The bank takes the amount, and its fee, for as long as it decides. The customer's balance does not move."""
    fees = _moved(fee, to=Account.DISPUTE_FEES, out_of=Account.CLEARING) if fee else ()
    return Draft(
        kind=PostingKind.DISPUTE_OPENED,
        key=f"dispute:{dispute_id}",
        customer_id=customer_id,
        at=at,
        lines=_moved(amount, to=Account.DISPUTED, out_of=Account.CLEARING) + fees,
        source=("dispute", dispute_id),
    )


def dispute_won(*, dispute_id: int, customer_id: int, amount: Money, at: datetime) -> Draft:
    return Draft(
        kind=PostingKind.DISPUTE_WON,
        key=f"dispute:{dispute_id}:won",
        customer_id=customer_id,
        at=at,
        lines=_moved(amount, to=Account.CLEARING, out_of=Account.DISPUTED),
        source=("dispute", dispute_id),
    )


def dispute_lost(*, dispute_id: int, customer_id: int, amount: Money, at: datetime) -> Draft:
    return Draft(
        kind=PostingKind.DISPUTE_LOST,
        key=f"dispute:{dispute_id}:lost",
        customer_id=customer_id,
        at=at,
        lines=_moved(amount, to=Account.DISPUTE_LOSSES, out_of=Account.DISPUTED),
        source=("dispute", dispute_id),
    )


def _moved(amount: Money, *, to: Account, out_of: Account) -> tuple[Line, ...]:
    return (Line(to, amount), Line(out_of, -amount))
