"""Moments out of addresses, where anybody may have changed them."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime


def moment_of(text: str) -> datetime | None:
    """In UTC, since PostgreSQL takes no offset of 16 hours and more; None for what is no moment, or says no offset."""
    try:
        found = parse_datetime(text)
        return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
