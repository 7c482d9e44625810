"""Days as contracts and banks count them. Its own count, so that a mistake in ours shows."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from random import Random


def months_after(day: date, months: int, *, on: int) -> date:
    """The same day of the month, or its last one: a contract of the 31st is billed on 30 April."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(on, monthrange(year, month + 1)[1]))


def working_days_after(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def moment_on(day: date, random: Random, *, first: int = 5, last: int = 21) -> datetime:
    return datetime.combine(day, time(random.randint(first, last), random.randint(0, 59), random.randint(0, 59)), UTC)


def before(at: datetime, random: Random, *, low: float, high: float) -> datetime:
    """A moment that many days ago, to the second."""
    return (at - timedelta(days=random.uniform(low, high))).replace(microsecond=0)
