"""Where customers read the answers to their questions, and write on. Everything works as plain links and forms."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from billing.access.idempotency import with_new_key
from billing.access.own import seeing_own
from billing.access.policies import Policy, declares
from billing.text.moments import moment_of
from supportdesk.channels import queries
from supportdesk.channels.forms import MessageForm
from supportdesk.channels.unsent import NOT_SENT, SIGNED_AS, drawn_for, forget_unsent, keeps_words, unsent_on
from supportdesk.people.models import User
from supportdesk.tickets.access import get_ticket_for, may_confirm_solved
from supportdesk.tickets.actions.conversation import customer_replies
from supportdesk.tickets.actions.status import confirm_solved, reopen
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.states import Channel


@declares(Policy.CUSTOMER, methods=["GET"])
def questions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    found = queries.questions_of(user, before=_before(request))
    shown, more = found[: queries.PAGE_SIZE], len(found) > queries.PAGE_SIZE
    page = {"questions": shown, "last": shown[-1] if more else None, "section": "questions"}
    return render(request, "channels/questions_page.html", page)


@declares(Policy.CUSTOMER, methods=["GET"])
def question(request: HttpRequest, number: int) -> HttpResponse:
    page = reverse("channels:question", args=[number])
    unsent = unsent_on(request, page=page)
    form = MessageForm(initial={SIGNED_AS: drawn_for(cast(User, request.user), page=page), **unsent})
    return _question_page(request, number, form, not_sent=NOT_SENT if unsent else "")


@keeps_words
@declares(Policy.CUSTOMER, methods=["POST"])
def write(request: HttpRequest, number: int) -> HttpResponse:
    user = cast(User, request.user)
    ticket = get_ticket_for(user, number)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _question_page(request, number, form, status=422)
    try:
        customer_replies(
            ticket,
            form.cleaned_data["text"],
            by=user,
            channel=Channel.PORTAL,
            key=form.cleaned_data["key"],
            at=timezone.now(),
        )
    except Refused as refused:
        form = MessageForm(with_new_key(request.POST))  # the old one may be what was refused
        form.add_error(None, str(refused))
        return _question_page(request, number, form, status=409)
    forget_unsent(request, page=reverse("channels:question", args=[number]))
    messages.success(request, "Sent. We answer here and by email.")
    return redirect("channels:question", number=ticket.pk)


@declares(Policy.CUSTOMER, methods=["POST"])
def solved(request: HttpRequest, number: int) -> HttpResponse:
    """“It is solved.”"""
    user = cast(User, request.user)
    ticket = get_ticket_for(user, number)
    answer = may_confirm_solved(user, ticket)
    if answer:
        confirm_solved(ticket, by=user, at=timezone.now())
        messages.success(request, "Good. Thank you for telling us.")
    else:
        messages.info(request, answer.reason)
    return redirect("channels:question", number=ticket.pk)


@declares(Policy.CUSTOMER, methods=["POST"])
def still_wrong(request: HttpRequest, number: int) -> HttpResponse:
    """“Something is still wrong.” The question opens again, and the page asks what."""
    user = cast(User, request.user)
    ticket = get_ticket_for(user, number)
    try:
        reopen(ticket, by=user, at=timezone.now(), by_customer=True)
        messages.info(request, "We opened it again. Tell us below what is still wrong.")
    except Refused as refused:
        messages.info(request, str(refused))
    return redirect("channels:question", number=ticket.pk)


def _question_page(
    request: HttpRequest, number: int, form: MessageForm, *, not_sent: str = "", status: int = 200
) -> HttpResponse:
    user = cast(User, request.user)
    ticket = get_ticket_for(user, number)
    with seeing_own(request, view="channels.question", case_ref=str(ticket.pk)):
        page = {
            "question": queries.question_for(user, ticket),
            "form": form,
            "not_sent": not_sent,
            "section": "questions",
        }
        return render(request, "channels/question_page.html", page, status=status)


def _before(request: HttpRequest) -> tuple[datetime, int] | None:
    """The key of the page's first row; a broken one starts at the top."""
    at, _, number = request.GET.get("before", "").rpartition("_")
    moment = moment_of(at.replace(" ", "+"))
    if moment is None or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return moment, int(number)
