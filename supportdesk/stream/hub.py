"""One listener a process, and the fan-out of what it hears to the open streams.

A Django view would pin a thread and a database connection to each open stream. Here one asyncio task listens on one
connection, and a stream is a bounded queue in memory. The relay sends nothing but a cursor; rows are read from the
table once, whatever the number of streams, so that a lost notification or connection loses no event.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import psycopg

from supportdesk.people.states import ACCESS_CHANGED
from supportdesk.stream.passes import StreamPass

CHANNEL = "redress_stream"
KEPT = 2_000  # events in memory for streams that come back; older ones are told to load anew
QUEUE_SIZE = 50  # a reader that falls behind further is dropped, and catches up when it comes back
CHECK_SECONDS = 5.0  # a session that ended closes its streams within this time
SILENT_SECONDS = 5.0  # look at the table although nothing was notified

NEWEST = "SELECT coalesce(max(cursor), 0) FROM billing_streamevent"
NEW_ROWS = "SELECT cursor, topic, kind FROM billing_streamevent WHERE cursor > %s ORDER BY cursor LIMIT 500"
LIVE_SESSIONS = """
    SELECT held.user_id, held.epoch, held.session_key
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS held (user_id, epoch, session_key)
    JOIN people_user AS person ON person.id = held.user_id AND person.session_epoch = held.epoch AND person.is_active
    JOIN django_session AS session ON session.session_key = held.session_key AND session.expire_date > now()
"""

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
logger = logging.getLogger("redress.stream")


@dataclass(frozen=True, slots=True)
class Change:
    cursor: int
    topic: str
    kind: str


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream. `None` in the queue ends it."""

    holder: StreamPass
    queue: "asyncio.Queue[Change | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))

    def give(self, change: Change | None) -> bool:
        """Hand over a change; False where the reader has fallen too far behind."""
        try:
            self.queue.put_nowait(change)
        except asyncio.QueueFull:
            return False
        return True

    def end(self) -> None:
        while not self.give(None):
            self.queue.get_nowait()


class Hub:
    """The streams of this process. Every method runs on its event loop."""

    # The newest event any hub of this process has read. A page made now has seen everything up to here, so its stream
    # starts here; None until the first stream has opened. Django's threads read it, the event loop writes it.
    newest: ClassVar[int | None] = None

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._listeners: dict[str, set[Listener]] = {}
        self._all: set[Listener] = set()
        self._recent: deque[Change] = deque(maxlen=KEPT)
        self._cursor = -1
        self._tasks: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._all)

    def open(self, holder: StreamPass, *, since: int | None) -> tuple[Listener, bool]:
        """A new stream, with what it missed already in its queue; False where more was missed than is kept."""
        listener = Listener(holder)
        complete = since is None or self._missed(listener, since)
        self._all.add(listener)
        for topic in holder.topics:
            self._listeners.setdefault(topic, set()).add(listener)
        self._start()
        return listener, complete

    def close(self, listener: Listener) -> None:
        self._all.discard(listener)
        for topic in listener.holder.topics:
            if followers := self._listeners.get(topic):
                followers.discard(listener)
                if not followers:
                    del self._listeners[topic]

    def deliver(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self._recent.append(change)
            for listener in tuple(self._listeners.get(change.topic, ())):
                if not listener.give(change) or change.kind == ACCESS_CHANGED:
                    self.close(listener)
                    listener.end()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for listener in tuple(self._all):
            self.close(listener)
            listener.end()

    def _missed(self, listener: Listener, since: int) -> bool:
        if self._cursor < 0:
            return False  # this process has just started and cannot know what happened before
        if since >= self._cursor:
            return True
        if not self._recent or self._recent[0].cursor > since + 1:
            return False
        return all(
            listener.give(change)
            for change in self._recent
            if change.cursor > since and change.topic in listener.holder.topics
        )

    def _start(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._forever(work)) for work in (self._listen, self._check)]

    async def _forever(self, work: Callable[[Connection], Awaitable[None]]) -> None:
        """Keep one connection at work; a lost one is made anew, and the table tells what was missed meanwhile."""
        pause = 0.5
        while True:
            try:
                async with await Connection.connect(self._conninfo, autocommit=True) as connection:
                    pause = 0.5
                    await work(connection)
            except psycopg.Error as error:
                logger.warning("The stream lost its database connection, next try in %.1f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 15)

    async def _listen(self, connection: Connection) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        if self._cursor < 0:
            newest = await (await connection.execute(NEWEST)).fetchone()
            self._move(newest[0] if newest else 0)
        while True:
            await self._read_new(connection)
            async for _ in connection.notifies(timeout=SILENT_SECONDS, stop_after=1):
                pass  # the rows say what changed; the notification only says that something did

    async def _read_new(self, connection: Connection) -> None:
        while True:
            rows = await (await connection.execute(NEW_ROWS, [self._cursor])).fetchall()
            if not rows:
                return
            self._move(rows[-1][0])
            self.deliver(Change(*row) for row in rows)

    def _move(self, cursor: int) -> None:
        self._cursor = cursor
        Hub.newest = cursor

    async def _check(self, connection: Connection) -> None:
        """End the streams of sessions that ended: signed out, disabled, or with other rights than before."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            holders = {listener.holder for listener in self._all}
            if holders:
                alive = await self._alive(connection, holders)
                for listener in tuple(self._all):
                    if listener.holder in holders and _who(listener.holder) not in alive:
                        self.close(listener)
                        listener.end()

    async def _alive(self, connection: Connection, holders: set[StreamPass]) -> set[tuple[int, int, str]]:
        people = [_who(holder) for holder in holders]
        users, epochs, sessions = (list(column) for column in zip(*people, strict=True))
        rows = await connection.execute(LIVE_SESSIONS, [users, epochs, sessions])
        return {(user, epoch, session) for user, epoch, session in await rows.fetchall()}


def _who(holder: StreamPass) -> tuple[int, int, str]:
    return holder.user_id, holder.session_epoch, holder.session_key
