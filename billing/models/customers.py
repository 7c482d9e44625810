from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from billing.audit.history import recorded
from billing.models.fields import ProviderRecord, unique_at_provider


@recorded(later=["address"])
class Customer(ProviderRecord):
    """Somebody we bill. Name and address are not payment data; everything that hangs below is."""

    reference = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200, default="", blank=True)
    email = models.EmailField(max_length=254, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    # As on an envelope, without name and country; its lines are parted by "|", as in a file and in BILL_ISSUER.
    address = models.CharField(max_length=300, default="", db_default="", blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    language = models.CharField(max_length=10, default="en")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="billing_customer"
    )
    created_at = models.DateTimeField(db_default=models.functions.Now())
    # A refund within 72 hours of such a change is flagged (S-92): a stolen mailbox changes the address first.
    contact_changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [unique_at_provider("customer")]
        indexes = [models.Index(Lower("email"), name="customer_by_email")]

    def __str__(self) -> str:
        return self.name or self.reference

    @property
    def address_lines(self) -> list[str]:
        return [line.strip() for line in self.address.split("|") if line.strip()]
