"""The page for when we failed: it names the request, so that whoever writes to us about it can be helped."""

from django.http import HttpRequest, HttpResponseServerError
from django.template.loader import render_to_string

from billing.audit.origin import request_id_of


def server_error(request: HttpRequest) -> HttpResponseServerError:
    """No request in the context: the processors would ask the session and the database, which may be what failed."""
    return HttpResponseServerError(render_to_string("500.html", {"reference": str(request_id_of(request))}))
