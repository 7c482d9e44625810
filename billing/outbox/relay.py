"""From rows to the broker, and from rows to open pages. Any number of relays may run at once.

A message is claimed in one short statement, published outside of any transaction, and published again while no
worker has marked it done: at least once. Its task makes that exactly once (``billing.outbox.work``). A broker that is
away, and workers that are down, cost waiting and nothing else.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from celery import current_app
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from billing.failpoints import failpoint
from billing.models import OutboxMessage, StreamEvent
from billing.outbox.failing import record_failure

BATCH: Final = 50
# Not done after this long: its worker died, or the broker lost it. Longer than a task may run (90 s), shorter than
# most brokers take to notice. It doubles with each publication, since a worker that is down needs no reminders.
REPUBLISH_AFTER: Final = timedelta(minutes=2)
MOST_DOUBLINGS: Final = 5
CHANNEL: Final = "redress_stream"
STREAM_LOCK: Final = "redress.outbox.stream"


@dataclass(frozen=True, slots=True)
class Claimed:
    id: int
    task: str
    payload: dict[str, Any]


class BrokerAway(Exception):
    """Nothing could be published; the messages wait."""


def publish_due(limit: int = BATCH) -> int:
    """Publish what is due and say how much it was."""
    claimed = _claim(limit)
    for number, message in enumerate(claimed):
        failpoint("relay.claimed")
        if message.task not in current_app.tasks:
            record_failure(message.id, "No task has this name.")
            continue
        try:
            current_app.send_task(message.task, kwargs={"outbox_id": message.id, **message.payload})
        except Exception as error:
            # Each broker has exceptions of its own. Whatever it is, the message is in the table and stays there.
            _put_back([left.id for left in claimed[number:]])
            raise BrokerAway(str(error)) from error
        failpoint("relay.published")
    return len(claimed)


def _claim(limit: int) -> list[Claimed]:
    """Take due messages and move their next publication out of everybody's way, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE billing_outboxmessage AS message
            SET published_at = %(now)s, publications = publications + 1,
                due_at = %(now)s + make_interval(secs => %(again)s) * power(2, least(publications, %(doublings)s))
            FROM (
                SELECT id FROM billing_outboxmessage
                WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= %(now)s
                ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            ) AS due
            WHERE message.id = due.id
            RETURNING message.id, message.task, message.payload::text
            """,
            {"now": timezone.now(), "again": REPUBLISH_AFTER.seconds, "doublings": MOST_DOUBLINGS, "limit": limit},
        )
        return [Claimed(pk, task, json.loads(payload)) for pk, task, payload in sorted(cursor.fetchall())]


def _put_back(ids: list[int]) -> None:
    """The broker took none of these: due now, as if never claimed."""
    OutboxMessage.objects.filter(pk__in=ids, done_at=None).update(
        published_at=None, publications=F("publications") - 1, due_at=timezone.now()
    )


def number_stream_events(limit: int = 500) -> int | None:
    """Give committed stream events their cursor and notify the stream's processes; the newest cursor, or None.

    The lock lets one relay number at a time and is held until its commit, so cursors become visible in their order:
    whoever has read up to n can never find a smaller one later.
    """
    if not StreamEvent.objects.filter(cursor=None).exists():
        return None  # asked twenty times a second, mostly in vain: one index probe
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [STREAM_LOCK])
        if cursor.fetchone() != (True,):
            return None
        cursor.execute(
            """
            UPDATE billing_streamevent AS event
            SET cursor = (SELECT coalesce(max(cursor), 0) FROM billing_streamevent) + fresh.number
            FROM (
                SELECT id, row_number() OVER (ORDER BY id) AS number FROM (
                    SELECT id FROM billing_streamevent WHERE cursor IS NULL ORDER BY id LIMIT %s
                ) AS waiting
            ) AS fresh
            WHERE event.id = fresh.id RETURNING event.cursor
            """,
            [limit],
        )
        newest: int | None = max((row[0] for row in cursor.fetchall()), default=None)
        if newest is not None:
            failpoint("stream.numbered")
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(newest)])
    return newest
