"""A customer's money as a person would keep it on paper, beside the drafts that the same facts make for the books."""

from random import Random

from billing.ledger import drafts
from billing.ledger.drafts import Draft
from billing.money import Money
from tests.billing.records import AT

DEEDS = ("bill", "credit", "pay", "refund", "fail", "dispute", "win", "lose")
History = list[tuple[str, int]]


def usd(minor: int) -> Money:
    return Money(minor, "USD")


class Model:
    def __init__(self) -> None:
        self.numbers = iter(range(1, 10_000))
        self.owed = self.clearing = self.disputed = 0
        self.paid: list[int] = []
        self.refunds: list[tuple[int, int]] = []
        self.disputes: list[tuple[int, int]] = []
        self.drafts: list[Draft] = []

    def step(self, deed: str, size: int) -> None:
        getattr(self, deed)(size)

    def bill(self, size: int) -> None:
        self.owed += size
        self._book(drafts.invoice_issued, invoice_id=next(self.numbers), total=usd(size))

    def credit(self, size: int) -> None:
        self.owed -= size
        self._book(drafts.invoice_credited, invoice_id=next(self.numbers), amount=usd(size), reference="CN")

    def pay(self, size: int) -> None:
        self.owed -= size
        self.clearing += size
        self.paid.append(size)
        self._book(drafts.payment_received, payment_id=next(self.numbers), amount=usd(size))

    def refund(self, size: int) -> None:
        if self.paid:
            size = self._part_of_a_payment(size)
            refund_id = next(self.numbers)
            self.refunds.append((refund_id, size))
            self.owed += size
            self.clearing -= size
            self._book(drafts.refund_sent, refund_id=refund_id, amount=usd(size))

    def fail(self, size: int) -> None:
        if self.refunds:
            refund_id, size = self.refunds.pop()
            self.paid.append(size)
            self.owed -= size
            self.clearing += size
            self._book(drafts.refund_failed, refund_id=refund_id, amount=usd(size))

    def dispute(self, size: int) -> None:
        if self.paid:
            size = self._part_of_a_payment(size)
            dispute_id = next(self.numbers)
            self.disputes.append((dispute_id, size))
            self.clearing -= size
            self.disputed += size
            self._book(drafts.dispute_opened, dispute_id=dispute_id, amount=usd(size), fee=None)

    def win(self, size: int) -> None:
        if self.disputes:
            dispute_id, size = self.disputes.pop()
            self.paid.append(size)
            self.clearing += size
            self.disputed -= size
            self._book(drafts.dispute_won, dispute_id=dispute_id, amount=usd(size))

    def lose(self, size: int) -> None:
        if self.disputes:
            dispute_id, size = self.disputes.pop()
            self.disputed -= size
            self._book(drafts.dispute_lost, dispute_id=dispute_id, amount=usd(size))

    def _part_of_a_payment(self, size: int) -> int:
        whole = self.paid.pop()
        part = min(size, whole)
        if whole > part:
            self.paid.append(whole - part)
        return part

    def _book(self, make: object, **facts: object) -> None:
        self.drafts.append(make(customer_id=1, at=AT, **facts))  # type: ignore[operator]


def played(history: History) -> Model:
    model = Model()
    for deed, size in history:
        model.step(deed, size)
    return model


def random_history(random: Random) -> History:
    """Short ones find what long ones find, and more of them fit into a minute. Some money comes first."""
    more = [(random.choice(DEEDS), random.randint(1, 10**6)) for _ in range(random.randint(1, 10))]
    return [("bill", random.randint(1, 10**6)), ("pay", random.randint(1, 10**6)), *more]
