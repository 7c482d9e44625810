"""The ticket's page: head, conversation, composer, and the place the money side fills by itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from billing.access.glimpse import glimpse
from billing.access.policies import Policy, declares
from billing.access.reads import Look
from billing.models import Reading
from supportdesk.people.models import User
from supportdesk.tickets import access
from supportdesk.tickets.forms import WriteForm
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.queries.conversation import conversation_of
from supportdesk.tickets.queries.page import KeptDraft, draft_of, has_draft
from supportdesk.tickets.queries.queue import CappedCount, due_today
from supportdesk.tickets.queries.rows import chips_of
from supportdesk.tickets.states import UNSOLVED, Category, Priority, TicketStatus
from supportdesk.tickets.views.frame import due_in_words, local_now, midnight_after, reader


@declares(Policy.READER, methods=["GET"])
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    response = ticket_page(request, number)
    # On a phone, what was chosen in the queue is what one wants to see next.
    response["HX-Trigger-After-Settle"] = '{"redress:show-pane": {"pane": "conversation"}}'
    return response


# In these a ticket simply is in work; the others say who has the next move.
PLAIN = frozenset({TicketStatus.NEW, TicketStatus.OPEN})


def ticket_page(
    request: HttpRequest, number: int, *, form: WriteForm | None = None, notice: str = "", status: int = 200
) -> HttpResponse:
    """The page as it is now; with ``form``, what was typed and refused, and why."""
    user, now = reader(request), local_now()
    due = CappedCount(due_today(user, midnight=midnight_after(now)))
    beside_it = {"due_today": due, "has_draft": has_draft(agent=user)}
    ticket = access.get_ticket_for(user, number, related=["assignee"], **beside_it)
    beside: dict[str, Any] = ticket.__dict__
    look = Look(view="tickets.ticket", reading=Reading.LIST, case_ref=str(ticket.pk), customer_id=ticket.customer_id)
    with glimpse(request, look) as opened:
        conversation = conversation_of(ticket, reader=user, opened=opened)
        draft = draft_of(ticket, agent=user) if form is None and beside["has_draft"] else None
    context = {
        "ticket": ticket,
        "labels": _labels(ticket),
        "chips": chips_of(ticket, now=now),
        "conversation": conversation,
        "opened": opened,
        "form": form or _composer(ticket, draft),
        "draft": draft,
        "notice": notice,
        "answers": _answers(user, ticket),
        "panel_url": reverse("billing:panel", args=[ticket.pk]) if ticket.customer_id else "",
        "due_today": due_in_words(beside["due_today"]),
    }
    return render(request, "tickets/ticket_page.html", context, status=status)


def _labels(ticket: Ticket) -> dict[str, str]:
    return {
        "category": Category(ticket.category).label,
        "priority": "" if ticket.priority == Priority.NORMAL else Priority(ticket.priority).label,
        "status": "" if ticket.status in PLAIN else TicketStatus(ticket.status).label,
        "who": ticket.requester_name or ticket.requester_email or "the customer",
    }


def _composer(ticket: Ticket, draft: KeptDraft | None) -> WriteForm:
    then = TicketStatus.WAITING_CUSTOMER if ticket.status in UNSOLVED else ticket.status
    return WriteForm(initial={"text": draft.text if draft else "", "then": then})


def _answers(user: User, ticket: Ticket) -> dict[str, Any]:
    """The same predicates that keep the doors draw the buttons."""
    return {
        "reply": access.may_reply(user, ticket),
        "take": access.may_take(user, ticket),
        "change": access.may_change(user, ticket),
        "escalate": access.may_escalate(user, ticket),
        "reopen": access.may_reopen(user, ticket),
        "is_mine": ticket.assignee_id == user.pk,
    }
