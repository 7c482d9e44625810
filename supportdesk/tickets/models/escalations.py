from django.conf import settings
from django.db import models
from django.db.models import Q

from billing.audit.history import recorded
from supportdesk.tickets.models.conversation import Message
from supportdesk.tickets.models.tickets import Ticket
from supportdesk.tickets.states import EscalationReason, EscalationStatus


@recorded()
class Escalation(models.Model):
    """A ticket handed to a supervisor, with what was tried; and the supervisor's answer.

    Both texts are internal notes of the conversation, so that they are redacted and sealed by the same rules.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="escalations")
    status = models.CharField(max_length=20, choices=EscalationStatus, default=EscalationStatus.WAITING)
    reason = models.CharField(max_length=20, choices=EscalationReason)
    tried = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    decision = models.OneToOneField(Message, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(status=EscalationStatus.WAITING), name="escalation_one_waiting"
            ),
            models.CheckConstraint(condition=Q(status__in=EscalationStatus.values), name="escalation_status_known"),
            models.CheckConstraint(condition=Q(reason__in=EscalationReason.values), name="escalation_reason_known"),
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
