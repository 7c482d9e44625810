"""The pass a page shows to open its stream: who, in which session, which topics. Signed, and old after a minute.

It is bound to the session cookie, so that a pass found in a log opens nothing.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

LIFE_SECONDS = 60
_SALT = "supportdesk.stream"


class PassRefused(Exception):
    """The pass is forged, old, or of another session."""


@dataclass(frozen=True, slots=True)
class StreamPass:
    user_id: int
    session_epoch: int
    session_key: str
    topics: frozenset[str]


def digest(session_key: str) -> str:
    return hashlib.sha256(f"{_SALT}:{session_key}".encode()).hexdigest()[:32]


def make_pass(*, user_id: int, session_epoch: int, session_key: str, topics: Iterable[str]) -> str:
    return signing.dumps([user_id, session_epoch, digest(session_key), sorted(topics)], salt=_SALT, compress=True)


def read_pass(text: str, *, session_key: str) -> StreamPass:
    """What the pass says, if this session holds it.

    Raises:
        PassRefused: it does not hold, for whichever reason; the reason is not told apart.
    """
    try:
        user_id, epoch, bound_to, topics = signing.loads(text, salt=_SALT, max_age=LIFE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise PassRefused from None
    if not session_key or bound_to != digest(session_key):
        raise PassRefused
    return StreamPass(user_id, epoch, session_key, frozenset(topics))
