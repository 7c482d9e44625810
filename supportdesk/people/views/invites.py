from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from billing.access.policies import Policy, declares
from supportdesk.people.access import get_enrolment_invite_for, get_invite
from supportdesk.people.actions import invites
from supportdesk.people.actions.sessions import allow_enrolment
from supportdesk.people.errors import InviteUsedUp
from supportdesk.people.forms import JoinForm
from supportdesk.people.requests import PersonRequest
from supportdesk.people.states import ENROL_WITHIN, InvitePurpose


@declares(Policy.PUBLIC)
def join(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    invite = get_invite(token, purpose=InvitePurpose.JOIN, at=at)
    form = JoinForm(request.POST or None, email=invite.email)
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        try:
            user = invites.join(invite, name=name, password=password, at=at, request=request)
        except InviteUsedUp:
            raise Http404 from None
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        allow_enrolment(request, until=at + ENROL_WITHIN)
        messages.success(request, "Welcome. One thing is left: your second factor.")
        return redirect("people:enrol")
    context = {"form": form, "invite": invite}
    status = 422 if form.errors else 200
    return _kept_secret(render(request, "people/join_page.html", context, status=status))


@declares(Policy.STAFF_UNVERIFIED)
def enrol_again(request: PersonRequest, token: str) -> HttpResponse:
    """The mailed link after a reset: signed in by password, and holding the link, one may enrol."""
    at = timezone.now()
    invite = get_enrolment_invite_for(request.user, token=token, at=at)
    if request.method == "POST":
        invites.take_up_enrolment(invite, user=request.user, at=at, request=request)
        return redirect("people:enrol")
    return _kept_secret(render(request, "people/enrol_again_page.html"))


def _kept_secret(response: HttpResponse) -> HttpResponse:
    """The address of this page is a secret: it goes into no referrer and no cache. The origin alone does: with none at
    all a browser would send "Origin: null" with the form, which is refused as somebody else's."""
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "no-store, private"
    return response
