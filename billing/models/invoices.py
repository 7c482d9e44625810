from django.db import models
from django.db.models import F, Q

from billing.audit.history import recorded
from billing.models.agreements import Agreement
from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, ProviderRecord, currency_is_letters, unique_at_provider
from billing.states import InvoiceStatus, LineKind

OURS = "redress:"  # begins the id of a bill that the provider does not know


@recorded(later=["transferred_minor", "written_off_minor"])
class Invoice(ProviderRecord):
    """A bill. Once issued its lines are never edited: a wrong bill is credited and issued anew."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invoices")
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=20, choices=InvoiceStatus, default=InvoiceStatus.OPEN)
    currency = CurrencyField()
    total_minor = MinorField()
    issued_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    next_retry_at = models.DateTimeField(null=True, blank=True)
    provider_intent_id = models.CharField(max_length=255, default="", blank=True)
    # A wrong bill is credited and issued anew: the new one names the old one, which is corrected once.
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    credited_minor = MinorField(default=0, db_default=0)  # by credit notes that were issued
    carried_minor = MinorField(default=0, db_default=0)  # paid on the bill that this one corrects

    # What lines of the bank brought for it, less what the bank took back; and what of it finance waits for no longer.
    transferred_minor = MinorField(default=0, db_default=0)
    written_off_minor = MinorField(default=0, db_default=0)
    # When it was first paid here: by a hosted page, a transfer, a credit. Its provider was told, and says so since.
    paid_here_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            unique_at_provider("invoice"),
            currency_is_letters("invoice"),
            models.CheckConstraint(
                condition=Q(credited_minor=0) | Q(credited_minor__gt=0, credited_minor__lte=F("total_minor")),
                name="invoice_never_credited_more",
            ),
            models.CheckConstraint(
                condition=Q(carried_minor=0)
                | Q(carried_minor__gt=0, carried_minor__lte=F("total_minor"), corrects__isnull=False),
                name="invoice_carries_no_more",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")), name="invoice_corrects_another"
            ),
            models.CheckConstraint(condition=Q(status__in=InvoiceStatus.values), name="invoice_status_known"),
        ]
        indexes = [
            models.Index(fields=["customer", "-issued_on"], name="invoice_of_customer"),
            models.Index(fields=["provider_intent_id"], name="invoice_by_intent", condition=~Q(provider_intent_id="")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def known_to_provider(self) -> bool:
        """False for bills that were issued here, in place of a wrong one."""
        return bool(self.external_id) and not self.external_id.startswith(OURS)

    @property
    def creditable_minor(self) -> int:
        return max(0, self.total_minor - self.credited_minor)


@recorded()
class InvoiceLine(models.Model):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=LineKind, default=LineKind.OTHER)
    description = models.CharField(max_length=300)
    amount_minor = MinorField()
    since_on = models.DateField(null=True, blank=True)
    external_id = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="invoice_line_kind_known"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.description
