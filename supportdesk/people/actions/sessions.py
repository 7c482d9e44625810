"""Beginning, proving and ending sessions. The moments that limit them are kept in the session, on the server."""

from datetime import datetime, timedelta
from typing import Any, Final

import django_otp
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django_otp.models import Device

from billing.access import factor
from billing.outbox import announce
from supportdesk.people.actions.events import record
from supportdesk.people.models import User
from supportdesk.people.states import (
    ACCESS_CHANGED,
    IDLES_OUT,
    MAY_ENROL_UNTIL,
    MOVED,
    SEEN_AT,
    SIGNED_IN_AT,
    Deed,
    topic_of,
)

# How long requests that were on their way with the old key find out that the session has moved.
MOVED_FOR: Final = timedelta(seconds=30)


def begin_session(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Whoever signs in starts unverified, though the same browser had shown a factor a minute ago."""
    forget_factor(request)
    request.session.pop(MAY_ENROL_UNTIL, None)
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = at.timestamp()
    request.session[IDLES_OUT] = user.is_staff
    record(Deed.SIGNED_IN, subject=user, by=user, request=request)


def accept_proof(request: HttpRequest, device: Device, *, at: datetime) -> None:
    """The person at hand has just shown this device. The session becomes verified, fresh, and gets a new key."""
    user = request.user
    if not user.is_authenticated or device.user_id != user.pk or not device.confirmed:
        raise PermissionError("This device is somebody else's.")
    move_session(request)
    django_otp.login(request, device)
    factor.record_proof(request, at=at)
    seen(request, at=at)
    record(Deed.PROVED, subject=user, by=user, detail={"with": device.name}, request=request)


def move_session(request: HttpRequest) -> None:
    """A new key, so that one which leaked before the factor was shown is worth nothing after.

    The page's own polls may still be on their way with the old key. Finding no session they would be answered as
    a stranger's, and the answer would delete the new cookie. So a marker holds the old place for a moment.
    """
    old_key = request.session.session_key
    request.session.cycle_key()
    if old_key is None:
        return
    marker: Any = type(request.session)(old_key)
    marker._session_cache = {MOVED: True}  # not loaded: there is nothing under the old key any more
    marker.set_expiry(int(MOVED_FOR.total_seconds()))
    marker.save(must_create=True)


def forget_factor(request: HttpRequest) -> None:
    """The session stays signed in and is unverified from here on."""
    factor.lock(request)
    request.session.pop(django_otp.DEVICE_ID_SESSION_KEY, None)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        user.otp_device = None


@transaction.atomic
def end_sessions(user: User) -> None:
    """Every session of the user is over at its next request, streams and open pages within seconds."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    say_access_changed(user)


@transaction.atomic
def say_access_changed(user: User) -> None:
    """Open pages of the user look whether they may still be seen, and leave where they may not."""
    announce(topic_of(user.pk), kind=ACCESS_CHANGED)


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """As above, but the person at hand stays: this session gets a new key and the new signature."""
    end_sessions(user)
    update_session_auth_hash(request, user)


def forget_ended_sessions(*, at: datetime) -> int:
    """Delete what no browser can come back to; how many rows that were."""
    deleted, _ = Session.objects.filter(expire_date__lt=at).delete()
    return deleted


def seen(request: HttpRequest, *, at: datetime | None = None) -> None:
    request.session[SEEN_AT] = (at or timezone.now()).timestamp()


def allow_enrolment(request: HttpRequest, *, until: datetime) -> None:
    request.session[MAY_ENROL_UNTIL] = until.timestamp()
