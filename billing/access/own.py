"""A customer's own data on a page that is not about money alone: their question, with a refund and a quoting answer.

Pages of bills and payments use ``customer_money_view``. This is for pages that also serve people without any billing
record, to whom the database then shows nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

from billing.access.reads import Look, record_seen
from billing.access.scopes import seeing_as_customer
from billing.models import Customer, Invoice, Payment, Reading
from billing.states import InvoiceStatus


def own_customer(user: AbstractBaseUser | AnonymousUser) -> Customer | None:
    return Customer.objects.filter(user_id=user.pk).first() if user.is_authenticated else None


@contextmanager
def seeing_own(request: HttpRequest, *, view: str, case_ref: str = "") -> Iterator[Customer | None]:
    """The signed-in customer's scope, and the row that says they looked. Render inside the block."""
    customer = own_customer(request.user)
    if customer is None:
        yield None
        return
    with seeing_as_customer(customer.pk):
        look = Look(view=view, reading=Reading.OWN, case_ref=case_ref, customer_id=customer.pk)
        record_seen(request, look)
        yield customer


def own_record(customer: Customer | None, reference: str) -> Payment | Invoice | None:
    """The payment or the bill of this customer with just this number, for a question about it."""
    if customer is None or not reference:
        return None
    with seeing_as_customer(customer.pk):
        payment = Payment.objects.filter(customer=customer, reference=reference).first()
        bills = Invoice.objects.filter(customer=customer, number=reference).exclude(status=InvoiceStatus.DRAFT)
        return payment or bills.first()
