from django.db import models
from django.db.models import Q

from billing.models import Agreement, Invoice, Payment, Refund
from disputes.models import Dispute
from supportdesk.tickets.models.tickets import Ticket


class TicketLink(models.Model):
    """The exact record a ticket is about, with a real foreign key: one of the five."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    agreement = models.ForeignKey(
        Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="ticket_links"
    )
    invoice = models.ForeignKey(Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="ticket_links")
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="ticket_links")
    refund = models.ForeignKey(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="ticket_links")
    dispute = models.ForeignKey(Dispute, null=True, blank=True, on_delete=models.PROTECT, related_name="ticket_links")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(agreement__isnull=False, invoice=None, payment=None, refund=None, dispute=None)
                    | Q(agreement=None, invoice__isnull=False, payment=None, refund=None, dispute=None)
                    | Q(agreement=None, invoice=None, payment__isnull=False, refund=None, dispute=None)
                    | Q(agreement=None, invoice=None, payment=None, refund__isnull=False, dispute=None)
                    | Q(agreement=None, invoice=None, payment=None, refund=None, dispute__isnull=False)
                ),
                name="ticket_link_to_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=["ticket", target],
                    condition=Q(**{f"{target}__isnull": False}),
                    name=f"ticket_link_{target}_once",
                )
                for target in ("agreement", "invoice", "payment", "refund", "dispute")
            ),
        ]

    def __str__(self) -> str:
        return f"link of #{self.ticket_id}"
