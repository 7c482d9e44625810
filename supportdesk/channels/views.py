"""Where customers ask and read the answers. Everything works as plain links and forms."""

from datetime import datetime
from typing import cast

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from billing.access.own import own_customer, own_record, seeing_own
from billing.access.policies import Policy, declares
from billing.text.lines import clean_line
from billing.text.moments import moment_of
from supportdesk.channels import queries
from supportdesk.channels.forms import AskForm, AskUnknownForm, MessageForm
from supportdesk.helpsite.models import ArticleCategory
from supportdesk.helpsite.queries import articles_of, find_articles, topics_with_articles
from supportdesk.people.models import User
from supportdesk.tickets.access import get_ticket_for, may_confirm_solved
from supportdesk.tickets.actions.conversation import customer_replies
from supportdesk.tickets.actions.links import link_record
from supportdesk.tickets.actions.opening import Writer, open_ticket
from supportdesk.tickets.actions.status import confirm_solved, reopen
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.states import Category, Channel


@declares(Policy.PUBLIC, methods=["GET"])
def contact(request: HttpRequest) -> HttpResponse:
    """First question: what is it about?"""
    page = {"topics": topics_with_articles(), "about": _asked_about(request)}
    return render(request, "channels/contact_page.html", page)


@declares(Policy.PUBLIC)
def contact_about(request: HttpRequest, slug: str) -> HttpResponse:
    """Second question: what happened? With the answers that others found useful beside it."""
    topic = get_object_or_404(ArticleCategory, slug=slug)
    known = _customer_user(request)
    about = _asked_about(request)
    form = (AskForm if known else AskUnknownForm)(request.POST or None, initial={"about": about})
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif not ratelimit.consume(request, action="contact"):
            form.add_error(None, "Too many questions came from your connection. Wait an hour, then send this again.")
            status = 429
        else:
            return _open(request, topic, form, known)
    page = {"topic": topic, "form": form, "articles": articles_of(topic)[:4], "about": about}
    return render(request, "channels/contact_about_page.html", page, status=status)


@declares(Policy.PUBLIC, methods=["POST"])
def suggestions(request: HttpRequest) -> HttpResponse:
    """Articles for what is being typed in the contact form. Posted, since addresses are kept."""
    found = find_articles(f"{request.POST.get('subject', '')} {request.POST.get('text', '')}", limit=4)
    return render(request, "channels/suggestions.html", {"articles": found.articles})


@declares(Policy.PUBLIC, methods=["GET"])
def sent(request: HttpRequest) -> HttpResponse:
    """For somebody who is not signed in: what happens now. The number is the one this browser just got."""
    number = request.session.get("question_sent")
    return render(request, "channels/sent_page.html", {"number": number, "email": request.session.get("asked_from")})


@declares(Policy.CUSTOMER, methods=["GET"])
def questions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    found = queries.questions_of(user, before=_before(request))
    shown, more = found[: queries.PAGE_SIZE], len(found) > queries.PAGE_SIZE
    return render(request, "channels/questions_page.html", {"questions": shown, "last": shown[-1] if more else None})


@declares(Policy.CUSTOMER, methods=["GET"])
def question(request: HttpRequest, number: int) -> HttpResponse:
    return _question_page(request, number, MessageForm())


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
        form.add_error(None, str(refused))
        return _question_page(request, number, form, status=409)
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


def _open(request: HttpRequest, topic: ArticleCategory, form: AskForm, known: User | None) -> HttpResponse:
    given = form.cleaned_data
    if known:
        writer = Writer(name=str(known), email=known.email, requester=known, customer=own_customer(known))
    else:
        writer = Writer(name=given["name"], email=given["email"])
    ticket = open_ticket(
        writer=writer,
        subject=given["subject"],
        text=given["text"],
        channel=Channel.FORM,
        key=given["key"],
        at=timezone.now(),
        category=Category(topic.ticket_category),
    )
    if known and (record := own_record(ticket.customer, given["about"])):
        link_record(ticket, record, by=known, at=timezone.now())
    if known:
        messages.success(request, "We have it. You see below what happens, and we write to you with every step.")
        return redirect("channels:question", number=ticket.pk)
    request.session["question_sent"], request.session["asked_from"] = ticket.pk, given["email"]
    return redirect("channels:sent")


def _question_page(request: HttpRequest, number: int, form: MessageForm, *, status: int = 200) -> HttpResponse:
    user = cast(User, request.user)
    ticket = get_ticket_for(user, number)
    with seeing_own(request, view="channels.question", case_ref=str(ticket.pk)):
        page = {"question": queries.question_for(user, ticket), "form": form}
        return render(request, "channels/question_page.html", page, status=status)


def _asked_about(request: HttpRequest) -> str:
    """What the customer's own page says it is about, as an address may carry it."""
    return clean_line(request.GET.get("about", ""), limit=40)


def _customer_user(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and not user.is_staff else None


def _before(request: HttpRequest) -> tuple[datetime, int] | None:
    """The key of the page's first row; a broken one starts at the top."""
    at, _, number = request.GET.get("before", "").rpartition("_")
    moment = moment_of(at.replace(" ", "+"))
    if moment is None or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return moment, int(number)
