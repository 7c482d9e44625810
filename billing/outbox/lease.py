"""While a task runs, its message is leased: other deliveries of it leave it alone.

A lease is longer than most tasks may run. One that may run for longer renews it from beside, so that nobody begins it
a second time, and yet the next worker may have it soon after its own has died.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Final

from django.db import DatabaseError, connection
from django.utils import timezone

from billing.models import OutboxMessage

log = logging.getLogger("redress.outbox")

# Longer than most tasks may run (Celery's hard limit of 90 s).
LEASE: Final = timedelta(seconds=110)
RENEWED_EVERY: Final = timedelta(seconds=30)


@contextmanager
def renewed_lease(outbox_id: int, *, every: timedelta = RENEWED_EVERY) -> Iterator[None]:
    """From a thread with a connection of its own: the task's may be in the middle of a long statement."""
    ended = Event()

    def renew() -> None:
        while not ended.wait(every.total_seconds()):
            try:
                lasting = timezone.now() + LEASE
                OutboxMessage.objects.filter(pk=outbox_id, done_at=None).update(running_until=lasting)
            except DatabaseError as error:  # the next time comes long before the lease ends
                log.warning("the lease of outbox message %s was not renewed", outbox_id, exc_info=error)
                connection.close()
        connection.close()

    thread = Thread(target=renew, name=f"lease of {outbox_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
