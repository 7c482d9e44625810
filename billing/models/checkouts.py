import pgtrigger
from django.db import models
from django.db.models import Q

from billing.audit.history import recorded
from billing.models.agreements import Agreement
from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, currency_is_letters
from billing.models.invoices import Invoice
from billing.models.payments import PaymentMethod
from billing.states import CHECKOUT_STEPS, CheckoutKind, CheckoutStatus

WITH_THE_CUSTOMER = (CheckoutStatus.STARTING, CheckoutStatus.OPEN)


@recorded()
class Checkout(models.Model):
    """A customer's visit to the provider's hosted page. A card number is typed there, and never here."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="checkouts")
    kind = models.CharField(max_length=10, choices=CheckoutKind)
    status = models.CharField(max_length=10, choices=CheckoutStatus, default=CheckoutStatus.STARTING)
    reference = models.CharField(max_length=30, unique=True)  # also the key under which the provider is asked
    invoice = models.ForeignKey(Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="checkouts")
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="checkouts")
    method = models.ForeignKey(PaymentMethod, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount_minor = MinorField(default=0)
    currency = CurrencyField()
    provider = models.CharField(max_length=20)
    external_id = models.CharField(max_length=255, default="", blank=True)
    url = models.CharField(max_length=2000, default="", blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            currency_is_letters("checkout"),
            models.CheckConstraint(condition=Q(kind__in=CheckoutKind.values), name="checkout_kind_known"),
            models.CheckConstraint(condition=Q(status__in=CheckoutStatus.values), name="checkout_status_known"),
            models.CheckConstraint(
                condition=Q(kind=CheckoutKind.PAYMENT, invoice__isnull=False, amount_minor__gt=0)
                | Q(kind=CheckoutKind.METHOD, invoice__isnull=True, amount_minor=0),
                name="checkout_is_for_something",
            ),
            # Two tabs share one page of the provider, and a page is paid once.
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(status__in=WITH_THE_CUSTOMER, kind=CheckoutKind.PAYMENT),
                name="checkout_one_for_a_bill",
            ),
            models.UniqueConstraint(
                fields=["provider", "external_id"], condition=~Q(external_id=""), name="checkout_unique_at_provider"
            ),
        ]
        indexes = [models.Index(fields=["customer", "-created_at"], name="checkout_of_customer")]
        triggers = [
            pgtrigger.FSM(
                name="checkout_steps",
                field="status",
                transitions=[(str(old), str(new)) for old, steps in CHECKOUT_STEPS.items() for new in sorted(steps)],
            ),
        ]

    def __str__(self) -> str:
        return self.reference
