"""The relay's rounds: messages to the broker, cursors to the stream, seals to the audit trail."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from celery import current_app
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from billing.audit.anchor import anchor_head
from billing.audit.sealer import BATCH as SEAL_BATCH
from billing.audit.sealer import seal_batch
from billing.outbox.heartbeat import beat
from billing.outbox.relay import BATCH, BrokerAway, number_stream_events, publish_due
from billing.outbox.upkeep import clear_old

log = logging.getLogger("redress.relay")

ROUND = 0.05  # seconds; also the shortest time between two notifications
PAUSE_AFTER_TROUBLE = 1.0


@dataclass
class Every:
    """A chore with its own rhythm, inside the rounds."""

    seconds: float
    chore: Callable[[], bool]  # True asks to be called again at once: there is more
    due: float = field(default=0.0)

    def run(self, now: float) -> None:
        if now >= self.due:
            self.due = now if self.chore() else now + self.seconds


class Relay:
    def __init__(self) -> None:
        current_app.loader.import_default_modules()  # to know every task's name
        self.stopping = False
        self.chores = [
            Every(0, lambda: publish_due() == BATCH),
            Every(0, self._number),
            Every(1, lambda: seal_batch() >= SEAL_BATCH),
            Every(5, self._beat),
            Every(60, self._clear),
            Every(settings.AUDIT_ANCHOR_SECONDS, self._anchor),
        ]

    def stop(self) -> None:
        self.stopping = True

    def run(self) -> None:
        while not self.stopping:
            started = time.monotonic()
            self.round(started)
            time.sleep(max(0.0, ROUND - (time.monotonic() - started)))

    def round(self, now: float) -> None:
        """Trouble in one chore never keeps the others from their work."""
        for chore in self.chores:
            try:
                chore.run(now)
            except BrokerAway as error:
                log.warning("the broker is away, messages wait: %s", error)
                chore.due = now + PAUSE_AFTER_TROUBLE
            except Error as error:
                log.warning("the database is away: %s", error)
                chore.due = now + PAUSE_AFTER_TROUBLE
                connection.close()
            except OSError as error:
                log.error("the anchor cannot be written: %s", error)
                chore.due = now + PAUSE_AFTER_TROUBLE

    def _number(self) -> bool:
        number_stream_events()
        return False

    def _beat(self) -> bool:
        beat("relay", at=timezone.now())
        return False

    def _clear(self) -> bool:
        return clear_old(at=timezone.now()) > 0

    def _anchor(self) -> bool:
        anchor_head(at=timezone.now())
        return False
