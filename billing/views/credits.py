"""Crediting a bill from a case: choose the kind, fill one short form, read what will happen, confirm."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from billing.access.cases import Case
from billing.access.guard import payment_view
from billing.access.refusals import is_fragment
from billing.actions.credits import CreditAsked, refuse_credit, request_credit, why_second_person
from billing.actions.credits import withdraw_credit as withdraw
from billing.actions.limits import budget_of
from billing.credit_forms import FORMS, CreditForm
from billing.credits.balance import effect_of
from billing.credits.plans import plan_for
from billing.errors import BillingRefusal
from billing.models import CreditNote, Invoice, Payment, Reading
from billing.queries.crediting import bill_of, payment_to_send_back_from, promotion_case, standing_of
from billing.states import CreditKind, OwedBack


@dataclass(frozen=True, slots=True)
class Preview:
    """What is signed is what is seen: the words, and the digest of the effect that they describe."""

    sentences: tuple[str, ...]
    seen: str
    second_person: str  # why one is needed; empty where it happens at once
    send_to: Payment | None
    owed: bool


@payment_view(permission="billing.request_credit", reading=Reading.RECORD, methods=["GET"])
def credit_form(request: HttpRequest, case: Case, invoice_id: int) -> HttpResponse:
    invoice = _invoice_of(case, invoice_id)
    kind = _kind(request.GET.get("kind", ""), invoice)
    return _page(request, case, invoice, kind, FORMS[kind](bill=bill_of(invoice)))


@payment_view(permission="billing.request_credit", money_moving=True, reading=Reading.MOVE, methods=["POST"])
def ask_credit(request: HttpRequest, case: Case, invoice_id: int) -> HttpResponse:
    """The first time it says what will happen; with ``confirmed`` it is done."""
    invoice = _invoice_of(case, invoice_id)
    kind = _kind(request.POST.get("kind", ""), invoice)
    form = FORMS[kind](request.POST, bill=bill_of(invoice))
    if not form.is_valid():
        return _page(request, case, invoice, kind, form, status=422)
    try:
        if request.POST.get("confirmed") != "on":
            return _page(request, case, invoice, kind, form, preview=_preview(request, invoice, form))
        credit = request_credit(
            invoice.pk,
            CreditAsked(form.deed(), form.owed_back(), form.cleaned_data["note"], request.POST.get("seen", "")),
            by=cast(AbstractBaseUser, request.user),
            case_ref=case.ref,
            idempotency_key=form.cleaned_data["key"],
            at=timezone.now(),
        )
    except BillingRefusal as refused:
        form.add_error(None, str(refused))
        return _page(request, case, invoice, kind, form, status=refused.status)
    response = render(request, "billing/credit_asked.html", {**_frame(request, case), "credit": credit})
    response["HX-Trigger"] = "money-changed"
    return response


@payment_view(permission="billing.request_credit", money_moving=True, reading=Reading.MOVE, methods=["POST"])
def withdraw_credit(request: HttpRequest, case: Case, note_id: int) -> HttpResponse:
    credit = get_object_or_404(CreditNote, pk=note_id, customer_id=case.customer_id)
    refusal, status = "", 200
    try:
        credit = withdraw(credit.pk, by=cast(AbstractBaseUser, request.user), at=timezone.now())
    except BillingRefusal as refused:
        refusal, status = str(refused), refused.status
    page = {**_frame(request, case), "credit": credit, "refusal": refusal}
    response = render(request, "billing/credit_asked.html", page, status=status)
    response["HX-Trigger"] = "money-changed"
    return response


def _preview(request: HttpRequest, invoice: Invoice, form: CreditForm) -> Preview:
    refuse_credit(invoice)
    deed, user = form.deed(), cast(AbstractBaseUser, request.user)
    plan = plan_for(bill_of(invoice), deed, case=promotion_case(invoice, deed))
    effect = effect_of(plan, standing_of(invoice))
    send_to = payment_to_send_back_from(invoice, amount_minor=effect.owed_minor) if effect.owed_minor else None
    owed_back = form.owed_back() if send_to else OwedBack.KEEP
    target = str(send_to.method or "the way it was paid") if send_to else ""
    words = [*effect.sentences(owed_back, target=target)]
    if form.owed_back() is OwedBack.SEND and effect.owed_minor and send_to is None:
        words.append("It cannot be sent back now: no payment of this bill can give that much back.")
    budget = budget_of(user, currency=invoice.currency)
    why = why_second_person(plan, by=user, budget=budget, at=timezone.now())
    return Preview(tuple(words), effect.digest(), why, send_to, bool(effect.owed_minor))


def _invoice_of(case: Case, invoice_id: int) -> Invoice:
    """A bill of this case's customer; anybody else's does not exist here."""
    bills = Invoice.objects.select_related("agreement", "customer")
    return get_object_or_404(bills, pk=invoice_id, customer_id=case.customer_id)


def _kind(asked: str, invoice: Invoice) -> CreditKind:
    """What was asked for; else the likeliest: a fee where the bill has one."""
    if asked in CreditKind.values:
        return CreditKind(asked)
    has_fee = any(line.kind == "fee" for line in invoice.lines.all())
    return CreditKind.FEE_WAIVER if has_fee else CreditKind.GOODWILL


def _frame(request: HttpRequest, case: Case) -> dict[str, Any]:
    return {"case": case, "layout": "billing/fragment.html" if is_fragment(request) else "desk_base.html"}


def _page(
    request: HttpRequest,
    case: Case,
    invoice: Invoice,
    kind: CreditKind,
    form: CreditForm,
    *,
    preview: Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    page = {
        **_frame(request, case),
        "invoice": invoice,
        "kind": kind,
        "kinds": CHOICES,
        "form": form,
        "preview": preview,
    }
    return render(request, "billing/credit_form.html", page, status=status)


CHOICES = (
    (CreditKind.FEE_WAIVER, "Waive a fee"),
    (CreditKind.GOODWILL, "Goodwill"),
    (CreditKind.CORRECTION, "Correct the bill"),
    (CreditKind.PROMOTION, "Apply a promotion"),
)
