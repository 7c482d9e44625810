"""The contact form: one question at a time, for customers and for people we do not know yet."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from billing.access.idempotency import with_new_key
from billing.access.own import own_customer, own_record
from billing.access.policies import Policy, declares
from billing.text.lines import clean_line
from supportdesk.channels.forms import AskForm, AskUnknownForm
from supportdesk.channels.queries import asked_about
from supportdesk.channels.sent import digest_of, last_sent, remember_sent, sent_with
from supportdesk.channels.unsent import NOT_SENT, SIGNED_AS, drawn_for, forget_unsent, keeps_words, unsent_on
from supportdesk.helpsite.models import ArticleCategory
from supportdesk.helpsite.queries import articles_of, find_articles, topics_with_articles
from supportdesk.people.models import User
from supportdesk.tickets.actions.links import link_record
from supportdesk.tickets.actions.opening import Writer, open_ticket
from supportdesk.tickets.errors import SecondUseOfKey
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import Category, Channel


@declares(Policy.PUBLIC, methods=["GET"])
def contact(request: HttpRequest) -> HttpResponse:
    """First question: what is it about?"""
    page = {"topics": topics_with_articles(), "about": _asked_about(request)}
    return render(request, "channels/contact_page.html", page)


@keeps_words
@declares(Policy.PUBLIC)
def contact_about(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Second question: what happened? With the answers that others found useful beside it."""
    topic = get_object_or_404(ArticleCategory, slug=slug)
    known = _customer_user(request)
    if request.method != "POST":
        return _blank(request, topic, known)
    form = (AskForm if known else AskUnknownForm)(request.POST)
    if not form.is_valid():
        return _page(request, topic, form, status=422)
    digest = digest_of(form.cleaned_data, topic=topic.slug, writer=known.pk if known else None)
    if sent := sent_with(request, digest):
        return _shown(sent.number, known)
    if not ratelimit.consume(request, action="contact"):
        form.add_error(None, "Too many questions came from your connection. Wait an hour, then send this again.")
        return _page(request, topic, form, status=429)
    try:
        ticket = _open(topic, form, known)
    except SecondUseOfKey:
        return _other_words(request, topic, known)
    _remember(request, ticket, digest, form, known)
    return _shown(ticket.pk, known)


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


def _blank(request: HttpRequest, topic: ArticleCategory, known: User | None) -> HttpResponse:
    if known is None:
        return _page(request, topic, AskUnknownForm(initial={"about": _asked_about(request)}))
    address = _address(topic)
    unsent = unsent_on(request, page=address)
    initial = {"about": _asked_about(request), SIGNED_AS: drawn_for(known, page=address), **unsent}
    return _page(request, topic, AskForm(initial=initial), not_sent=NOT_SENT if unsent else "")


def _page(
    request: HttpRequest,
    topic: ArticleCategory,
    form: AskForm,
    *,
    not_sent: str = "",
    other_words: bool = False,
    status: int = 200,
) -> HttpResponse:
    known, about = _customer_user(request), _asked_about(request)
    before = last_sent(request, by=known.pk if known else None)
    page = {
        "topic": topic,
        "form": form,
        "articles": articles_of(topic)[:4],
        "about": about,
        "asked": asked_about(known, about) if known else None,
        "not_sent": not_sent,
        "other_words": other_words,
        "before": before,
        "before_url": _url_of(before.number, known) if before else "",
    }
    return render(request, "channels/contact_about_page.html", page, status=status)


def _other_words(request: HttpRequest, topic: ArticleCategory, known: User | None) -> HttpResponse:
    """Sent, gone back, written differently, sent again. The first was sent; whether these words are a second question
    is theirs to say, so the form has a new key now and Send opens one."""
    form = (AskForm if known else AskUnknownForm)(with_new_key(request.POST))
    return _page(request, topic, form, other_words=True, status=409)


def _open(topic: ArticleCategory, form: AskForm, known: User | None) -> Ticket:
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
    return ticket


def _remember(request: HttpRequest, ticket: Ticket, digest: str, form: AskForm, known: User | None) -> None:
    """What this browser needs to know afterwards."""
    remember_sent(request, digest, ticket.pk, by=known.pk if known else None)
    if known:
        forget_unsent(request, page=request.path)
        messages.success(request, "We have it. You see below what happens, and we write to you with every step.")
    else:
        request.session["question_sent"], request.session["asked_from"] = ticket.pk, form.cleaned_data["email"]


def _shown(number: int, known: User | None) -> HttpResponse:
    return redirect(_url_of(number, known))


def _url_of(number: int, known: User | None) -> str:
    return reverse("channels:question", args=[number]) if known else reverse("channels:sent")


def _address(topic: ArticleCategory) -> str:
    return reverse("channels:contact_about", args=[topic.slug])


def _asked_about(request: HttpRequest) -> str:
    """What the customer's own page says it is about, as an address may carry it."""
    return clean_line(request.GET.get("about", ""), limit=40)


def _customer_user(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and not user.is_staff else None
