from django.db import models
from django.db.models import Q

from billing.audit.history import recorded
from billing.models.fields import CurrencyField, MinorField, ProviderRecord, currency_is_letters, unique_at_provider


class PayoutStatus(models.TextChoices):
    PENDING = "pending", "Planned"
    IN_TRANSIT = "in_transit", "On its way"
    PAID = "paid", "Paid out"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"


@recorded()
class Payout(ProviderRecord):
    """Many payments, less refunds and fees, that the provider sends to our bank as one line."""

    status = models.CharField(max_length=20, choices=PayoutStatus)
    amount_minor = MinorField()  # below zero where the provider takes money back from the bank
    currency = CurrencyField()
    arrives_on = models.DateField()
    descriptor = models.CharField(max_length=60, default="", blank=True)
    bank_reference = models.CharField(max_length=140, default="", blank=True)  # the trace id, once it is known
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            unique_at_provider("payout"),
            currency_is_letters("payout"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="payout_not_zero"),
            models.CheckConstraint(condition=Q(status__in=PayoutStatus.values), name="payout_status_known"),
        ]

    def __str__(self) -> str:
        return self.external_id
