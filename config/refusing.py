"""What no address of ours holds."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import escape_leading_slashes

from billing.redaction import contains_card

Answer = Callable[[HttpRequest], HttpResponseBase]
SHORTEST_CARD = 13
REFUSAL = "This holds a card number, so nothing was looked up. Search for a name, a reference or the last four digits."


def no_nul_in_addresses(get_response: Answer) -> Answer:
    """PostgreSQL keeps no NUL and refuses to look for one, so nothing is found under an address with one in it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            raise Http404
        return get_response(request)

    return answer


def no_cards_in_addresses(get_response: Answer) -> Answer:
    """Addresses are kept by browsers, logs and whoever is linked to. No search is run with a card number in it, and
    the browser is sent to the same page without it; static/js/cards.js keeps most from being sent at all.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if _digits_in(request.path_info) >= SHORTEST_CARD and contains_card(request.path_info):
            raise Http404
        if _digits_in(request.META["QUERY_STRING"]) < SHORTEST_CARD or not (held := _with_card(request)):
            return get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(REFUSAL, status=400, content_type="text/plain")
        if "HX-Request" not in request.headers:
            messages.error(request, REFUSAL)
        kept = request.GET.copy()
        for name in held:
            del kept[name]
        return HttpResponseRedirect(escape_leading_slashes(request.path) + (f"?{kept.urlencode()}" if kept else ""))

    return answer


def _with_card(request: HttpRequest) -> list[str]:
    return [name for name, values in request.GET.lists() if any(contains_card(text) for text in (name, *values))]


def _digits_in(text: str) -> int:
    return sum(character.isdigit() for character in text)
