"""A provider's seconds as moments and days. Days are those of the desk's own time zone."""

from datetime import UTC, date, datetime
from typing import overload

from django.utils import timezone


@overload
def moment_of(second: int) -> datetime: ...


@overload
def moment_of(second: None) -> None: ...


@overload
def moment_of(second: int | None) -> datetime | None: ...


def moment_of(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, tz=UTC)


@overload
def day_of(second: int) -> date: ...


@overload
def day_of(second: int | None) -> date | None: ...


def day_of(second: int | None) -> date | None:
    return None if second is None else timezone.localdate(moment_of(second))
