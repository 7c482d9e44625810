"""Going to the provider's page and coming back: to pay a bill, or to change how an agreement is paid.

A card number is typed there and never here. The provider is called outside any transaction.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar, cast

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from billing.access.guard import customer_money_view
from billing.access.own import seeing_own
from billing.access.policies import Policy, declares
from billing.actions.checkouts import start_bill_payment, start_method_change
from billing.errors import BillNotPayable
from billing.gateways.registry import configured_gateway
from billing.models import Agreement, Customer, Invoice
from billing.queries.methods import RUNNING, ways_to_pay
from billing.queries.visits import visit_now, visit_of

V = TypeVar("V", bound=Callable[..., object])


def may_go_to_the_provider(view: V) -> V:
    """A form on this page ends at the provider: browsers hold a redirect to ``form-action`` as well."""
    # The library's types know views without arguments only.
    return cast(V, csp_update({"form-action": [settings.PAYMENT_PAGE_ORIGIN]})(cast(Any, view)))


@may_go_to_the_provider
@customer_money_view()
def methods(request: HttpRequest, customer: Customer) -> HttpResponse:
    ways = ways_to_pay(customer, today=timezone.localdate())
    return render(request, "billing/methods_page.html", {"ways": ways, "section": "payments"})


@declares(Policy.CUSTOMER, methods=("POST",))
def pay(request: HttpRequest, number: str) -> HttpResponse:
    with seeing_own(request, view="billing.views.paying.pay") as customer:
        found = Invoice.objects.filter(customer=customer, number=number).first() if customer else None
        if found is None:
            raise Http404("No such bill.")
    try:
        url = start_bill_payment(found.pk, gateway=configured_gateway(), at=timezone.now())
    except BillNotPayable as refused:
        return _not_now(request, str(refused), f"/my/bills/{number}/")
    return _go(url)


@declares(Policy.CUSTOMER, methods=("POST",))
def change_method(request: HttpRequest, reference: str) -> HttpResponse:
    with seeing_own(request, view="billing.views.paying.change_method") as customer:
        theirs = Agreement.objects.filter(customer=customer, reference=reference, status__in=RUNNING)
        found = theirs.first() if customer else None
        if found is None:
            raise Http404("No such agreement.")
    try:
        url = start_method_change(found.pk, gateway=configured_gateway(), at=timezone.now())
    except BillNotPayable as refused:
        return _not_now(request, str(refused), "/my/methods/")
    return _go(url)


@may_go_to_the_provider
@customer_money_view()
def visit(request: HttpRequest, customer: Customer, reference: str) -> HttpResponse:
    """Where the provider sends the customer back to. What it says in the address is not believed: its events are."""
    checkout = visit_of(customer, reference)
    if checkout is None:
        raise Http404("No such visit.")
    now = visit_now(checkout, left=request.GET.get("left") == "yes", at=timezone.now())
    response = render(request, "billing/visit_page.html", {"now": now, "section": "payments"})
    if now.ask_again:
        response["Refresh"] = str(now.ask_again)  # without scripts as well
    return response


def _go(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _not_now(request: HttpRequest, why: str, back: str) -> HttpResponse:
    context = {"why": why, "back": back, "section": "payments"}
    return render(request, "billing/not_payable_page.html", context, status=HTTPStatus.CONFLICT)
