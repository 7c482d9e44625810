"""The customer's own bills, payments and refunds. Plain pages; each says what happened and what comes next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from billing.access.guard import customer_money_view
from billing.diagnosis import diagnose
from billing.diagnosis.findings import CustomerFinding, RecordKind
from billing.diagnosis_facts import diagnosis_facts
from billing.models import Customer
from billing.queries import portal


@customer_money_view()
def bills(request: HttpRequest, customer: Customer) -> HttpResponse:
    page = portal.bills_page(customer, before=request.GET.get("before", ""))
    return render(request, "billing/bills_page.html", {"page": page, "section": "bills"})


@customer_money_view()
def payments(request: HttpRequest, customer: Customer) -> HttpResponse:
    page = portal.payments_page(customer, before=request.GET.get("before", ""))
    context = {"page": page, "section": "payments"}
    return render(request, "billing/payments_page.html", context)


@customer_money_view()
def payment(request: HttpRequest, customer: Customer, reference: str) -> HttpResponse:
    found = get_object_or_404(portal.payments_of(customer), reference=reference)
    news = happened(customer, RecordKind.PAYMENT, found.pk)
    return render(request, "billing/payment_page.html", {"payment": found, "happened": news, "section": "payments"})


@customer_money_view()
def refund(request: HttpRequest, customer: Customer, reference: str) -> HttpResponse:
    found = get_object_or_404(portal.refunds_of(customer), reference=reference)
    news = happened(customer, RecordKind.REFUND, found.pk)
    return render(request, "billing/refund_page.html", {"refund": found, "happened": news, "section": "payments"})


def happened(customer: Customer, kind: RecordKind, record_id: int) -> list[CustomerFinding]:
    at = timezone.now()
    return portal.what_happened(diagnose(diagnosis_facts(customer.pk, at=at), at=at), kind, record_id)
