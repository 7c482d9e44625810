"""The fan-out in memory, without a database."""

import asyncio

from supportdesk.people.states import ACCESS_CHANGED
from supportdesk.stream.hub import QUEUE_SIZE, Change, Hub, Listener
from supportdesk.stream.passes import StreamPass


def holder(*topics: str, user: int = 1) -> StreamPass:
    return StreamPass(user, 0, f"session-{user}", frozenset(topics))


class Quiet(Hub):
    """A hub that starts no listening tasks."""

    def __init__(self) -> None:
        super().__init__("")

    def _start(self) -> None:
        pass


def got(listener: Listener) -> list[Change | None]:
    found = []
    while not listener.queue.empty():
        found.append(listener.queue.get_nowait())
    return found


def test_a_change_reaches_those_who_follow_its_topic() -> None:
    hub = Quiet()
    one, _ = hub.open(holder("ticket:1"), since=None)
    other, _ = hub.open(holder("ticket:2", user=2), since=None)
    change = Change(5, "ticket:1", "changed")

    hub.deliver([change])

    assert (got(one), got(other)) == ([change], [])


def test_who_comes_back_gets_what_was_missed() -> None:
    hub = Quiet()
    hub._cursor = 7  # as after reading the table
    hub.deliver([Change(number, "ticket:1", "changed") for number in (5, 6, 7)])

    listener, complete = hub.open(holder("ticket:1"), since=5)

    assert complete
    assert [change.cursor for change in got(listener) if change] == [6, 7]


def test_who_missed_more_than_is_kept_is_told_to_load_anew() -> None:
    hub = Quiet()
    hub._cursor = 9
    hub.deliver([Change(9, "ticket:1", "changed")])

    _, complete = hub.open(holder("ticket:1"), since=3)

    assert not complete


def test_a_reader_that_falls_behind_is_ended_and_the_others_go_on() -> None:
    hub = Quiet()
    slow, _ = hub.open(holder("ticket:1"), since=None)
    quick, _ = hub.open(holder("ticket:1", user=2), since=None)
    for number in range(QUEUE_SIZE + 1):
        hub.deliver([Change(number, "ticket:1", "changed")])
        got(quick)

    hub.deliver([Change(99, "ticket:1", "changed")])

    assert got(slow)[-1] is None
    assert [change.cursor for change in got(quick) if change] == [99]
    assert len(hub) == 1


def test_changed_access_ends_the_streams_on_that_topic_alone() -> None:
    hub = Quiet()
    on_it, _ = hub.open(holder("ticket:1", "queue:x"), since=None)
    elsewhere, _ = hub.open(holder("queue:x", user=2), since=None)

    hub.deliver([Change(5, "ticket:1", ACCESS_CHANGED), Change(6, "queue:x", "changed")])

    assert got(on_it)[-1] is None
    assert got(elsewhere) == [Change(6, "queue:x", "changed")]


def test_closing_leaves_nothing_behind() -> None:
    hub = Quiet()
    listener, _ = hub.open(holder("ticket:1"), since=None)

    hub.close(listener)
    hub.close(listener)

    assert len(hub) == 0
    assert hub._listeners == {}


def test_stopping_ends_every_stream() -> None:
    hub = Quiet()
    listener, _ = hub.open(holder("ticket:1"), since=None)

    asyncio.run(hub.stop())

    assert got(listener) == [None]


def test_a_server_that_has_just_started_cannot_know_what_was_missed() -> None:
    _, complete = Quiet().open(holder("ticket:1"), since=5)

    assert not complete


def test_a_page_starts_where_the_hub_stands() -> None:
    hub = Quiet()

    hub._move(12)

    assert (hub._cursor, Hub.newest) == (12, 12)
