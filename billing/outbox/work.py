"""Tasks that outbox messages start. However often a message is delivered, its task has its effect once.

    @shared_task(base=OnceTask)
    def tell_customer(refund_id: int) -> None: ...          # runs in one transaction with the mark that it is done

    @shared_task(base=OutsideTask)
    def send_refund(refund_id: int) -> None: ...            # calls somebody else's computer, outside any transaction

A task that raises is tried again through the outbox, later each time; after its last try it is a dead letter, which
the admin shows and can replay. Celery's own retries are not used: they live in the broker, and a row lives longer.
"""

import logging
from collections.abc import Mapping
from typing import Any

import pghistory
from celery import Task
from django.db import transaction
from django.utils import timezone

from billing.failpoints import failpoint
from billing.models import OutboxMessage
from billing.outbox.failing import DIED, MOST_FAILURES, record_failure
from billing.outbox.lease import LEASE

log = logging.getLogger("redress.outbox")


class Reliable(Task):  # type: ignore[misc]  # celery has no types
    """What both kinds share. Called without ``outbox_id``, as tests do, a task simply runs."""

    abstract = True
    acks_late = True
    reject_on_worker_lost = True
    ignore_result = True
    most_failures = MOST_FAILURES

    def __call__(self, *args: Any, outbox_id: int | None = None, **payload: Any) -> Any:
        if outbox_id is None:
            return self.run(*args, **payload)
        message = self._begun(outbox_id)
        if message is None:
            return None
        failpoint("task.begun")
        try:
            self.perform(message, payload)
        except Exception as error:
            log.warning("task %s of outbox message %s raised", self.name, outbox_id, exc_info=error)
            record_failure(outbox_id, f"{type(error).__name__}: {error}", counted=True, most=self.most_failures)
        return None

    def perform(self, message: OutboxMessage, payload: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def _begun(self, outbox_id: int) -> OutboxMessage | None:
        """Take the lease, and count the try before it begins: a task that kills its worker never gets to count it."""
        now = timezone.now()
        with transaction.atomic():
            message = OutboxMessage.objects.select_for_update().filter(pk=outbox_id, done_at=None, dead_at=None).first()
            if message is None or (message.running_until is not None and message.running_until > now):
                return None
            if message.failures >= self.most_failures:
                message.dead_at = now
            message.failures += 1
            message.last_error = DIED
            message.running_until = now + LEASE
            message.save(update_fields=["dead_at", "failures", "last_error", "running_until"])
        return None if message.dead_at else message

    def _run_as_caused(self, message: OutboxMessage, payload: Mapping[str, Any]) -> None:
        with pghistory.context(**{**message.origin, "task": self.name, "outbox_id": message.pk}):
            self.run(**payload)


class OnceTask(Reliable):
    """The effect and the mark that it is done commit together. For work in our own database alone."""

    abstract = True

    def perform(self, message: OutboxMessage, payload: Mapping[str, Any]) -> None:
        with transaction.atomic():
            # Even a task that outlived its lease has its effect once: the second waits here and finds it done.
            if not OutboxMessage.objects.select_for_update().filter(pk=message.pk, done_at=None).exists():
                return
            self._run_as_caused(message, payload)
            _mark_done(message)
            failpoint("task.effected")
        failpoint("task.committed")


class OutsideTask(Reliable):
    """No transaction is open while it runs. A crash in its middle repeats it, so what it calls must know an
    idempotency key, and what it writes must stand being written again."""

    abstract = True

    def perform(self, message: OutboxMessage, payload: Mapping[str, Any]) -> None:
        self._run_as_caused(message, payload)
        failpoint("task.called")
        _mark_done(message)
        failpoint("task.committed")


def _mark_done(message: OutboxMessage) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(
        done_at=timezone.now(), running_until=None, failures=message.failures - 1, last_error=""
    )
