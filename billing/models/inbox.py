from django.conf import settings
from django.db import models
from django.db.models import Q

from billing.states import InboxStatus


class ProviderEvent(models.Model):
    """A provider's message, stored before it is answered and applied once, whatever the deliveries."""

    provider = models.CharField(max_length=20)
    account = models.CharField(max_length=64, default="", blank=True)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    api_version = models.CharField(max_length=40, default="", blank=True)
    live = models.BooleanField()
    happened_at = models.DateTimeField()  # the provider's clock
    payload = models.JSONField()
    object_id = models.CharField(max_length=255, default="", blank=True)
    received_at = models.DateTimeField(db_default=models.functions.Now())
    deliveries = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=20, choices=InboxStatus, default=InboxStatus.RECEIVED)
    status_reason = models.CharField(max_length=300, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    applied_at = models.DateTimeField(null=True, blank=True)
    # Who decided about a held event.
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "account", "event_id"], name="provider_event_once"),
            models.CheckConstraint(condition=Q(status__in=InboxStatus.values), name="provider_event_status_known"),
        ]
        indexes = [
            models.Index(
                fields=["received_at"], name="provider_event_waiting", condition=Q(status=InboxStatus.RECEIVED)
            ),
            models.Index(fields=["status", "-received_at"], name="provider_event_by_status"),
            models.Index(fields=["object_id"], name="provider_event_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class WebhookRejection(models.Model):
    """Messages that did not prove they are the provider's, counted by the hour. Of a body only its hash is kept."""

    provider = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    last_body_sha256 = models.CharField(max_length=64)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reason", "hour"], name="webhook_rejection_by_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.reason} {self.hour:%Y-%m-%d %H}h: {self.count}"
