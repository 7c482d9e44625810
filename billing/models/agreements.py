from django.db import models
from django.db.models import Q

from billing.audit.history import recorded
from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, ProviderRecord, currency_is_letters, unique_at_provider
from billing.states import AgreementKind, AgreementStatus


@recorded()
class Agreement(ProviderRecord):
    """A policy or a subscription: why the customer is billed at all."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="agreements")
    reference = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=20, choices=AgreementKind)
    title = models.CharField(max_length=200, default="", blank=True)
    status = models.CharField(max_length=20, choices=AgreementStatus, default=AgreementStatus.ACTIVE)
    amount_minor = MinorField(default=0)
    currency = CurrencyField()
    interval_months = models.PositiveSmallIntegerField(default=1)
    autopay = models.BooleanField(default=False)
    payment_method = models.ForeignKey(
        "billing.PaymentMethod", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_on = models.DateField(null=True, blank=True)
    next_bill_on = models.DateField(null=True, blank=True)
    grace_until = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            unique_at_provider("agreement"),
            currency_is_letters("agreement"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="agreement_amount_not_negative"),
            models.CheckConstraint(condition=Q(status__in=AgreementStatus.values), name="agreement_status_known"),
            models.CheckConstraint(
                condition=~Q(status=AgreementStatus.GRACE) | Q(grace_until__isnull=False),
                name="agreement_grace_has_end",
            ),
        ]
        indexes = [models.Index(fields=["customer", "status"], name="agreement_of_customer")]

    def __str__(self) -> str:
        return self.reference
