"""Looking after colleagues: invite, roles, a lost phone, somebody who leaves. Each deed asks for a fresh factor."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from billing.access.policies import Policy, declares
from supportdesk.people import queries
from supportdesk.people.access import get_colleague_for
from supportdesk.people.actions import accounts, invites, roles
from supportdesk.people.errors import Refused
from supportdesk.people.forms import InviteForm, ResetForm, RolesForm
from supportdesk.people.models import IdentityEvent, User
from supportdesk.people.requests import PersonRequest
from supportdesk.people.states import ResetReason

SEE = "people.see_colleagues"
RESET = "people.reset_factor"


@declares(Policy.STAFF_FRESH, methods=["GET"], permission=SEE)
def staff(request: PersonRequest) -> HttpResponse:
    context = {
        "people": queries.staff(),
        "invites": queries.open_invites(at=timezone.now()),
        "may_manage": request.user.has_perm("people.manage_people"),
    }
    return render(request, "people/staff_page.html", context)


@declares(Policy.STAFF_FRESH, methods=["GET"], permission=SEE)
def colleague(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_colleague_for(request.user, pk=pk)
    return _page(request, person, ResetForm(), RolesForm(initial={"roles": sorted(person.roles)}))


@declares(Policy.STAFF_FRESH, methods=["POST"], permission=RESET)
def reset_factor(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_colleague_for(request.user, pk=pk)
    form = ResetForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, RolesForm(initial={"roles": sorted(person.roles)}), status=422)
    why = ResetReason(form.cleaned_data["why"])
    try:
        accounts.reset_second_factor(person, by=request.user, why=why, at=timezone.now(), request=request)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{person} is signed out everywhere and has a mail with the way to enrol again.")
    return redirect("people:colleague", pk=pk)


@declares(Policy.ADMINISTRATOR_FRESH, methods=["POST"])
def set_roles(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_colleague_for(request.user, pk=pk)
    form = RolesForm(request.POST)
    if not form.is_valid():
        return _page(request, person, ResetForm(), form, status=422)
    names = [group.name for group in form.cleaned_data["roles"]]
    try:
        roles.set_roles(person, to=names, by=request.user, request=request)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{person}: {', '.join(names) or 'no role any more'}.")
    return redirect("people:colleague", pk=pk) if names else redirect("people:staff")


@declares(Policy.ADMINISTRATOR_FRESH, methods=["POST"])
def disable(request: PersonRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, accounts.disable, "can no longer sign in")


@declares(Policy.ADMINISTRATOR_FRESH, methods=["POST"])
def enable(request: PersonRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, accounts.enable, "can sign in again")


@declares(Policy.ADMINISTRATOR_FRESH)
def invite(request: PersonRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invites.invite_staff(**form.cleaned_data, by=request.user, at=timezone.now(), request=request)
        messages.success(request, f"A link is on its way to {form.cleaned_data['email']}. It works once, for a day.")
        return redirect("people:staff")
    return render(request, "people/invite_page.html", {"form": form}, status=422 if form.errors else 200)


def _switch(request: PersonRequest, pk: int, deed: "accounts.Switch", words: str) -> HttpResponse:
    person = get_colleague_for(request.user, pk=pk)
    try:
        deed(person, by=request.user, request=request)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{person} {words}.")
    return redirect("people:colleague", pk=pk)


def _page(
    request: PersonRequest, person: User, reset: ResetForm, roles_form: RolesForm, status: int = 200
) -> HttpResponse:
    context = {
        "person": person,
        "reset": reset,
        "roles": roles_form,
        "is_self": person.pk == request.user.pk,
        "may_reset": request.user.has_perm(RESET),
        "may_manage": request.user.has_perm("people.manage_people"),
        "events": IdentityEvent.objects.filter(subject_id=person.pk)[:50],
    }
    return render(request, "people/colleague_page.html", context, status=status)
