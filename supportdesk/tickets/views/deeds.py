"""What is done with a ticket besides writing on it: one small form or one button each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from billing.access.policies import Policy, declares
from supportdesk.tickets.access import Answer, get_ticket_for, may_change, may_escalate, may_reopen, may_take, may_write
from supportdesk.tickets.actions.escalations import escalate
from supportdesk.tickets.actions.sorting import move_to_queue, set_category, set_priority
from supportdesk.tickets.actions.status import mark_waiting, reopen, solve
from supportdesk.tickets.actions.work import assign, claim, release
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.forms import AssignForm, EscalateForm, PropertiesForm, WaitForm
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import Category, EscalationReason, Priority, TicketStatus
from supportdesk.tickets.views.frame import reader


@declares(Policy.AGENT, methods=["POST"])
def claim_ticket(request: HttpRequest, number: int) -> HttpResponse:
    ticket = get_ticket_for(reader(request), number)
    return _do(request, ticket, may_take, lambda: claim(ticket, by=reader(request), at=timezone.now()))


@declares(Policy.AGENT, methods=["POST"])
def release_ticket(request: HttpRequest, number: int) -> HttpResponse:
    ticket = get_ticket_for(reader(request), number)
    return _do(request, ticket, may_write, lambda: release(ticket, by=reader(request), at=timezone.now()))


@declares(Policy.AGENT, methods=["POST"])
def solve_ticket(request: HttpRequest, number: int) -> HttpResponse:
    ticket = get_ticket_for(reader(request), number)
    return _do(request, ticket, may_change, lambda: solve(ticket, by=reader(request), at=timezone.now()))


@declares(Policy.AGENT, methods=["POST"])
def reopen_ticket(request: HttpRequest, number: int) -> HttpResponse:
    ticket = get_ticket_for(reader(request), number)
    return _do(request, ticket, may_reopen, lambda: reopen(ticket, by=reader(request), at=timezone.now()))


@declares(Policy.AGENT)
def assign_ticket(request: HttpRequest, number: int) -> HttpResponse:
    user = reader(request)
    ticket = get_ticket_for(user, number)
    form = AssignForm(request.POST or None, ticket=ticket)
    return _form(
        request,
        ticket,
        may_change,
        form,
        lambda sent: assign(ticket, to=sent["to"], by=user, at=timezone.now()),
        title="Give this ticket to a colleague",
        submit="Give it",
    )


@declares(Policy.AGENT)
def properties(request: HttpRequest, number: int) -> HttpResponse:
    user = reader(request)
    ticket = get_ticket_for(user, number)

    def change(sent: dict[str, Any]) -> None:
        at = timezone.now()
        set_category(ticket, Category(sent["category"]), by=user, at=at)
        set_priority(ticket, Priority(sent["priority"]), by=user, at=at)
        move_to_queue(ticket, sent["queue"], by=user, at=at)

    form = PropertiesForm(request.POST or None, user=user, ticket=ticket)
    return _form(request, ticket, may_change, form, change, title="What this ticket is", submit="Change")


@declares(Policy.AGENT)
def wait(request: HttpRequest, number: int) -> HttpResponse:
    user = reader(request)
    ticket = get_ticket_for(user, number)

    def change(sent: dict[str, Any]) -> None:
        on = TicketStatus(sent["on"])
        mark_waiting(ticket, on, by=user, at=timezone.now(), promised_at=sent["promised_at"])

    return _form(
        request, ticket, may_change, WaitForm(request.POST or None), change, title="Wait for somebody", submit="Wait"
    )


@declares(Policy.AGENT)
def escalate_ticket(request: HttpRequest, number: int) -> HttpResponse:
    user = reader(request)
    ticket = get_ticket_for(user, number)

    def change(sent: dict[str, Any]) -> None:
        reason = EscalationReason(sent["reason"])
        escalate(ticket, reason=reason, tried=sent["tried"], by=user, key=sent["key"], at=timezone.now())

    form = EscalateForm(request.POST or None)
    return _form(request, ticket, may_escalate, form, change, title="Ask a supervisor", submit="Hand it over")


def _do(request: HttpRequest, ticket: Ticket, may: Callable[..., Answer], deed: Callable[[], object]) -> HttpResponse:
    """A button: done, or a message with the reason; either way back to the ticket."""
    try:
        if not (answer := may(reader(request), ticket)):
            raise Refused(answer.reason)
        deed()
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("tickets:ticket", number=ticket.pk)


def _form(
    request: HttpRequest,
    ticket: Ticket,
    may: Callable[..., Answer],
    form: forms.Form,
    deed: Callable[[dict[str, Any]], object],
    *,
    title: str,
    submit: str,
) -> HttpResponse:
    """A page with one form, which htmx shows in the dialog; what is wrong stands beside the field, the text stays."""
    if not (answer := may(reader(request), ticket)):
        messages.error(request, answer.reason)
        return redirect("tickets:ticket", number=ticket.pk)
    if request.method == "POST" and form.is_valid():
        try:
            deed(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _to_ticket(request, ticket)
    context = {"ticket": ticket, "form": form, "title": title, "submit": submit}
    return render(request, "tickets/deed_page.html", context, status=422 if form.is_bound else 200)


def _to_ticket(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """From a dialog the whole page is asked for again: its queue, head and conversation have all changed."""
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        response = HttpResponse(status=204)
        response["HX-Location"] = f'{{"path": "/desk/tickets/{ticket.pk}/", "target": "body"}}'
        return response
    return redirect("tickets:ticket", number=ticket.pk)
