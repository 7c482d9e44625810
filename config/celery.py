"""Celery: ``celery -A config worker``. Its settings are Django's, those that begin with CELERY_."""

import os
from typing import Any

import psycopg
from celery import Celery, bootsteps
from celery.utils.log import get_logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("redress")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SECONDS_BETWEEN_BEATS = 5


class Heartbeat(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
    """Tell /readyz that this worker takes tasks: beats begin with the consumer and end when it loses the broker."""

    requires = ("celery.worker.consumer:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        self.timer_entry: Any = None

    def start(self, consumer: Any) -> None:
        self.beat(consumer)
        self.timer_entry = consumer.timer.call_repeatedly(SECONDS_BETWEEN_BEATS, self.beat, (consumer,))

    def stop(self, consumer: Any) -> None:
        if self.timer_entry is not None:
            self.timer_entry.cancel()
            self.timer_entry = None

    def beat(self, consumer: Any) -> None:
        if not consumer.connection.connected:
            return
        try:
            from config.heartbeat import record_heartbeat  # needs Django set up

            record_heartbeat("worker")
        except psycopg.Error as error:
            get_logger(__name__).warning("No heartbeat was recorded: %s", error)


app.steps["consumer"].add(Heartbeat)
