"""What an open page says and asks by itself: that somebody is here, and who else is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billing.access.policies import Policy, declares
from supportdesk.tickets.access import get_ticket_for
from supportdesk.tickets.actions.presence import be_present
from supportdesk.tickets.queries.page import others_present
from supportdesk.tickets.views.frame import reader


@declares(Policy.STAFF_ANY, methods=["GET"])
def decisions(request: HttpRequest) -> HttpResponse:
    """How much waits for this reader; the context of every page knows it."""
    return render(request, "components/decisions.html")


@declares(Policy.READER, methods=["POST"])
def presence(request: HttpRequest, number: int) -> HttpResponse:
    user, at = reader(request), timezone.now()
    ticket = get_ticket_for(user, number)
    be_present(ticket, by=user, writing=False, at=at)
    return render(request, "tickets/presence.html", {"others": others_present(ticket, besides=user, at=at)})
