import json
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from billing.access import factor
from billing.access.policies import Policy, declares
from billing.access.refusals import is_fragment
from supportdesk.people.actions.proving import Answer, Check, check_code
from supportdesk.people.actions.sessions import accept_proof
from supportdesk.people.forms import CodeForm
from supportdesk.people.queries import has_factor, has_passkey
from supportdesk.people.requests import PersonRequest


@declares(Policy.STAFF_UNVERIFIED)
@transaction.non_atomic_requests  # wrong codes are counted in a transaction of their own, whatever the settings
def prove(request: PersonRequest) -> HttpResponse:
    """The second factor, as a page and as the lock inside a panel."""
    at = timezone.now()
    if request.method != "POST":
        return _ask(request, CodeForm())
    form = CodeForm(request.POST)
    if form.is_valid():
        check = check_code(request.user, form.cleaned_data["code"], at=at)
        if check.answer is Answer.ACCEPTED and check.device is not None:
            accept_proof(request, check.device, at=at)
            return _opened(request)
        form.add_error("code", sentence_for(check, at=at))
    return _ask(request, form, status=422)


@declares(Policy.STAFF_ANY, methods=["POST"])
def lock(request: PersonRequest) -> HttpResponse:
    """Away from the desk: payment data is behind the lock again, the work stays open."""
    factor.lock(request)
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"redress:factor": {"seconds": 0}})})
    messages.info(request, "Payment data is locked.")
    return HttpResponseRedirect(_own_address(request, request.POST.get("next", "")) or reverse("people:home"))


def sentence_for(check: Check, *, at: datetime) -> str:
    if check.answer is Answer.LOCKED and check.until is not None:
        minutes = max(1, round((check.until - at).total_seconds() / 60))
        return f"Too many wrong codes. Codes work again in {minutes} minutes; a passkey works now."
    if check.answer is Answer.WAIT and check.until is not None:
        seconds = max(1, round((check.until - at).total_seconds()))
        return f"Wait {seconds} s, then type the code that your app shows then."
    if check.answer is Answer.MALFORMED:
        return "A code is six figures. A recovery code is six groups of four."
    return "This code is not right, or was used already. Wait for the next one."


def _ask(request: PersonRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    errors = form.errors.get("code")
    back = _own_address(request, request.POST.get("next") or request.GET.get("next") or "")
    context = {
        "form": form,
        "error": errors[0] if errors else "",
        "next": back,
        "next_query": urlencode({"next": back}) if back else "",
        "prove_url": reverse("people:prove"),
        "has_passkey": has_passkey(request.user),
        "with_recovery_code": "recovery" in request.GET,
        "deed": request.GET.get("for") == "deed",
    }
    if is_fragment(request):
        return render(request, "people/lock_form.html", context, status=status)
    if request.method == "GET" and not has_factor(request.user):
        return redirect("people:enrol")
    return render(request, "people/prove_page.html", context, status=status)


def _opened(request: PersonRequest) -> HttpResponse:
    if not is_fragment(request):
        return HttpResponseRedirect(_own_address(request, request.POST.get("next", "")) or reverse("people:home"))
    # Every lock on the page hears this and asks for its own panel again.
    seconds = int(factor.time_left(request).total_seconds())
    events = {"factor-proved": {"seconds": seconds}, "redress:factor": {"seconds": seconds}}
    response = render(request, "people/factor_opened.html")
    response["HX-Reswap"] = "none"
    response["HX-Trigger"] = json.dumps(events)
    return response


def _own_address(request: PersonRequest, address: str) -> str:
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe and address.startswith("/") else ""
