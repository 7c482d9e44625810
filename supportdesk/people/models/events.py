from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.audit.fields import TransactionIdField
from supportdesk.people.states import Deed, DeedOutcome


class IdentityEvent(models.Model):
    """Who did what to whose identity. Written with the deed, never changed (AppendOnly in the migration), sealed with
    the log of reads (people.apps), and it outlives the people it names."""

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
    # The roles of whoever did it, who stood behind an impersonation, and how old their second factor was.
    role = models.CharField(max_length=60, blank=True, default="", db_default="")
    real_actor_id = models.BigIntegerField(null=True)
    request_id = models.UUIDField(null=True)
    factor_age_seconds = models.PositiveIntegerField(null=True)
    outcome = models.CharField(
        max_length=10, choices=DeedOutcome, default=DeedOutcome.DONE, db_default=DeedOutcome.DONE.value
    )
    xid = TransactionIdField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=DeedOutcome.values), name="people_event_outcome_known")
        ]
        indexes = [
            models.Index(fields=["subject_id", "-id"], name="people_event_by_subject"),
            models.Index(fields=["xid", "id"], name="people_event_order"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_email} {self.get_deed_display()}"
