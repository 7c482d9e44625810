"""Business days, as banks count them: no Saturday, no Sunday, none of the holidays given."""

from collections.abc import Collection
from datetime import date, timedelta

_SATURDAY = 5


def is_business_day(on: date, holidays: Collection[date] = ()) -> bool:
    return on.weekday() < _SATURDAY and on not in holidays


def add_business_days(start: date, days: int, holidays: Collection[date] = ()) -> date:
    """The day that is ``days`` business days after ``start``; the start itself is never counted."""
    on = start
    while days > 0:
        on += timedelta(days=1)
        if is_business_day(on, holidays):
            days -= 1
    return on


def business_days_between(start: date, end: date, holidays: Collection[date] = ()) -> int:
    """Business days after ``start`` up to and with ``end``; zero where ``end`` is not later."""
    on, days = start, 0
    while on < end:
        on += timedelta(days=1)
        days += is_business_day(on, holidays)
    return days
