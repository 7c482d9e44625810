from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, ProviderRecord, currency_is_letters, unique_at_provider
from billing.models.payments import Payment
from billing.states import RefundReason, RefundStatus


class Refund(ProviderRecord):
    """Money going back. Amount, currency and payment are frozen once asked: a change is a new refund."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=30, unique=True)
    status = models.CharField(max_length=20, choices=RefundStatus)
    amount_minor = MinorField()
    currency = CurrencyField()
    reason = models.CharField(max_length=20, choices=RefundReason)
    case_ref = models.CharField(max_length=20, default="", blank=True)
    # Made with the form; the same key with the same body gets the first answer, with another body a refusal (S-86).
    idempotency_key = models.CharField(max_length=64, unique=True)
    request_hash = models.CharField(max_length=64)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds_requested"
    )
    requested_at = models.DateTimeField(db_default=models.functions.Now())
    approval_needed = models.BooleanField(default=False)
    approval_reason = models.CharField(max_length=200, default="", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=500, default="", blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    bank_reference = models.CharField(max_length=60, default="", blank=True)  # ARN, once the bank tells it
    failed_at = models.DateTimeField(null=True, blank=True)
    failure_reason = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        constraints = [
            unique_at_provider("refund"),
            currency_is_letters("refund"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=RefundStatus.values), name="refund_status_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(requested_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="refund_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="refund_decision_dated",
            ),
            models.CheckConstraint(
                condition=Q(approval_needed=False)
                | Q(status__in=[RefundStatus.REQUESTED, RefundStatus.CANCELED])
                | Q(decided_by__isnull=False),
                name="refund_not_sent_unapproved",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-requested_at"], name="refund_of_customer"),
            models.Index(fields=["payment"], name="refund_of_payment"),
            models.Index(fields=["case_ref"], name="refund_of_case", condition=~Q(case_ref="")),
            models.Index(fields=["requested_at"], name="refund_waiting", condition=Q(status=RefundStatus.REQUESTED)),
        ]

    def __str__(self) -> str:
        return self.reference
