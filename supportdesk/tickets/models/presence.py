from django.conf import settings
from django.db import models

from supportdesk.tickets.models.tickets import Ticket


class Presence(models.Model):
    """Who has a ticket open, and whether they are writing. A row older than a minute means nobody."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="presences")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    writing = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "agent"], name="presence_once")]

    def __str__(self) -> str:
        return f"#{self.ticket_id} is open at {self.agent_id}"
