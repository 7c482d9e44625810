"""Change history knows who did it: the request's origin goes with every statement that writes."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse

from billing.audit.origin import as_context, request_id_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class OriginMiddleware:
    """After the authentication and OTP middlewares. A page that is only read pays one uuid; it asks no database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identity = str(request_id_of(request))
        if request.method in SAFE:
            response = self.get_response(request)
        else:
            with pghistory.context(**as_context(request)):
                response = self.get_response(request)
        response["X-Request-ID"] = identity
        return response
