from django.db import models
from django.db.models import Q

from billing.models.agreements import Agreement
from billing.models.credits import CreditNote
from billing.models.customers import Customer
from billing.models.invoices import Invoice
from billing.models.payments import Payment
from billing.models.refunds import Refund
from billing.states import EventKind


class MoneyEvent(models.Model):
    """What happened to money, written in the transaction that made it happen. Never changed.

    The desk opens and updates tickets from these rows; they point at records and carry no amounts of their own.
    """

    kind = models.CharField(max_length=30, choices=EventKind)
    at = models.DateTimeField()
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refund = models.ForeignKey(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    credit_note = models.ForeignKey(CreditNote, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # A dispute lives above billing: its id is carried, not a foreign key.
    dispute_id = models.BigIntegerField(null=True, blank=True)
    case_ref = models.CharField(max_length=20, default="", blank=True)
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="money_event_kind_known"),
        ]
        indexes = [models.Index(fields=["customer", "-at"], name="money_event_of_customer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
