"""What must happen after a commit, kept as rows of that commit."""

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """A task to run once. The relay publishes it until a worker has marked it done.

    waiting → published → done, or, when it failed too often, dead: shown in the admin, where it can be replayed.
    """

    key = models.CharField(max_length=200, unique=True)
    task = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)  # ids only
    origin = models.JSONField(default=dict, blank=True)  # who caused it; copied into the history the task writes
    created_at = models.DateTimeField(db_default=models.functions.Now())
    due_at = models.DateTimeField(db_default=models.functions.Now())
    published_at = models.DateTimeField(null=True, blank=True)
    publications = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, default="", blank=True)
    running_until = models.DateTimeField(null=True, blank=True)  # a worker's lease, where the task calls outside
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [("replay_messages", "Can see the outbox and try dead letters again")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(dead_at__isnull=True), name="outbox_done_or_dead"
            ),
        ]
        # Both stay small however long the history: finished rows are in neither.
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="outbox_due",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(fields=["-dead_at"], name="outbox_dead", condition=Q(dead_at__isnull=False)),
            models.Index(fields=["done_at"], name="outbox_done", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"


class StreamEvent(models.Model):
    """Something changed that an open page may show. It names the thing and carries nothing of its content.

    ``cursor`` is given by the relay after the commit, so that readers who have seen n never miss a smaller one.
    """

    topic = models.CharField(max_length=100)
    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=60, default="", blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    cursor = models.BigIntegerField(null=True, unique=True, editable=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["id"], name="stream_event_new", condition=Q(cursor__isnull=True)),
            models.Index(fields=["created_at"], name="stream_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.kind}"


class Heartbeat(models.Model):
    """That a background process was alive, for /readyz."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
