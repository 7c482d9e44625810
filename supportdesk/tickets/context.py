"""What every page of the desk and of the admin says on top: how much waits for this reader's decision, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from billing.queries.deciding import TOPIC
from supportdesk.people.models import User
from supportdesk.tickets.access import REVIEW
from supportdesk.tickets.queries.deciding import CREDITS, MATCHES, REFUNDS, may_decide, to_decide_by
from supportdesk.tickets.queries.queue import COUNTED

# What it takes to decide, the page where that is done, the list of what waits there, and the word for one and for more.
KINDS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    REFUNDS: ("admin:billing_refund_changelist", "?status__exact=requested", "refund", "refunds"),
    CREDITS: ("admin:billing_creditnote_changelist", "?status__exact=requested", "credit note", "credit notes"),
    MATCHES: ("billing:matches_waiting", "", "posting", "postings"),
    REVIEW: ("admin:tickets_escalation_changelist", "?status__exact=waiting", "escalation", "escalations"),
}


@dataclass(frozen=True, slots=True)
class Way:
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """``count`` is empty where nothing waits, and ``topic`` where the reader decides nothing at all."""

    topic: str = ""
    count: str = ""
    url: str = ""
    ways: tuple[Way, ...] = ()


def desk(request: HttpRequest) -> dict[str, Any]:
    # Lazy: customers' pages do not ask.
    return {"decisions": SimpleLazyObject(lambda: decisions_of(request))}


def decisions_of(request: HttpRequest) -> Decisions:
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_verified() or not may_decide(user):
        return Decisions()
    waiting = to_decide_by(user)
    if not waiting.total:
        return Decisions(topic=TOPIC)
    ways = tuple(_way(needs, count) for needs, count in waiting.counts.items())
    url = ways[0].url if len(ways) == 1 else reverse("admin:index")
    return Decisions(TOPIC, _count(waiting.total), url, ways)


def _way(needs: str, count: int) -> Way:
    page, waits, one, more = KINDS[needs]
    return Way(f"{_count(count)} {one if count == 1 else more} to decide", reverse(page) + waits)


def _count(count: int) -> str:
    return f"{COUNTED - 1:,}+" if count >= COUNTED else f"{count:,}"
