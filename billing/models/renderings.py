from django.db import models
from django.db.models import Q

from billing.models.customers import Customer
from billing.models.invoices import Invoice


class InvoiceRendering(models.Model):
    """A bill as it was first seen: every word and amount on it, frozen. A bill that changes gets another rendering."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="renderings")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "number"], name="rendering_number"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="rendering_hashed"),
            models.CheckConstraint(condition=Q(number__gte=1), name="rendering_counted_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} as seen, {self.number}"
