from django.db import models
from django.db.models import F, Q

from billing.audit.history import recorded
from billing.models.agreements import Agreement
from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, ProviderRecord, currency_is_letters, unique_at_provider
from billing.states import LineKind


@recorded()
class Promise(ProviderRecord):
    """Money off that was promised: a promotion for the bills of a time, or a credit for the next one."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="promises")
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="promises")
    reference = models.CharField(max_length=60)  # the code or the words it was promised by
    kind = models.CharField(max_length=20, choices=LineKind)
    amount_minor = MinorField()
    currency = CurrencyField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            unique_at_provider("promise"),
            currency_is_letters("promise"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="promise_amount_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=[LineKind.DISCOUNT, LineKind.CREDIT]), name="promise_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="promise_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["customer"], name="promise_of_customer")]

    def __str__(self) -> str:
        return self.reference
