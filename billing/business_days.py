"""Days on which banks work: no Saturday, no Sunday, none of the holidays a caller names (they differ by country)."""

from collections.abc import Collection
from datetime import date, timedelta

_SATURDAY = 5


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def add_business_days(start: date, days: int, holidays: Collection[date] = ()) -> date:
    """The day that many working days after ``start``; a weekend day counts from the Friday before it."""
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        left -= is_business_day(day, holidays)
    return day


def business_days_between(start: date, end: date, holidays: Collection[date] = ()) -> int:
    """Working days after ``start`` up to and with ``end``; zero where ``end`` is not later."""
    day, days = start, 0
    while day < end:
        day += timedelta(days=1)
        days += is_business_day(day, holidays)
    return days
