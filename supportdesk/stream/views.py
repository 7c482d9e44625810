"""The Django view beside the stream: the pass that opens it."""

from collections.abc import Iterable
from typing import cast

from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from billing.access.policies import Policy, declares
from billing.models import StreamEvent
from billing.queries.deciding import TOPIC as DECISIONS
from supportdesk.people.models import User
from supportdesk.people.states import topic_of
from supportdesk.stream.passes import make_pass
from supportdesk.tickets.access import queues_visible_to, tickets_visible_to
from supportdesk.tickets.queries.deciding import may_decide

MOST_TOPICS = 40
LONGEST_NUMBER = 18  # digits; a bigint holds any of them


@declares(Policy.SIGNED_IN, methods=["GET"])
def stream_pass(request: HttpRequest) -> HttpResponseBase:
    """A pass for those of the asked topics that this person may follow, and where the stream stands now."""
    user = cast(User, request.user)
    topics = topics_followed_by(user, _asked(request))
    signed = make_pass(
        user_id=user.pk,
        session_epoch=user.session_epoch,
        session_key=request.session.session_key or "",
        topics=topics | {topic_of(user.pk)},  # whatever a page follows, it is told when its reader's rights change
    )
    return JsonResponse({"pass": signed, "cursor": _newest(), "topics": sorted(topics)})


def topics_followed_by(user: User, asked: Iterable[str]) -> set[str]:
    """The asked topics that this person may follow: tickets and queues they may see, and what is their own."""
    topics = set(asked)
    numbers = {
        int(ref) for ref in _refs(topics, "ticket") if ref.isascii() and ref.isdecimal() and len(ref) <= LONGEST_NUMBER
    }
    allowed = {topic_of(user.pk)} & topics
    if DECISIONS in topics and may_decide(user):
        allowed.add(DECISIONS)
    if numbers:
        visible = tickets_visible_to(user).filter(pk__in=numbers)
        allowed |= {f"ticket:{number}" for number in visible.values_list("pk", flat=True)}
    if user.is_staff and (slugs := _refs(topics, "queue")):
        allowed |= {
            f"queue:{slug}" for slug in queues_visible_to(user).filter(slug__in=slugs).values_list("slug", flat=True)
        }
    return allowed


def _is_number(ref: str) -> bool:
    return ref.isascii() and ref.isdecimal() and len(ref) <= LONGEST_NUMBER


def _refs(topics: Iterable[str], kind: str) -> set[str]:
    return {topic.partition(":")[2] for topic in topics if topic.startswith(f"{kind}:")}


def _asked(request: HttpRequest) -> list[str]:
    return [topic for topic in request.GET.get("topics", "").split(",")[:MOST_TOPICS] if topic and "\0" not in topic]


def _newest() -> int:
    newest: int | None = StreamEvent.objects.aggregate(newest=Max("cursor"))["newest"]
    return newest or 0
