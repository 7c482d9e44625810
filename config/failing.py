"""The page for when we failed: it names the request, so that whoever writes to us about it can be helped."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string

from billing.audit.origin import request_id_of

RETRY_SECONDS = 10


def server_error(request: HttpRequest) -> HttpResponse:
    """Nothing was done, and trying again helps, where the database is away; else it is our own fault, by number.

    No request in the context: the processors would ask the session and the database, which may be what failed."""
    # Django calls this while it handles what went wrong.
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return HttpResponseServerError(render_to_string("500.html", {"reference": str(request_id_of(request))}))
