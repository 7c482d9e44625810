import segno
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from billing.access.policies import Policy, declares
from supportdesk.people.access import get_factor_for, may_enrol
from supportdesk.people.actions import enrolling
from supportdesk.people.actions.proving import Answer
from supportdesk.people.context import PRODUCT_NAME
from supportdesk.people.errors import LastFactor, MayNotEnrol
from supportdesk.people.factors import enrolment_address, grouped
from supportdesk.people.forms import EnrolForm, NameForm
from supportdesk.people.models import TotpDevice
from supportdesk.people.queries import factor_rows, has_factor, recovery_codes_left
from supportdesk.people.requests import PersonRequest
from supportdesk.people.views.proving import sentence_for


@declares(Policy.STAFF_ANY, methods=["GET"])
def devices(request: PersonRequest) -> HttpResponse:
    context = {"factors": factor_rows(request.user), "codes_left": recovery_codes_left(request.user)}
    return render(request, "people/devices_page.html", context)


@declares(Policy.STAFF_UNVERIFIED)
def enrol(request: PersonRequest) -> HttpResponse:
    """Choose what to add. A POST makes the secret of an app; a GET writes nothing."""
    if not may_enrol(request, user=request.user, at=timezone.now()):
        return _not_yet(request)
    if request.method == "POST":
        enrolling.begin_app(request.user)
        return redirect("people:enrol_app")
    return render(request, "people/enrol_page.html", {"is_first": not has_factor(request.user)})


@declares(Policy.STAFF_UNVERIFIED)
@transaction.non_atomic_requests
def enrol_app(request: PersonRequest) -> HttpResponse:
    """The secret as a picture and as text, and the code that shows it arrived."""
    at = timezone.now()
    if not may_enrol(request, user=request.user, at=at):
        return _not_yet(request)
    device = TotpDevice.objects.filter(user=request.user, confirmed=False).first()
    if device is None:
        return redirect("people:enrol")
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code, name = form.cleaned_data["code"], form.cleaned_data["name"]
        check = enrolling.confirm_app(request, user=request.user, code=code, name=name, at=at)
        if check.answer is Answer.ACCEPTED:
            messages.success(request, "Your app is set up.")
            return redirect("people:codes" if not recovery_codes_left(request.user) else "people:devices")
        form.add_error("code", sentence_for(check, at=at))
    context = {"form": form, "secret": grouped(device.seed), "picture": _picture(request, device)}
    return render(request, "people/enrol_app_page.html", context, status=422 if form.errors else 200)


@declares(Policy.STAFF_FRESH)
def codes(request: PersonRequest) -> HttpResponse:
    """A GET says how many are left; a POST makes new ones and shows them, this once."""
    made: list[str] = []
    if request.method == "POST":
        made = [grouped(code) for code in enrolling.make_recovery_codes(request.user, request=request)]
    context = {"codes": made, "left": recovery_codes_left(request.user)}
    return render(request, "people/codes_page.html", context)


@declares(Policy.STAFF_FRESH, methods=["POST"])
def rename(request: PersonRequest, kind: str, pk: int) -> HttpResponse:
    device = get_factor_for(request.user, kind=kind, pk=pk)
    form = NameForm(request.POST)
    if form.is_valid():
        enrolling.rename_factor(device, to=form.cleaned_data["name"], by=request.user, request=request)
    else:
        messages.error(request, "A name has 1 to 64 characters.")
    return redirect("people:devices")


@declares(Policy.STAFF_FRESH, methods=["POST"])
def remove(request: PersonRequest, kind: str, pk: int) -> HttpResponse:
    device = get_factor_for(request.user, kind=kind, pk=pk)
    try:
        enrolling.remove_factor(device, by=request.user, request=request)
    except LastFactor as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{device.name}” no longer opens anything.")
    return redirect("people:devices")


def _not_yet(request: PersonRequest) -> HttpResponse:
    if has_factor(request.user):
        return redirect("people:prove")
    return render(request, "people/enrol_refused_page.html", {"why": str(MayNotEnrol())}, status=403)


def _picture(request: PersonRequest, device: TotpDevice) -> str:
    address = enrolment_address(device.seed, account=request.user.email, issuer=PRODUCT_NAME)
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))
