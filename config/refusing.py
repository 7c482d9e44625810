"""What no page of ours is called."""

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]


def no_nul_in_addresses(get_response: Answer) -> Answer:
    """PostgreSQL keeps no NUL and refuses to look for one, so nothing is found under an address with one in it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            raise Http404
        return get_response(request)

    return answer
