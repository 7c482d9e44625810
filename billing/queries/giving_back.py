"""What a refund means for the bill behind it, and for the payments that were taken for the same thing."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from billing.diagnosis.practice import TWICE_WINDOW
from billing.models import Invoice, Payment, PaymentMethod, Refund
from billing.money import Money
from billing.queries.crediting import needed_minor
from billing.states import PaymentStatus, RefundStatus


@dataclass(frozen=True, slots=True)
class PaidAlike:
    """Another payment of the same bill, or the other one of a pair that was taken twice."""

    payment: Payment

    @property
    def taken(self) -> Money:
        return Money(self.payment.captured_minor, self.payment.currency)

    @property
    def gone(self) -> Money:
        """Sent back, on its way back, asked for, or lost to the customer's bank."""
        return Money(self.payment.captured_minor - self.payment.refundable_minor, self.payment.currency)


@dataclass(frozen=True, slots=True)
class GivingBack:
    """``needed``: what has to stay with us so that the bill, or the one purchase, is paid."""

    payment: Payment
    bill: Invoice | None
    needed: Money
    alike: tuple[PaidAlike, ...]

    @property
    def kept(self) -> Money:
        """What is with us of all these payments, and not promised back."""
        minor = self.payment.refundable_minor + sum(each.payment.refundable_minor for each in self.alike)
        return Money(minor, self.payment.currency)

    @property
    def over(self) -> Money:
        """How much can go back while the bill stays paid."""
        return Money(max(0, self.kept.minor - self.needed.minor), self.payment.currency)

    @property
    def gone_elsewhere(self) -> Money:
        return Money(sum(each.gone.minor for each in self.alike), self.payment.currency)

    def unpaid_after(self, amount_minor: int, *, held: bool = False) -> Money:
        """How much of what was paid would no longer be. ``held``: the amount is promised, and so not kept, already."""
        kept = self.kept.minor + (amount_minor if held else 0)
        left = max(0, kept - amount_minor)
        return Money(max(0, min(kept, self.needed.minor) - left), self.payment.currency)

    def not_twice(self, amount_minor: int, *, held: bool = False) -> bool:
        """Whether "charged twice" is no longer true of it: the other payment has gone back, and this one pays."""
        return bool(self.alike and self.gone_elsewhere and self.unpaid_after(amount_minor, held=held))

    @property
    def what(self) -> str:
        return f"bill {self.bill.number}" if self.bill else "the purchase"

    @property
    def warning(self) -> str:
        """Said before anybody writes an amount; empty where all of it can go back and the bill stays paid."""
        left = self.payment.refundable_minor
        if not self.unpaid_after(left) or not (self.bill or self.alike):
            return ""
        if not self.over:
            return f"No more than {self.needed} is with us for {self.what}: what goes back leaves it unpaid."
        return f"{self.over} can go back. More than that leaves {self.what} unpaid."


def giving_back(payment: Payment) -> GivingBack:
    """As the rows stand. An action reads it after it has locked the payments."""
    alike = list(_alike(payment))
    bills = [each.invoice for each in (payment, *alike) if each.invoice is not None]
    bill = bills[0] if bills else None
    needed = _needed(bill, payment) if bill else payment.captured_minor
    return GivingBack(payment, bill, Money(needed, payment.currency), tuple(map(PaidAlike, alike)))


def _needed(bill: Invoice, payment: Payment) -> int:
    return needed_minor(bill) if bill.currency == payment.currency else 0  # money of another currency pays no bill


def payments_alike(payment: Payment) -> list[int]:
    return [each.pk for each in _alike(payment)]


def _alike(payment: Payment) -> Iterator[Payment]:
    """Other payments of its bill, oldest first; then those of its amount and card within a day that have no bill."""
    rows = Payment.objects.filter(
        customer=payment.customer_id, currency=payment.currency, status=PaymentStatus.SUCCEEDED
    ).select_related("invoice", "method")
    near = (payment.created_at - TWICE_WINDOW, payment.created_at + TWICE_WINDOW)
    pair = Q(captured_minor=payment.captured_minor, created_at__range=near)
    if payment.invoice_id:
        found = rows.filter(Q(invoice=payment.invoice_id) | (pair & Q(invoice=None)))
    else:
        found = rows.filter(pair)
    others = [each for each in found.exclude(pk=payment.pk).order_by("created_at", "pk") if _belongs(each, payment)]
    bill_ids = {each.invoice_id for each in others if each.invoice_id}
    # Beside payments of two bills, one that has no bill may be a third purchase: it is nobody's twin.
    return iter(others if payment.invoice_id or len(bill_ids) < 2 else ())


def _belongs(other: Payment, payment: Payment) -> bool:
    if payment.invoice_id and other.invoice_id == payment.invoice_id:
        return True
    return _same_card(other.method, payment.method)


def _same_card(one: PaymentMethod | None, other: PaymentMethod | None) -> bool:
    """A card nobody recorded is taken for the same one, as the diagnosis does."""
    if one is None or other is None:
        return one is other
    if one.fingerprint and other.fingerprint:
        return one.fingerprint == other.fingerprint
    return one.pk == other.pk or (bool(one.last4) and (one.brand, one.last4) == (other.brand, other.last4))


def withdrawable_refunds(customer_id: int, *, by: int) -> frozenset[int]:
    """What this person asked for and nobody has decided yet."""
    rows = Refund.objects.filter(customer=customer_id, status=RefundStatus.REQUESTED, requested_by=by)
    return frozenset(rows.values_list("pk", flat=True))
