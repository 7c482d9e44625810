from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from billing.audit.history import recorded
from billing.models.fields import CurrencyField, MinorField, currency_is_letters


@recorded()
class Promotion(models.Model):
    """Money off for a code, and its terms. What is empty sets no bound."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120, default="", blank=True)
    currency = CurrencyField()
    # One of the two: so many hundredths of the bill's own price, or an amount.
    percent_off = models.PositiveSmallIntegerField(null=True, blank=True)
    amount_off_minor = MinorField[int | None, int | None](null=True, blank=True)
    active = models.BooleanField(default=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    uses_allowed = models.PositiveIntegerField(null=True, blank=True)
    uses_per_customer = models.PositiveSmallIntegerField(default=1)
    products = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    minimum_minor = MinorField(default=0)
    first_purchase_only = models.BooleanField(default=False)
    stackable = models.BooleanField(default=True)

    class Meta:
        constraints = [
            currency_is_letters("promotion"),
            models.UniqueConstraint(Lower("code"), name="promotion_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="promotion_has_code"),
            models.CheckConstraint(
                condition=Q(percent_off__range=(1, 100), amount_off_minor__isnull=True)
                | Q(percent_off__isnull=True, amount_off_minor__gt=0),
                name="promotion_one_way_off",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="promotion_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.code
