"""The simulated provider's page, in the demo alone: a person picks what their bank would answer.

It stands for a page on the provider's own site. Nothing on it asks for a card number.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from billing.access.policies import Policy, declares
from billing.gateways.registry import SIMULATED
from billing.gateways.simulated.hosted import Outcome, pick, session_of
from billing.money import Money


@declares(Policy.DEMO_ONLY)
def hosted_page(request: HttpRequest, token: str) -> HttpResponse:
    session = session_of(token, at=timezone.now()) if settings.PAYMENT_PROVIDER == SIMULATED else None
    if session is None:
        raise Http404("No such page.")
    error = ""
    if request.method == "POST":
        outcome = request.POST.get("outcome", "")
        if outcome in list(Outcome):
            status = pick(token, Outcome(outcome), at=timezone.now())
            return HttpResponseRedirect(session.back_to if status in {"complete", "expired"} else request.path)
        error = "Choose what the bank answers."
    page = {"session": session, "amount": Money(session.amount_minor, session.currency), "error": error}
    return render(request, "billing/simulated_page.html", page, status=422 if error else 200)
