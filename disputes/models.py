from django.db import models
from django.db.models import Q

from billing.audit.history import recorded
from billing.models import Customer, Payment
from billing.models.fields import CurrencyField, MinorField, ProviderRecord, currency_is_letters, unique_at_provider
from disputes.states import DisputeReason, DisputeStatus


@recorded()
class Dispute(ProviderRecord):
    """A payment the customer's bank contests. Every fact is taken from the provider's object."""

    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="disputes")
    # A dispute can arrive before its charge; it is linked when the charge comes.
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="disputes")
    provider_payment_id = models.CharField(max_length=255, default="", blank=True)
    reference = models.CharField(max_length=30, unique=True)
    status = models.CharField(max_length=30, choices=DisputeStatus)
    reason = models.CharField(max_length=40, choices=DisputeReason)
    network_reason_code = models.CharField(max_length=20, default="", blank=True)
    amount_minor = MinorField()
    currency = CurrencyField()
    opened_at = models.DateTimeField()
    # The provider's date, never computed here; empty where no answer is allowed.
    due_at = models.DateTimeField(null=True, blank=True)
    has_evidence = models.BooleanField(default=False)
    past_due = models.BooleanField(default=False)
    submission_count = models.PositiveSmallIntegerField(default=0)
    charge_refundable = models.BooleanField(default=False)
    # Sum of the provider's balance transactions: negative while the money is withdrawn, zero when it came back.
    balance_minor = MinorField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            unique_at_provider("dispute"),
            currency_is_letters("dispute"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="dispute_amount_not_negative"),
            models.CheckConstraint(condition=Q(status__in=DisputeStatus.values), name="dispute_status_known"),
        ]
        indexes = [
            models.Index(fields=["customer", "-opened_at"], name="dispute_of_customer"),
            models.Index(fields=["payment"], name="dispute_of_payment"),
            models.Index(fields=["provider_payment_id"], name="dispute_unlinked", condition=Q(payment__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.reference
