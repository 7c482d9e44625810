from django.conf import settings
from django.db import models
from django.db.models import Q

from supportdesk.tickets.models.tickets import Ticket
from supportdesk.tickets.states import EscalationStatus


class Escalation(models.Model):
    """A ticket handed to a supervisor, with what was tried; and the supervisor's answer."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="escalations")
    status = models.CharField(max_length=20, choices=EscalationStatus, default=EscalationStatus.WAITING)
    reason = models.CharField(max_length=200)
    tried = models.TextField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(status=EscalationStatus.WAITING), name="escalation_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(status__in=EscalationStatus.values), name="escalation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=EscalationStatus.WAITING, reviewed_by=None, reviewed_at=None)
                | (~Q(status=EscalationStatus.WAITING) & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)),
                name="escalation_review_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["raised_at"], name="escalation_waiting", condition=Q(status=EscalationStatus.WAITING)),
        ]

    def __str__(self) -> str:
        return f"escalation of #{self.ticket_id}"
