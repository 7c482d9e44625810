"""The composer: send a reply, keep a note, keep a draft, choose a prepared answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from billing.access.policies import Policy, declares
from supportdesk.people.models import User
from supportdesk.tickets.access import get_ticket_for, may_reply
from supportdesk.tickets.actions.conversation import add_note, reply
from supportdesk.tickets.actions.drafts import autosave_draft
from supportdesk.tickets.actions.presence import be_present
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.forms import DraftForm, WriteForm
from supportdesk.tickets.macros import macros_for
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import TicketStatus
from supportdesk.tickets.views.frame import reader
from supportdesk.tickets.views.ticket import ticket_page


@declares(Policy.AGENT, methods=["POST"])
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Whatever refuses it, the page comes back as it is now with the text still in the composer."""
    user = reader(request)
    ticket = get_ticket_for(user, number)
    form = WriteForm(request.POST)
    if not form.is_valid():
        return ticket_page(request, number, form=form, status=422)
    if form.cleaned_data["mode"] != "note" and not (answer := may_reply(user, ticket)):
        return ticket_page(request, number, form=form, notice=answer.reason, status=422)
    try:
        _keep(ticket, form, by=user)
    except Refused as refused:
        return ticket_page(request, number, form=form, notice=str(refused), status=422)
    return redirect("tickets:ticket", number=number)


def _keep(ticket: Ticket, form: WriteForm, *, by: User) -> None:
    sent, at = form.cleaned_data, timezone.now()
    if sent["mode"] == "note":
        add_note(ticket, sent["text"], by=by, key=sent["key"], at=at)
    else:
        then = TicketStatus(sent["then"] or TicketStatus.WAITING_CUSTOMER)
        reply(ticket, sent["text"], by=by, version=sent["version"], key=sent["key"], at=at, then=then)


@declares(Policy.AGENT, methods=["POST"])
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Called while typing. 204 says kept; a card number is refused and not kept."""
    user = reader(request)
    ticket = get_ticket_for(user, number)
    form = DraftForm(request.POST)
    if not form.is_valid():
        refused = " ".join(str(error) for error in form.errors.get("text", []))
        return HttpResponse(refused, status=422, content_type="text/plain")
    typed, at = form.cleaned_data, timezone.now()
    try:
        autosave_draft(
            ticket, typed["text"], by=user, version=typed["version"], key=typed["key"], at=at, refund=form.refund()
        )
    except Refused as refused:
        return HttpResponse(str(refused), status=422, content_type="text/plain")
    be_present(ticket, by=user, writing=True, at=at)
    return HttpResponse(status=204)


@declares(Policy.AGENT, methods=["GET"])
def macros(request: HttpRequest, number: int) -> HttpResponse:
    """Prepared answers with this ticket's names filled in; those for its category first."""
    user = reader(request)
    ticket = get_ticket_for(user, number)
    return render(request, "tickets/macros_page.html", {"ticket": ticket, "macros": macros_for(ticket, agent=user)})
