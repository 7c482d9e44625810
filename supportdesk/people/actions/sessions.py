"""Beginning and ending sessions. The moments that limit them are kept in the session, on the server."""

from datetime import datetime
from typing import Final

from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from billing.access import factor
from supportdesk.people.models import User

SIGNED_IN_AT: Final = "signed_in_at"
SEEN_AT: Final = "seen_at"
IDLES_OUT: Final = "idles_out"


def begin_session(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Whoever signs in starts unverified, though the same browser had shown a factor a minute ago."""
    forget_factor(request)
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = at.timestamp()
    request.session[IDLES_OUT] = user.is_staff


def forget_factor(request: HttpRequest) -> None:
    """The session stays signed in and is unverified from here on."""
    factor.lock(request)
    request.session.pop(DEVICE_ID_SESSION_KEY, None)
    if request.user.is_authenticated:
        request.user.otp_device = None


def end_sessions(user: User) -> None:
    """Every session of the user is over at its next request, streams within seconds. In the caller's transaction."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """As above, but the person at hand stays: this session gets a new key and the new signature."""
    end_sessions(user)
    update_session_auth_hash(request, user)


def seen(request: HttpRequest, *, at: datetime | None = None) -> None:
    request.session[SEEN_AT] = (at or timezone.now()).timestamp()
