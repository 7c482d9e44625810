from django.db import models
from django.utils import timezone

from supportdesk.people.states import Deed


class IdentityEvent(models.Model):
    """Who did what to whose identity. Written with the deed, never changed (AppendOnly in the migration), and it
    outlives the people it names."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    deed = models.CharField(max_length=20, choices=Deed)
    # Numbers and addresses as they were, not foreign keys: removing a person must not remove or rewrite history.
    subject_id = models.BigIntegerField()
    subject_email = models.CharField(max_length=254)
    by_id = models.BigIntegerField(null=True)
    by_email = models.CharField(max_length=254, blank=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    session_digest = models.CharField(max_length=64, blank=True)
    agent_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_id", "-id"], name="people_event_by_subject")]

    def __str__(self) -> str:
        return f"{self.subject_email} {self.get_deed_display()}"
