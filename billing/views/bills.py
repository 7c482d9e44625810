"""A customer's bill as it was seen, on the screen and on paper, and the credit notes about it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from billing.access.guard import customer_money_view
from billing.actions.renderings import first_seen
from billing.diagnosis.findings import RecordKind
from billing.models import Customer, Invoice
from billing.queries import portal
from billing.queries.bills import bill_now, credits_of, seen_bill
from billing.views.paying import may_go_to_the_provider
from billing.views.portal import happened


@may_go_to_the_provider
@customer_money_view()
def bill(request: HttpRequest, customer: Customer, number: str) -> HttpResponse:
    found = _bill(customer, number)
    page = {
        "seen": seen_bill(first_seen(found, at=timezone.now())),
        "now": bill_now(found),
        "bill": found,
        **happened(customer, RecordKind.INVOICE, found.pk),
        "section": "bills",
    }
    return render(request, "billing/bill_page.html", page)


@customer_money_view()
def print_bill(request: HttpRequest, customer: Customer, number: str, version: int = 0) -> HttpResponse:
    """The sheet alone. Any browser's own print, and "save as PDF", make paper of it; no script is needed."""
    found = _bill(customer, number)
    rendering = first_seen(found, at=timezone.now())
    if version:
        rendering = get_object_or_404(found.renderings, number=version)
    return render(request, "billing/bill_print_page.html", {"seen": seen_bill(rendering), "bill": found})


@customer_money_view()
def credit(request: HttpRequest, customer: Customer, number: str) -> HttpResponse:
    found = get_object_or_404(credits_of(customer), number=number)
    return render(request, "billing/credit_page.html", {"credit": found, "section": "bills"})


def _bill(customer: Customer, number: str) -> Invoice:
    found = portal.bills_of(customer).filter(number=number).first()
    if found is None:
        raise Http404("No such bill.")
    return found
