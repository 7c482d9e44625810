"""Asking for a refund from a case: what will happen is shown in full before it happens."""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from billing.access.cases import Case
from billing.access.guard import payment_view
from billing.access.refusals import is_fragment
from billing.actions.refunds import request_refund
from billing.actions.refunds import withdraw_refund as withdraw
from billing.errors import BillingRefusal
from billing.forms import RefundForm
from billing.models import Payment, Reading, Refund
from billing.money import Money
from billing.queries.giving_back import giving_back
from billing.states import RefundReason


@payment_view(permission="billing.request_refund", reading=Reading.RECORD, methods=["GET"])
def refund_form(request: HttpRequest, case: Case, payment_id: int) -> HttpResponse:
    """The form with the amount, the currency and the card it goes back to."""
    payment = _payment_of(case, payment_id)
    amount = _amount_asked(request.GET.get("amount", ""), payment)
    told = giving_back(payment)
    twice = told.alike and told.over and not told.not_twice(amount.minor)
    likely = RefundReason.DUPLICATE if twice else ""  # where nothing says so, the agent chooses
    initial = {"amount": amount.digits(), "reason": request.GET.get("reason", likely)}
    return _form_page(request, case, payment, RefundForm(payment=payment, initial=initial))


@payment_view(permission="billing.request_refund", money_moving=True, reading=Reading.MOVE, methods=["POST"])
def ask_refund(request: HttpRequest, case: Case, payment_id: int) -> HttpResponse:
    payment = _payment_of(case, payment_id)
    form = RefundForm(request.POST, payment=payment)
    if not form.is_valid():
        return _form_page(request, case, payment, form, status=422)
    try:
        refund = request_refund(
            payment.pk,
            amount_minor=form.cleaned_data["amount"],
            reason=RefundReason(form.cleaned_data["reason"]),
            by=cast(AbstractBaseUser, request.user),
            case_ref=case.ref,
            idempotency_key=form.cleaned_data["key"],
            at=timezone.now(),
        )
    except BillingRefusal as refused:
        form.add_error(None, str(refused))
        return _form_page(request, case, payment, form, status=refused.status)
    response = render(request, "billing/refund_asked.html", {**_frame(request, case), "refund": refund})
    response["HX-Trigger"] = "money-changed"
    return response


@payment_view(permission="billing.request_refund", money_moving=True, reading=Reading.MOVE, methods=["POST"])
def withdraw_refund(request: HttpRequest, case: Case, refund_id: int) -> HttpResponse:
    refund = get_object_or_404(Refund, pk=refund_id, customer_id=case.customer_id)
    refusal, status = "", 200
    try:
        refund = withdraw(refund.pk, by=cast(AbstractBaseUser, request.user), at=timezone.now())
    except BillingRefusal as refused:
        refusal, status = str(refused), refused.status
    page = {**_frame(request, case), "refund": refund, "refusal": refusal}
    response = render(request, "billing/refund_asked.html", page, status=status)
    response["HX-Trigger"] = "money-changed"
    return response


def _amount_asked(text: str, payment: Payment) -> Money:
    """What a finding proposes, in minor units; all that is left where it proposes nothing or too much."""
    left = payment.refundable_minor
    proposed = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
    return Money(min(proposed or left, left), payment.currency)


def _payment_of(case: Case, payment_id: int) -> Payment:
    """A payment of this case's customer; anybody else's does not exist here."""
    payments = Payment.objects.select_related("method", "invoice", "customer")
    return get_object_or_404(payments, pk=payment_id, customer_id=case.customer_id)


def _frame(request: HttpRequest, case: Case) -> dict[str, object]:
    return {"case": case, "layout": "billing/fragment.html" if is_fragment(request) else "desk_base.html"}


def _form_page(
    request: HttpRequest, case: Case, payment: Payment, form: RefundForm, *, status: int = 200
) -> HttpResponse:
    page = {**_frame(request, case), "payment": payment, "form": form, "told": giving_back(payment)}
    return render(request, "billing/refund_form.html", page, status=status)
