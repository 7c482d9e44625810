"""The money side of a ticket, in its own address and behind its own guard."""

from typing import cast

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billing.access.cases import Case
from billing.access.guard import payment_view
from billing.actions.sightings import keep_sighting
from billing.diagnosis import diagnose
from billing.diagnosis_facts import diagnosis_facts
from billing.ledger.balances import customer_balances
from billing.models import Customer, Reading
from billing.queries.bills import credits_of_case
from billing.queries.giving_back import withdrawable_refunds
from billing.queries.panel import money_panel


@payment_view(reading=Reading.PANEL, methods=["GET"])
def panel(request: HttpRequest, case: Case) -> HttpResponse:
    """Findings, what can be done, payments, the last bills. One recorded look."""
    at, user = timezone.now(), cast(AbstractBaseUser, request.user)
    facts = diagnosis_facts(case.customer_id, at=at)
    diagnosis = diagnose(facts, at=at)
    page = {
        "case": case,
        "customer": Customer.objects.get(pk=case.customer_id),
        "panel": money_panel(facts, diagnosis, at=at),
        "site": settings.SITE_ADDRESS,
        "changed": keep_sighting(diagnosis, case_ref=case.ref, customer_id=case.customer_id, by=user, at=at),
        "credits": credits_of_case(case.customer_id),
        "balances": customer_balances(case.customer_id),
        "withdrawable": withdrawable_refunds(case.customer_id, by=user.pk),
        "may_refund": request.user.has_perm("billing.request_refund"),
        "may_credit": request.user.has_perm("billing.request_credit"),
    }
    return render(request, "billing/panel.html", page)
