"""When the desk must act on a ticket, and how to say it in a few words. Pure functions over plain facts.

Three clocks can run at once: the law's (a dispute's own date), a promise an agent gave, and the reply the queue owes.
A ticket stands in its queue at the moment the most pressing of them asks for work, and its chip names that clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from supportdesk.tickets.states import DueKind, Priority

# Evidence takes days to gather and a missed date loses the money: legal work starts this long before its date.
LEGAL_LEAD: Final = timedelta(days=3)
# A promise is looked at before it is broken, not after.
PROMISE_LEAD: Final = timedelta(hours=1)
# Within this much of its time a reply or a promise counts as soon.
SOON: Final = timedelta(hours=1)
# Further away than this and on another day, the day says more than the hours.
LATER_TODAY: Final = timedelta(hours=12)

# How much of the queue's first-reply time a priority leaves.
SHARE_OF_TIME: Final[Mapping[int, float]] = {
    Priority.URGENT: 0.25,
    Priority.HIGH: 0.5,
    Priority.NORMAL: 1,
    Priority.LOW: 2,
}
RANK: Final = {DueKind.LEGAL: 0, DueKind.PROMISE: 1, DueKind.SLA: 2}


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime
    kind: DueKind


def reply_due(*, since: datetime, first_reply_minutes: int, priority: int) -> datetime:
    """The queue's own time, a quarter of it for urgent, half for high, double for low."""
    return since + timedelta(minutes=first_reply_minutes * SHARE_OF_TIME[priority])


def most_pressing(*, reply_at: datetime, promised_at: datetime | None, legal_at: datetime | None) -> Due:
    """The clock that asks for work first; at the same moment law outranks promise, and promise outranks reply."""
    clocks = [Due(reply_at, DueKind.SLA)]
    if promised_at is not None:
        clocks.append(Due(promised_at - PROMISE_LEAD, DueKind.PROMISE))
    if legal_at is not None:
        clocks.append(Due(legal_at - LEGAL_LEAD, DueKind.LEGAL))
    return min(clocks, key=lambda due: (due.at, RANK[due.kind]))


@dataclass(frozen=True, slots=True)
class Chip:
    """A due date for people. ``look`` names the shape: ◆ legal, ▲ soon, ■ loss (too late), ○ later."""

    words: str  # as a row has room for: "Legal: 2 days left"
    look: str
    at: datetime
    long: str = ""  # as a page has: "Legal deadline Tue 24 Nov"

    @property
    def on_page(self) -> str:
        return self.long or self.words


def chip_for(*, kind: str, deadline: datetime, now: datetime) -> Chip:
    """Both moments in the reader's time zone: "today" is theirs."""
    left = deadline - now
    if kind == DueKind.LEGAL:
        words = f"Legal: {span(left)} left" if left >= timedelta(0) else f"Legal: {span(-left)} over"
        look = "legal" if left <= LEGAL_LEAD else "later"
        return Chip(words, look, deadline, f"Legal deadline {day_and_time(deadline, now)}")
    if kind == DueKind.PROMISE:
        today = deadline.date() <= now.date()
        look = "loss" if left < timedelta(0) else "soon" if today else "later"
        return Chip(f"Promise {day_and_time(deadline, now)}", look, deadline)
    if left < timedelta(0):
        return Chip(f"Overdue {span(-left)}", "loss", deadline)
    if left <= SOON:
        return Chip(f"Reply in {span(left)}", "soon", deadline)
    if left > LATER_TODAY and deadline.date() != now.date():
        return Chip(f"Reply {day_and_time(deadline, now)}", "later", deadline)
    return Chip(f"Reply in {span(left)}", "later", deadline)


def span(length: timedelta) -> str:
    """The largest unit that says enough: 40 s, 42 min, 3 h, 2 days. Rounded down: a promise is never stretched."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 2 * 86400:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} days"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, as the queue and the conversation say it: now, 18 min, 3 h, 2 d."""
    seconds = max(int((now - moment).total_seconds()), 0)
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86400:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} d" if seconds < 60 * 86400 else f"{seconds // (30 * 86400)} mo"


def day_and_time(moment: datetime, now: datetime) -> str:
    """today 16:00, tomorrow 10:00, Tue 24 Nov. Both moments in the reader's time zone."""
    days = (moment.date() - now.date()).days
    if days == 0:
        return f"today {moment:%H:%M}"
    if days == 1:
        return f"tomorrow {moment:%H:%M}"
    if days == -1:
        return f"yesterday {moment:%H:%M}"
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{moment:%a} {moment.day} {moment:%b}{year}"
