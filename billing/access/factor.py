"""How old is the proof of the second factor in this session?

django-otp knows only whether a session is verified, for as long as it lives. Payment data needs more: when it was
proved (the hard limit) and when it was last leaned on (the sliding one). Both are kept in the session, on the
server. Every question that cannot be answered is answered with "not fresh".
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

SLIDING: Final = timedelta(minutes=15)
HARD: Final = timedelta(minutes=60)
MONEY: Final = timedelta(minutes=5)

PROVED_AT: Final = "factor_proved_at"
LEANED_ON_AT: Final = "factor_leaned_on_at"
# A session row is rewritten at most this often while an agent works; a window shorter by half a minute is
# cheaper than a write for every panel.
TOUCH_EVERY: Final = timedelta(seconds=30)
# Clocks of two web processes may differ by this much. A proof from further in the future is not believed.
SKEW: Final = timedelta(seconds=5)


def record_proof(request: HttpRequest, *, at: datetime | None = None) -> None:
    """The second factor was shown just now. The caller has verified it and rotates the session key."""
    moment = _stamp(at)
    request.session[PROVED_AT] = moment
    request.session[LEANED_ON_AT] = moment


def touch(request: HttpRequest, *, at: datetime | None = None) -> None:
    """Payment data was used by a person: slide the window. Polls and streams are not people and never slide it."""
    at = at or timezone.now()
    if is_poll(request) or not is_fresh(request, at=at):
        return
    leaned_on = _read(request, LEANED_ON_AT)
    if leaned_on is None or at - leaned_on >= TOUCH_EVERY:
        request.session[LEANED_ON_AT] = _stamp(at)


def factor_age(request: HttpRequest, *, at: datetime | None = None) -> timedelta | None:
    """Time since the factor was proved, or None when it never was (or the device that proved it is gone)."""
    proved = _read(request, PROVED_AT)
    if proved is None or not _is_verified(request):
        return None
    age = (at or timezone.now()) - proved
    return max(age, timedelta(0)) if age >= -SKEW else None


def is_fresh(
    request: HttpRequest,
    *,
    at: datetime | None = None,
    within: timedelta = SLIDING,
    hard_limit: timedelta = HARD,
) -> bool:
    """Leaned on no longer ago than ``within`` and proved no longer ago than ``hard_limit``.

    To move money, pass ``hard_limit=MONEY``: leaning on the factor does not make it younger.
    """
    at = at or timezone.now()
    age = factor_age(request, at=at)
    leaned_on = _read(request, LEANED_ON_AT)
    if age is None or leaned_on is None:
        return False
    return age <= hard_limit and -SKEW <= at - leaned_on <= within


def time_left(request: HttpRequest, *, at: datetime | None = None) -> timedelta:
    """How long payment data stays open if nobody leans on the factor again: what a page's countdown starts from."""
    at = at or timezone.now()
    proved, leaned_on = _read(request, PROVED_AT), _read(request, LEANED_ON_AT)
    if proved is None or leaned_on is None or not is_fresh(request, at=at):
        return timedelta(0)
    return min(leaned_on + SLIDING, proved + HARD) - at


def lock(request: HttpRequest) -> None:
    """Forget the proof; the session stays signed in and verified, payment data is behind the lock again."""
    for key in (PROVED_AT, LEANED_ON_AT):
        request.session.pop(key, None)


def is_poll(request: HttpRequest) -> bool:
    """A request made by a timer or a stream, not by a hand."""
    return "X-Redress-Poll" in request.headers


def _is_verified(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    check = getattr(user, "is_verified", None)
    return bool(user is not None and user.is_authenticated and callable(check) and check())


def _stamp(at: datetime | None) -> float:
    return (at or timezone.now()).timestamp()


def _read(request: HttpRequest, key: str) -> datetime | None:
    value = request.session.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None
