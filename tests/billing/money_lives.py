"""A bill lives through real deeds in random order: credited, corrected, refunded; and what must hold after each."""

from itertools import count
from random import Random

from billing.access.scopes import seeing_as_system
from billing.actions.provider_refunds import write_outcome
from billing.actions.refunds import request_refund
from billing.credits.plans import Correct, Deed, Goodwill, WaiveFee
from billing.errors import BillingRefusal
from billing.gateways.facts import RefundFacts
from billing.ledger.balances import customer_balances, trial_balance
from billing.locks import lock_refund
from billing.models import Invoice, Payment, Refund
from billing.states import InvoiceStatus, OwedBack, RefundReason, RefundStatus
from supportdesk.people.models import User
from tests.billing.credits.bills import AT, a_bill, ask, pay

STEPS = ("waive", "goodwill", "correct", "refund", "send", "fail", "pay")
_keys = count(1)


class Life:
    """One customer's bills, and the person who does everything."""

    def __init__(self, by: User, *, paid: bool) -> None:
        self.by = by
        self.first = a_bill(paid=paid)
        self.customer_id = self.first.customer_id
        self.refused = self.done = 0

    def step(self, deed: str, size: int, *, send: bool) -> None:
        try:
            getattr(self, deed)(size, OwedBack.SEND if send else OwedBack.KEEP)
            self.done += 1
        except BillingRefusal:
            self.refused += 1

    def waive(self, size: int, owed_back: OwedBack) -> None:
        self._credit(WaiveFee(2), owed_back)

    def goodwill(self, size: int, owed_back: OwedBack) -> None:
        self._credit(Goodwill(size), owed_back)

    def correct(self, size: int, owed_back: OwedBack) -> None:
        amounts = {line.position: line.amount_minor for line in self._bill().lines.all()}
        amounts[min(amounts, default=1)] = size
        self._credit(Correct(tuple(sorted(amounts.items()))), owed_back)

    def refund(self, size: int, owed_back: OwedBack) -> None:
        payment = Payment.objects.filter(customer=self.customer_id).order_by("pk").last()
        if payment is not None:
            request_refund(
                payment.pk,
                amount_minor=size,
                reason=RefundReason.GOODWILL,
                by=self.by,
                case_ref="7",
                idempotency_key=f"life-{next(_keys)}",
                at=AT,
            )

    def send(self, size: int, owed_back: OwedBack) -> None:
        """Every refund that waits reaches the bank."""
        self._outcome(RefundStatus.APPROVED, "succeeded")

    def fail(self, size: int, owed_back: OwedBack) -> None:
        """Every refund that reached the bank comes back."""
        self._outcome(RefundStatus.SUCCEEDED, "failed")

    def pay(self, size: int, owed_back: OwedBack) -> None:
        bill = self._bill()
        if bill.status == InvoiceStatus.OPEN:
            pay(bill, amount_minor=size)

    def _bill(self) -> Invoice:
        return Invoice.objects.filter(customer=self.customer_id).order_by("pk").last() or self.first

    def _credit(self, deed: Deed, owed_back: OwedBack) -> None:
        ask(self._bill(), deed, by=self.by, key=f"life-{next(_keys)}", owed_back=owed_back)

    def _outcome(self, now: RefundStatus, becomes: str) -> None:
        for pk in Refund.objects.filter(customer=self.customer_id, status=now).values_list("pk", flat=True):
            payment, refund = lock_refund(pk)
            if now == RefundStatus.APPROVED:
                # As the sender would: the step to "being sent" is its own.
                from billing.actions.statuses import set_status

                set_status(refund, RefundStatus.SENDING)
                refund.save(update_fields=["status"])
            facts = RefundFacts(object_id=f"re_{pk}", status=becomes, amount_minor=refund.amount_minor)
            write_outcome(refund, payment, facts, settled_at=AT, at=AT)

    def broken(self) -> list[str]:
        """What does not hold; empty when the books, the bills and the payments agree."""
        found = [f"{key} is not even: {value}" for key, value in _sums().items() if value]
        owed = sum(balance.minor for balance in customer_balances(self.customer_id))
        bills = list(Invoice.objects.filter(customer=self.customer_id))
        payments = list(Payment.objects.filter(customer=self.customer_id))
        gone = sum(
            refund.amount_minor
            for refund in Refund.objects.filter(customer=self.customer_id, status=RefundStatus.SUCCEEDED)
        )
        expected = sum(bill.total_minor - bill.credited_minor for bill in bills)
        expected += gone - sum(payment.captured_minor for payment in payments)
        if owed != expected:
            found.append(f"the books say {owed}, the records {expected}")
        found += [f"{bill} is credited below zero" for bill in bills if bill.credited_minor > bill.total_minor]
        found += [f"{payment} gave back too much" for payment in payments if payment.refundable_minor < 0]
        return found


def _sums() -> dict[str, int]:
    sums: dict[str, int] = {}
    for (_, currency), total in trial_balance().items():
        sums[currency] = sums.get(currency, 0) + total
    return sums


def live(random: Random, *, by: User) -> Life:
    with seeing_as_system():
        life = Life(by, paid=random.random() < 0.7)
        for _ in range(random.randint(2, 8)):
            size = random.choice([1, 500, 1_000, 1_500, 9_000, 10_000, 11_500, 12_000])
            life.step(random.choice(STEPS), size, send=random.random() < 0.5)
    return life
