from django.db import models
from django.db.models import F, Q

from billing.audit.history import recorded
from billing.models.agreements import Agreement
from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, ProviderRecord, currency_is_letters, unique_at_provider
from billing.models.invoices import Invoice
from billing.states import AttemptOutcome, MethodKind, MethodStatus, PaymentStatus


@recorded()
class PaymentMethod(ProviderRecord):
    """How a customer pays: the provider's token and what may be shown of it. Never a card number."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payment_methods")
    kind = models.CharField(max_length=20, choices=MethodKind, default=MethodKind.CARD)
    status = models.CharField(max_length=20, choices=MethodStatus, default=MethodStatus.ACTIVE)
    brand = models.CharField(max_length=30, default="", blank=True)
    last4 = models.CharField(max_length=4, default="", blank=True)
    exp_month = models.PositiveSmallIntegerField(null=True, blank=True)
    exp_year = models.PositiveSmallIntegerField(null=True, blank=True)
    funding = models.CharField(max_length=20, default="", blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    bank_name = models.CharField(max_length=100, default="", blank=True)
    # The provider's own hash of the card: tells that two methods are the same card without knowing it.
    fingerprint = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            unique_at_provider("method"),
            models.CheckConstraint(condition=Q(last4="") | Q(last4__regex=r"^[0-9]{4}$"), name="method_last4_only"),
            models.CheckConstraint(
                condition=Q(exp_month__isnull=True) | Q(exp_month__range=(1, 12)), name="method_month_in_year"
            ),
            models.CheckConstraint(condition=Q(status__in=MethodStatus.values), name="method_status_known"),
        ]
        indexes = [models.Index(fields=["customer"], name="method_of_customer")]

    def __str__(self) -> str:
        name = self.brand.replace("_", " ").title() or self.get_kind_display()
        return f"{name} •••• {self.last4}" if self.last4 else name


@recorded()
class Payment(ProviderRecord):
    """Money moving from a customer to us: asked, authorised, taken, given back."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=30, unique=True)
    invoice = models.ForeignKey(Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    # What the customer meant to pay, where that differs from where the money was put (a misapplied payment).
    intended_invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="payments_meant_for_it"
    )
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    method = models.ForeignKey(PaymentMethod, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    status = models.CharField(max_length=20, choices=PaymentStatus)
    currency = CurrencyField()
    amount_minor = MinorField()
    captured_minor = MinorField(default=0)
    refunded_minor = MinorField(default=0)  # given back and not returned by the bank
    refund_held_minor = MinorField(default=0)  # promised to refunds that are not settled yet
    disputed_lost_minor = MinorField(default=0)
    descriptor = models.CharField(max_length=60, default="", blank=True)
    provider_intent_id = models.CharField(max_length=255, default="", blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    authorised_at = models.DateTimeField(null=True, blank=True)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    refund_blocked = models.BooleanField(default=False)  # a dispute over it is open

    class Meta:
        constraints = [
            unique_at_provider("payment"),
            currency_is_letters("payment"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
            models.CheckConstraint(
                condition=Q(captured_minor__gte=0)
                & Q(refunded_minor__gte=0)
                & Q(refund_held_minor__gte=0)
                & Q(disputed_lost_minor__gte=0),
                name="payment_parts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    captured_minor__gte=F("refunded_minor") + F("refund_held_minor") + F("disputed_lost_minor")
                ),
                name="payment_never_gives_back_more",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="payment_of_customer"),
            models.Index(fields=["invoice"], name="payment_of_invoice"),
            models.Index(fields=["provider_intent_id"], name="payment_by_intent", condition=~Q(provider_intent_id="")),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def refundable_minor(self) -> int:
        return self.captured_minor - self.refunded_minor - self.refund_held_minor - self.disputed_lost_minor


@recorded(births=False)
class PaymentAttempt(models.Model):
    """One asking of the bank, and its answer. One told late renumbers those after it: what they were is history."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=AttemptOutcome)
    decline_code = models.CharField(max_length=60, default="", blank=True)
    network_code = models.CharField(max_length=10, default="", blank=True)
    advice_code = models.CharField(max_length=40, default="", blank=True)
    network = models.CharField(max_length=20, default="", blank=True)
    next_retry_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "number"], name="attempt_number"),
            models.UniqueConstraint(
                fields=["payment", "external_id"], condition=~Q(external_id=""), name="attempt_once"
            ),
            models.CheckConstraint(condition=Q(outcome__in=AttemptOutcome.values), name="attempt_outcome_known"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"attempt {self.number} of payment {self.payment_id}"
