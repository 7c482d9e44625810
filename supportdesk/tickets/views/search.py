from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.access.glimpse import glimpse, may_prove
from billing.access.policies import Policy, declares
from billing.access.reads import Look, record_seen
from billing.models import Reading
from billing.queries.naming import customers_named_by
from supportdesk.tickets.forms import SearchForm
from supportdesk.tickets.queries.queue import count_capped, due_today
from supportdesk.tickets.queries.rows import rows_of
from supportdesk.tickets.queries.search import SHOWN, search_tickets
from supportdesk.tickets.views.frame import due_in_words, local_now, midnight_after, reader


@declares(Policy.READER, methods=["GET"])
def search(request: HttpRequest) -> HttpResponse:
    """Tickets by number, words or person; with payment data open, by the reference of a record too.

    An address with a card number in it does not come this far (config.refusing).
    """
    user, now = reader(request), local_now()
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    look = Look(view="tickets.search", reading=Reading.LIST)
    with glimpse(request, look) as opened:
        owners = customers_named_by(text) if opened else []
        for owner in owners:  # that a record is theirs is told by what is found
            record_seen(request, look.of(owner))
        tickets = search_tickets(user, text, owners=owners)
    context = {
        "search_text": text,
        "rows": rows_of(tickets[:SHOWN], now=now),
        "more": len(tickets) > SHOWN,
        "opened": opened,
        "may_open": may_prove(request),
        "here": request.get_full_path(),
        "due_today": due_in_words(count_capped(due_today(user, midnight=midnight_after(now)))),
    }
    return render(request, "tickets/search_page.html", context)
