"""What every page of the desk has: the reader's day, the count on the bar, the stream."""

from datetime import datetime, time, timedelta
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from supportdesk.people.models import User
from supportdesk.tickets.queries.queue import COUNTED, count_capped, due_today


def reader(request: HttpRequest) -> User:
    """Behind a policy for staff there is always a user of ours."""
    return cast(User, request.user)


def local_now() -> datetime:
    """Now, in the reader's zone: "today" on a page is theirs."""
    return timezone.localtime()


def midnight_after(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)


def count_in_words(count: int) -> str:
    return f"{COUNTED - 1:,}+" if count >= COUNTED else f"{count:,}"


def frame(request: HttpRequest, now: datetime) -> dict[str, Any]:
    due = count_capped(due_today(reader(request), midnight=midnight_after(now)))
    return {"due_today": count_in_words(due) if due else ""}
