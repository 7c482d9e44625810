from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from billing.models.customers import Customer


class Sighting(models.Model):
    """A diagnosis as somebody saw it beside a case. Written when it is not the one that was seen there last."""

    case_ref = models.CharField(max_length=20)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()
    codes = ArrayField(models.CharField(max_length=40))
    findings = models.JSONField()  # each with its code, severity, headline and the records it stands on
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ("view",)
        indexes = [models.Index(fields=["case_ref", "-seen_at", "-id"], name="sighting_of_case")]

    def __str__(self) -> str:
        return f"{self.case_ref}: {', '.join(self.codes)}"
