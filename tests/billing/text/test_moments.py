from datetime import UTC, datetime

import pytest

from billing.text.moments import moment_of


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-22T09:00:00", "2026-99-99T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-11-22", "\0"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text) is None


def test_an_offset_that_the_database_would_refuse_is_worked_out_here() -> None:
    assert moment_of("2026-11-22T09:00:00+23:59") == datetime(2026, 11, 21, 9, 1, tzinfo=UTC)
    assert moment_of("2026-11-22T09:00:00+23:59").tzinfo is UTC  # type: ignore[union-attr]
