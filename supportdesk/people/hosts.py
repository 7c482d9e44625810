"""The desk on a host of its own, where DESK_ADDRESS names one: other cookies, and no page of the one on the other.

What belongs where is what each page declares: pages for staff are the desk's, pages for customers the help site's, and
what is for anybody (signing in, say) answers on both.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from billing.access.policies import Audience, declared_by
from billing.access.refusals import is_fragment
from supportdesk.people.third_party_policies import declared_for


class TwoHosts:
    """Stands before the sessions: it also has the desk's cookies kept from every other site's links."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if settings.DESK_ADDRESS == settings.SITE_ADDRESS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.desk = urlsplit(settings.DESK_ADDRESS).netloc
        self.address_of = {Audience.STAFF: settings.DESK_ADDRESS, Audience.CUSTOMER: settings.SITE_ADDRESS}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.get_host() == self.desk:
            for cookie in response.cookies.values():
                cookie["samesite"] = "Strict"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        found = request.resolver_match
        declared = declared_by(view) or (declared_for(found.view_name, found.namespace) if found else None)
        address = self.address_of.get(declared.policy.rule.audience) if declared is not None else None
        if address is None or request.get_host() == urlsplit(address).netloc:
            return None
        if request.method not in {"GET", "HEAD"} or is_fragment(request):
            raise Http404("This page is on another host.")
        return HttpResponseRedirect(address + request.get_full_path())
