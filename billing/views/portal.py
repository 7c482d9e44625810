"""The customer's own bills, payments and refunds. Plain pages; each says what happened and what comes next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from billing.access.guard import customer_money_view
from billing.diagnosis import diagnose
from billing.diagnosis.findings import Diagnosis, RecordKind
from billing.diagnosis_facts import diagnosis_facts
from billing.models import Customer
from billing.queries import portal
from billing.queries.repeats import taken_again


@customer_money_view()
def bills(request: HttpRequest, customer: Customer) -> HttpResponse:
    page = portal.bills_page(customer, before=request.GET.get("before", ""))
    return render(request, "billing/bills_page.html", {"page": page, "section": "bills"})


@customer_money_view()
def payments(request: HttpRequest, customer: Customer) -> HttpResponse:
    page = portal.payments_page(customer, before=request.GET.get("before", ""))
    context = {"page": page, "repeats": taken_again(_found(customer).findings), "section": "payments"}
    return render(request, "billing/payments_page.html", context)


@customer_money_view()
def payment(request: HttpRequest, customer: Customer, reference: str) -> HttpResponse:
    found = get_object_or_404(portal.payments_of(customer), reference=reference)
    page = {"payment": found, **happened(customer, RecordKind.PAYMENT, found.pk), "section": "payments"}
    return render(request, "billing/payment_page.html", page)


@customer_money_view()
def refund(request: HttpRequest, customer: Customer, reference: str) -> HttpResponse:
    found = get_object_or_404(portal.refunds_of(customer), reference=reference)
    page = {"refund": found, **happened(customer, RecordKind.REFUND, found.pk), "section": "payments"}
    return render(request, "billing/refund_page.html", page)


def happened(customer: Customer, kind: RecordKind, record_id: int) -> dict[str, object]:
    """For the page of one record: what is told of it, and which payments were taken once too often."""
    diagnosis = _found(customer)
    told = portal.what_happened(diagnosis, kind, record_id)
    return {"happened": told, "repeats": taken_again(diagnosis.findings)}


def _found(customer: Customer) -> Diagnosis:
    at = timezone.now()
    return diagnose(diagnosis_facts(customer.pk, at=at), at=at)
