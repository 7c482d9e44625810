"""When the desk must act, and the few words that say so."""

from datetime import UTC, datetime, timedelta

import pytest

from supportdesk.tickets.clocks import Due, ago, chip_for, day_and_time, most_pressing, reply_due, span
from supportdesk.tickets.states import DueKind, Priority

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # a Saturday
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("priority", "minutes"),
    [(Priority.URGENT, 60), (Priority.HIGH, 120), (Priority.NORMAL, 240), (Priority.LOW, 480)],
)
def test_priority_takes_its_share_of_the_queues_time(priority: int, minutes: int) -> None:
    assert reply_due(since=NOW, first_reply_minutes=240, priority=priority) == NOW + timedelta(minutes=minutes)


def test_reply_alone() -> None:
    assert most_pressing(reply_at=NOW, promised_at=None, legal_at=None) == Due(NOW, DueKind.SLA)


def test_law_asks_for_work_three_days_before_its_date() -> None:
    legal = NOW + timedelta(days=5)

    due = most_pressing(reply_at=NOW + timedelta(days=3), promised_at=None, legal_at=legal)

    assert due == Due(NOW + timedelta(days=2), DueKind.LEGAL)


def test_a_reply_due_sooner_comes_before_a_distant_law() -> None:
    due = most_pressing(reply_at=NOW + HOUR, promised_at=None, legal_at=NOW + timedelta(days=9))

    assert due == Due(NOW + HOUR, DueKind.SLA)


def test_at_the_same_moment_law_before_promise_before_reply() -> None:
    legal, promise = NOW + timedelta(days=3), NOW + HOUR

    assert most_pressing(reply_at=NOW, promised_at=promise, legal_at=legal).kind == DueKind.LEGAL
    assert most_pressing(reply_at=NOW, promised_at=promise, legal_at=None).kind == DueKind.PROMISE


@pytest.mark.parametrize(
    ("kind", "left", "words", "look"),
    [
        (DueKind.LEGAL, timedelta(days=2, hours=5), "Legal: 2 days left", "legal"),
        (DueKind.LEGAL, timedelta(days=9), "Legal: 9 days left", "later"),
        (DueKind.LEGAL, timedelta(hours=-30), "Legal: 30 h over", "legal"),
        (DueKind.PROMISE, 4 * HOUR, "Promise today 16:00", "soon"),
        (DueKind.PROMISE, timedelta(hours=22), "Promise tomorrow 10:00", "later"),
        (DueKind.PROMISE, timedelta(hours=-2), "Promise today 10:00", "loss"),
        (DueKind.SLA, timedelta(minutes=42), "Reply in 42 min", "soon"),
        (DueKind.SLA, 3 * HOUR, "Reply in 3 h", "later"),
        (DueKind.SLA, timedelta(hours=22), "Reply tomorrow 10:00", "later"),
        (DueKind.SLA, -3 * HOUR, "Overdue 3 h", "loss"),
    ],
)
def test_chip(kind: str, left: timedelta, words: str, look: str) -> None:
    chip = chip_for(kind=kind, deadline=NOW + left, now=NOW)

    assert (chip.words, chip.look) == (words, look)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=119), "1 min"),
        (timedelta(minutes=119), "1 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_span_never_stretches(length: timedelta, words: str) -> None:
    assert span(length) == words


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=18), "18 min"),
        (3 * HOUR, "3 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=90), "3 mo"),
    ],
)
def test_ago(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW.replace(hour=16), "today 16:00"),
        (NOW + timedelta(days=1), "tomorrow 12:00"),
        (NOW - timedelta(days=1), "yesterday 12:00"),
        (NOW + timedelta(days=3), "Tue 24 Nov"),
        (NOW + timedelta(days=60), "Wed 20 Jan 2027"),
    ],
)
def test_day_and_time(moment: datetime, words: str) -> None:
    assert day_and_time(moment, NOW) == words


def test_a_page_has_room_for_the_laws_day() -> None:
    chip = chip_for(kind=DueKind.LEGAL, deadline=NOW + timedelta(days=3), now=NOW)

    assert (chip.words, chip.on_page) == ("Legal: 3 days left", "Legal deadline Tue 24 Nov")
