"""How a visit to the provider's page stands, for the customer who comes back from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from billing.models import Checkout, Customer, Payment
from billing.queries.crediting import standing_of
from billing.states import CheckoutKind, CheckoutStatus, InvoiceStatus, PaymentStatus

ASK_AGAIN: Final = 3  # seconds; after the first minute, longer
ASK_AGAIN_LATER: Final = 15
PATIENCE: Final = timedelta(minutes=30)


class Stand(StrEnum):
    DONE = "done"
    WAITING = "waiting"  # the provider has not told us yet
    DECLINED = "declined"
    LEFT = "left"
    RAN_OUT = "ran_out"


@dataclass(frozen=True, slots=True)
class VisitNow:
    checkout: Checkout
    stand: Stand
    ask_again: int  # in so many seconds; zero: there is nothing to wait for

    @property
    def is_payment(self) -> bool:
        return self.checkout.kind == CheckoutKind.PAYMENT


def visit_of(customer: Customer, reference: str) -> Checkout | None:
    visits = Checkout.objects.filter(customer=customer, reference=reference)
    return visits.select_related("invoice", "agreement", "method").first()


def visit_now(checkout: Checkout, *, left: bool, at: datetime) -> VisitNow:
    stand = _stand(checkout, left=left)
    wait = 0
    if stand is Stand.WAITING and at < checkout.created_at + PATIENCE:
        wait = ASK_AGAIN if at < checkout.created_at + timedelta(minutes=2) else ASK_AGAIN_LATER
    return VisitNow(checkout, stand, wait)


def _stand(checkout: Checkout, *, left: bool) -> Stand:
    if _is_done(checkout):
        return Stand.DONE
    if checkout.status == CheckoutStatus.EXPIRED:
        return Stand.RAN_OUT
    if checkout.status != CheckoutStatus.COMPLETE and left:
        return Stand.DECLINED if _was_declined(checkout) else Stand.LEFT
    return Stand.WAITING


def _is_done(checkout: Checkout) -> bool:
    invoice = checkout.invoice
    if invoice is None:
        return checkout.method_id is not None
    return invoice.status == InvoiceStatus.PAID or not standing_of(invoice).due_minor


def _was_declined(checkout: Checkout) -> bool:
    tries = Payment.objects.filter(invoice=checkout.invoice, created_at__gte=checkout.created_at)
    return checkout.invoice_id is not None and tries.filter(status=PaymentStatus.FAILED).exists()
