"""A message whose task did not end well: tried again later each time, and after its last try a dead letter."""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from billing.models import OutboxMessage
from billing.redaction import redact

log = logging.getLogger("redress.outbox")

MOST_FAILURES: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=15)
DIED: Final = "The worker died while it ran."


def record_failure(outbox_id: int, words: str, *, counted: bool = False, most: int = MOST_FAILURES) -> None:
    """``counted`` where the try was counted when it began (see ``billing.outbox.work``)."""
    now = timezone.now()
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update().filter(pk=outbox_id, done_at=None, dead_at=None).first()
        if message is None:
            return
        message.failures += 0 if counted else 1
        message.last_error = redact(words).text[:500]  # errors like to quote what they were given
        message.running_until = None
        message.due_at = now + pause_after(message.failures)
        message.dead_at = now if message.failures >= most else None
        message.publications = 0
        message.save(update_fields=["failures", "last_error", "running_until", "due_at", "dead_at", "publications"])
    told = "is dead" if message.dead_at else f"waits until {message.due_at:%H:%M:%S}"
    log.warning("outbox message %s (%s) failed %s times and %s", outbox_id, message.task, message.failures, told)


def pause_after(failures: int) -> timedelta:
    """5 s, 10 s, 20 s … at most a quarter of an hour."""
    doubled: int = 1 << max(failures - 1, 0)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
