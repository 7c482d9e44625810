"""Who asked; and an agent's word that it is this customer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from billing.access.policies import Policy, declares
from supportdesk.tickets.access import get_ticket_for, may_change
from supportdesk.tickets.actions.sorting import recognise_customer
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.forms import RecogniseForm
from supportdesk.tickets.queries.person import candidates_for, person_of
from supportdesk.tickets.views.frame import reader


@declares(Policy.READER, methods=["GET"])
def person(request: HttpRequest, number: int) -> HttpResponse:
    ticket = get_ticket_for(reader(request), number)
    context = {"person": person_of(ticket, reader=reader(request)), "number": number}
    return render(request, "tickets/person.html", context)


@declares(Policy.AGENT, methods=["POST"])
def recognise(request: HttpRequest, number: int) -> HttpResponse:
    """Only one of those that were offered: an id out of the blue is no customer of this ticket."""
    user = reader(request)
    ticket = get_ticket_for(user, number)
    form = RecogniseForm(request.POST)
    offered = {customer.pk: customer for customer in candidates_for(ticket)}
    customer = offered.get(form.cleaned_data["customer"]) if form.is_valid() else None
    if customer is None:
        raise Http404("No such customer.")
    try:
        if not (answer := may_change(user, ticket)):
            raise Refused(answer.reason)
        recognise_customer(ticket, customer, by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("tickets:ticket", number=number)
