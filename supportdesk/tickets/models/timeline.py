from django.conf import settings
from django.db import models
from django.db.models import Q

from billing.models import CreditNote, Refund
from disputes.models import Dispute
from supportdesk.tickets.models.tickets import Ticket
from supportdesk.tickets.states import Verb


class TimelineEvent(models.Model):
    """One deed on a ticket, stored as a verb and plain values; timeline.py says it to each reader.

    Amounts are never in `data`: a deed about money points at the refund, credit note or dispute, which their own guard
    shows.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="timeline")
    verb = models.CharField(max_length=30, choices=Verb)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField(max_length=200, default="", blank=True)
    refund = models.ForeignKey(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    credit_note = models.ForeignKey(CreditNote, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dispute = models.ForeignKey(Dispute, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    # The fact's own key (a money event, say), so that a repeated delivery writes no second line.
    source_key = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="timeline_verb_known"),
            models.UniqueConstraint(
                fields=["ticket", "source_key"], condition=~Q(source_key=""), name="timeline_once_per_source"
            ),
        ]
        indexes = [models.Index(fields=["ticket", "at", "id"], name="timeline_of_ticket")]

    def __str__(self) -> str:
        return f"{self.verb} on #{self.ticket_id}"
