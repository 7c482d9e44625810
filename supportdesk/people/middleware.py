"""The limits of a session, enforced on the server from moments kept in it; and sessions that have just moved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from billing.access.factor import is_poll
from billing.access.policies import declared_by, refuse
from billing.access.refusals import is_fragment
from supportdesk.people.actions.sessions import seen
from supportdesk.people.states import IDLE, IDLES_OUT, LONGEST, MOVED, SEEN_AT, SIGNED_IN_AT
from supportdesk.people.third_party_policies import declared_for

# A session row is rewritten at most this often for being used; the idle limit is that much less exact.
SEEN_EVERY = timedelta(seconds=30)


class SessionLimits:
    """After authentication. Staff idle out after 15 minutes; nobody's session outlives 12 hours.

    A poll or a stream is not a hand on the keyboard: it neither extends a session nor keeps it from ending.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.get(MOVED):
            return _moved(request)
        if SIGNED_IN_AT in request.session:
            self._limit(request, timezone.now())
        return self.get_response(request)

    def _limit(self, request: HttpRequest, now: datetime) -> None:
        signed_in, last_seen = _moment(request, SIGNED_IN_AT), _moment(request, SEEN_AT)
        idle = request.session.get(IDLES_OUT, True) and now - last_seen > IDLE
        if idle or now - signed_in > LONGEST:
            logout(request)
        elif not is_poll(request) and now - last_seen >= SEEN_EVERY:
            seen(request, at=now)


class PoliciesOfOthers:
    """Views that are not ours carry no decorator: what third_party_policies declares for them is enforced here.

    A view that declares nothing anywhere is not reachable at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        if declared_by(view) is not None or request.resolver_match is None:
            return None
        declared = declared_for(request.resolver_match.view_name, request.resolver_match.namespace)
        if declared is None:
            raise PermissionDenied("Nobody has said who may call this.")
        return refuse(request, declared)


def _moved(request: HttpRequest) -> HttpResponse:
    """This request left before the answer that gave the session its new key. Nothing of it is believed or lost."""
    if is_fragment(request) or request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=204)
    return HttpResponseRedirect(request.get_full_path())


def _moment(request: HttpRequest, key: str) -> datetime:
    value = request.session.get(key)
    return datetime.fromtimestamp(value if isinstance(value, int | float) else 0, tz=UTC)
