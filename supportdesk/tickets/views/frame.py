"""What every page of the desk needs: who reads it, and what "now" and "today" are for them."""

from datetime import datetime, time, timedelta
from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from supportdesk.people.models import User
from supportdesk.tickets.queries.queue import COUNTED


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


def due_in_words(count: int) -> str:
    """For the bar on top; nothing due is nothing to say."""
    return count_in_words(count) if count else ""
