"""The queue, and the next ticket out of it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from billing.access.glimpse import glimpse
from billing.access.policies import Policy, declares
from billing.access.reads import Look
from billing.models import Reading
from supportdesk.tickets.access import WORK
from supportdesk.tickets.actions.work import take_next
from supportdesk.tickets.forms import FilterForm, KeyForm
from supportdesk.tickets.queries.queue import Filters, Key, Page, filtered, key_of, page_of, queues_with_counts
from supportdesk.tickets.queries.rows import rows_of
from supportdesk.tickets.views.frame import count_in_words, due_in_words, local_now, midnight_after, reader


@declares(Policy.READER, methods=["GET"])
def queue(request: HttpRequest) -> HttpResponse:
    """The whole page, or the pane alone where a ticket's page asks for it."""
    user, now = reader(request), local_now()
    form = FilterForm(request.GET)
    filters, midnight = form.filters(), midnight_after(now)
    tickets = filtered(user, filters, now=now, midnight=midnight)
    with glimpse(request, Look(view="tickets.queue", reading=Reading.LIST)) as opened:
        page = page_of(tickets, filters, KeyForm(request.GET).key())
    queues, counts = queues_with_counts(user, tickets, midnight=midnight)
    form.offer(queues)
    context = {
        "rows": rows_of(page.tickets, now=now),
        "opened": opened,
        "form": form,
        "title": TITLES[filters.state],
        "count": count_in_words(counts.shown),
        "topics": " ".join(f"queue:{queue.slug}" for queue in queues),
        "may_take": user.has_perm(WORK),
        "here": request.get_full_path(),
        "due_today": due_in_words(counts.due_today),
        **_links(request.GET, page, filters),
    }
    pane = _asks_for_pane(request)
    return render(request, "tickets/queue_pane.html" if pane else "tickets/queue_page.html", context)


@declares(Policy.AGENT, methods=["POST"])
def next_ticket(request: HttpRequest) -> HttpResponse:
    ticket = take_next(by=reader(request), at=timezone.now())
    if ticket is None:
        messages.info(request, "Nothing waits for you. Well done.")
        return redirect("tickets:queue")
    return redirect("tickets:ticket", number=ticket.pk)


TITLES: Mapping[str, str] = {"due": "Due first", "waiting": "Waiting", "solved": "Solved", "all": "All tickets"}


def _asks_for_pane(request: HttpRequest) -> bool:
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by its middleware
    return bool(htmx) and not htmx.boosted


def _links(asked: QueryDict, page: Page, filters: Filters) -> dict[str, str]:
    """Older and newer, and the three quick choices; each keeps the other filters."""
    kept = {name: value for name, value in asked.items() if name not in {"after", "before"} and value}
    links = {"newer_url": "", "older_url": ""}
    if page.tickets and page.before:
        links["newer_url"] = "?" + urlencode(kept | {"before": _key(key_of(page.tickets[0], filters))})
    if page.tickets and page.after:
        links["older_url"] = "?" + urlencode(kept | {"after": _key(key_of(page.tickets[-1], filters))})
    return links


def _key(key: Key) -> str:
    return f"{key.moment.isoformat()}_{key.number}"
