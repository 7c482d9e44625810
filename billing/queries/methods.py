"""How a customer pays: each card or account with its expiry, and what it pays for. In the customer's scope."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from billing.models import Agreement, Customer, PaymentMethod
from billing.states import AgreementStatus, MethodStatus

SOON: Final = timedelta(days=60)
RUNNING: Final = (AgreementStatus.PENDING, AgreementStatus.ACTIVE, AgreementStatus.GRACE)


@dataclass(frozen=True, slots=True)
class MethodRow:
    method: PaymentMethod
    expires_on: date | None
    pays_for: tuple[Agreement, ...]
    today: date

    @property
    def expired(self) -> bool:
        gone = self.expires_on is not None and self.expires_on < self.today
        return gone or self.method.status in {MethodStatus.EXPIRED, MethodStatus.REVOKED}

    @property
    def expires_soon(self) -> bool:
        return not self.expired and self.expires_on is not None and self.expires_on <= self.today + SOON

    @property
    def fails_next_bill(self) -> date | None:
        """The first bill that this card will not live to pay."""
        if self.expires_on is None:
            return None
        days = [
            each.next_bill_on for each in self.pays_for if each.next_bill_on and each.next_bill_on > self.expires_on
        ]
        return min(days, default=None)


@dataclass(frozen=True, slots=True)
class WaysToPay:
    methods: list[MethodRow]
    agreements: list[Agreement]  # running ones, each of which may be given another method


def ways_to_pay(customer: Customer, *, today: date) -> WaysToPay:
    agreements = list(
        Agreement.objects.filter(customer=customer, status__in=RUNNING)
        .select_related("payment_method")
        .order_by("title", "pk")
    )
    methods = PaymentMethod.objects.filter(customer=customer).exclude(status=MethodStatus.DETACHED)
    rows = [
        MethodRow(
            method,
            _expires_on(method),
            tuple(each for each in agreements if each.payment_method_id == method.pk),
            today,
        )
        for method in methods.order_by("-created_at", "-pk")
    ]
    rows.sort(key=lambda row: not row.pays_for)  # what is used stands first
    return WaysToPay(rows, agreements)


def _expires_on(method: PaymentMethod) -> date | None:
    """A card is good to the last day of its month."""
    if not (method.exp_month and method.exp_year):
        return None
    return date(method.exp_year, method.exp_month, monthrange(method.exp_year, method.exp_month)[1])
