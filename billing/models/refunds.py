import pgtrigger
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q

from billing.audit.history import recorded
from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, ProviderRecord, currency_is_letters, unique_at_provider
from billing.models.payments import Payment
from billing.money import Money
from billing.states import REFUND_STEPS, RefundReason, RefundStatus


@recorded()
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
                | Q(status__in=[RefundStatus.REQUESTED, RefundStatus.WITHDRAWN, RefundStatus.CANCELED])
                | Q(decided_by__isnull=False),
                name="refund_not_sent_unapproved",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-requested_at"], name="refund_of_customer"),
            models.Index(fields=["payment"], name="refund_of_payment"),
            models.Index(fields=["case_ref"], name="refund_of_case", condition=~Q(case_ref="")),
            models.Index(fields=["requested_at"], name="refund_waiting", condition=Q(status=RefundStatus.REQUESTED)),
            models.Index(fields=["requested_by", "-requested_at"], name="refund_by_requester"),
            models.Index(
                fields=["next_try_at"],
                name="refund_unsettled",
                condition=Q(status__in=[RefundStatus.SENDING, RefundStatus.UNKNOWN]),
            ),
        ]
        triggers = [
            # Whoever approves sees what will be sent: nobody can change it afterwards, not even by SQL.
            pgtrigger.ReadOnly(
                name="refund_frozen",
                fields=["customer", "payment", "amount_minor", "currency", "idempotency_key", "request_hash"],
            ),
            pgtrigger.FSM(
                name="refund_steps",
                field="status",
                transitions=[(str(old), str(new)) for old, steps in REFUND_STEPS.items() for new in sorted(steps)],
            ),
            # That the provider does not have it is our own word while it never told us an id of it, and then alone.
            pgtrigger.Protect(
                name="refund_failed_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status=RefundStatus.FAILED)
                & ~pgtrigger.Q(new__status=RefundStatus.FAILED)
                & ~pgtrigger.Q(old__external_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RefundLimit(models.Model):
    """How much a role may send back without a second person. No row for a role and currency: nothing."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="refund_limits")
    currency = CurrencyField()
    limit_minor = MinorField()
    daily_count = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "currency"], name="refund_limit_once"),
            currency_is_letters("refund_limit"),
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="refund_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {Money(self.limit_minor, self.currency)}"
