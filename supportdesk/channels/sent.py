"""What this browser sent with the contact form lately, so that Back and Send again is not a second question.

The form's own key, unique in the database, catches the same form sent twice. A browser that goes back may draw the form
anew, with a new key, and put the old words into it: those are known by their digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

SENT: Final = "questions_sent"
REMEMBERED_FOR: Final = timedelta(hours=1)
MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Sent:
    number: int
    at: datetime


def digest_of(given: Mapping[str, object], *, topic: str, writer: int | None) -> str:
    """Of all that was said, and by whom; not of the key."""
    said = [given.get(name, "") for name in ("subject", "text", "about", "name", "email")]
    return sha256("\n".join(map(str, [topic, writer or "", *said])).encode()).hexdigest()


def sent_with(request: HttpRequest, digest: str) -> Sent | None:
    return _recent(request).get(digest)


def last_sent(request: HttpRequest, *, by: int | None) -> Sent | None:
    """The newest question of this browser, if this very person sent it."""
    mine = [sent for sent in _recent(request).values() if request.session.get(f"{SENT}_by") == by]
    return max(mine, key=lambda sent: sent.at, default=None)


def remember_sent(request: HttpRequest, digest: str, number: int, *, by: int | None) -> None:
    kept = _recent(request) if request.session.get(f"{SENT}_by") == by else {}
    newest = sorted({**kept, digest: Sent(number, timezone.now())}.items(), key=lambda item: item[1].at)[-MOST:]
    request.session[SENT] = {key: [sent.number, sent.at.timestamp()] for key, sent in newest}
    request.session[f"{SENT}_by"] = by


def _recent(request: HttpRequest) -> dict[str, Sent]:
    now = timezone.now()
    kept = {
        digest: Sent(number, datetime.fromtimestamp(at, tz=now.tzinfo))
        for digest, (number, at) in request.session.get(SENT, {}).items()
    }
    return {digest: sent for digest, sent in kept.items() if now - sent.at < REMEMBERED_FOR}
