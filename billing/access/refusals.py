"""The answers to a request that may not pass, for a page, for an htmx fragment and for a stream alike.

htmx follows a redirect silently and swaps the sign-in page into a fragment. So a fragment is answered with 401 and
HX-Redirect, a stream with 401 alone, and only a page with a redirect. The body of a refused POST is never replayed.
"""

from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme


def is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def sign_in_first(request: HttpRequest, *, back: str = "") -> HttpResponse:
    """``back``: where to go afterwards, if not to the page that asked."""
    return _elsewhere(request, settings.LOGIN_URL, back=back)


def prove_first(request: HttpRequest) -> HttpResponse:
    return _elsewhere(request, settings.OTP_LOGIN_URL)


def locked(request: HttpRequest, *, asks_again: bool) -> HttpResponse:
    """The second factor is too old. A fragment becomes the lock, in place, and asks for its own URL again once it is
    opened (``asks_again``: it may be asked by GET); a page goes to the same question on a page of its own.

    A deed is never sent again by itself, and what was typed for it must stay: its question opens beside it.
    """
    if not is_fragment(request) or request.headers.get("HX-Boosted") == "true":
        return prove_first(request)
    # Set by the guard, who knows whose money it is: what is behind the lock, counted.
    behind = str(getattr(request, "locked", ""))
    in_place = asks_again and request.method in {"GET", "HEAD"}
    context = {"behind": behind, "panel_url": request.get_full_path() if in_place else ""}
    response = render(request, settings.FACTOR_LOCK_TEMPLATE, context)
    if not in_place:
        response["HX-Retarget"] = settings.FACTOR_LOCK_FOR_DEEDS
        response["HX-Reswap"] = "innerHTML"
        response["HX-Reselect"] = "unset"
    return response


def forbidden(why: str) -> HttpResponse:
    raise PermissionDenied(why)


def absent_in_production() -> None:
    if settings.PRODUCTION:
        raise Http404


def method_not_allowed(request: HttpRequest, allowed: Iterable[str]) -> HttpResponseNotAllowed:
    """In words for whoever reloads, or comes back to, an address that only takes forms."""
    reads = request.method == "GET" and not is_fragment(request)
    return HttpResponseNotAllowed(sorted(allowed), render_to_string("405.html") if reads else b"")


def where_back(request: HttpRequest) -> str:
    """The page to come back to: this one, or the page a fragment or form was on. Own addresses only."""
    if request.method in {"GET", "HEAD"} and not is_fragment(request):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _elsewhere(request: HttpRequest, name: str, *, back: str = "") -> HttpResponse:
    back = back or where_back(request)
    address = resolve_url(name) + (f"?{urlencode({'next': back})}" if back else "")
    if is_fragment(request):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    if "text/event-stream" in request.headers.get("Accept", ""):
        return HttpResponse(status=401)
    return HttpResponseRedirect(address)
