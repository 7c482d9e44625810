"""The session of a signed-in browser, where the desk keeps it: no test waits an hour for a factor to grow old."""

from contextlib import closing
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore

from billing.access import factor
from supportdesk.people.states import SEEN_AT
from tests.browser.person import Person
from tests.browser.running_desk import as_owner

MOMENTS = (SEEN_AT, factor.PROVED_AT, factor.LEANED_ON_AT)
_READ = "SELECT session_data FROM django_session WHERE session_key = %s"
_WRITE = "UPDATE django_session SET session_data = %s WHERE session_key = %s"


def moments(person: Person) -> dict[str, float]:
    """When a hand was last seen, when the factor was proved, when it was last leaned on."""
    kept = _read(person)
    return {key: kept[key] for key in MOMENTS}


def age(person: Person, **by: timedelta) -> None:
    """Put moments back, as if the person had last done it so much earlier."""
    kept = _read(person)
    kept |= {key: kept[key] - long.total_seconds() for key, long in by.items()}
    with closing(as_owner(person.desk.database)) as desk:
        assert desk.execute(_WRITE, [SessionStore().encode(kept), _key(person)]).rowcount == 1


def _read(person: Person) -> dict[str, Any]:
    with closing(as_owner(person.desk.database)) as desk:
        row = desk.execute(_READ, [_key(person)]).fetchone()
    assert row is not None, "nobody is signed in"
    kept: dict[str, Any] = SessionStore().decode(row[0])
    assert kept, "the session was signed with another key"
    return kept


def _key(person: Person) -> str:
    (key,) = (cookie["value"] for cookie in person.context.cookies() if cookie["name"] == "session")
    return key
