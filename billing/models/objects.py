from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class ProviderObject(models.Model):
    """The newest state of a provider's object that we were told, in whatever order we were told.

    Events are merged here first, and billing's own rows are derived from these. ``version`` orders two states of one
    object totally (billing.gateways.versions), so any permutation of deliveries with any repetitions ends the same.
    """

    provider = models.CharField(max_length=20)
    kind = models.CharField(max_length=30)
    external_id = models.CharField(max_length=255)
    version = ArrayField(models.BigIntegerField())
    facts = models.JSONField()
    # What the object was ever seen to belong to (customer, intent, charge …), each with the version that said so:
    # newer shapes of the provider's objects leave out what older ones told.
    links = models.JSONField(default=dict)
    # The one link that is searched by: a refund's charge, a charge's intent.
    parent_id = models.CharField(max_length=255, default="", blank=True)
    # Why these facts are not in billing's rows, in a sentence; empty when they are.
    refused_because = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="provider_object_once")]
        indexes = [
            models.Index(
                fields=["provider", "parent_id", "kind"], name="provider_object_children", condition=~Q(parent_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class SimulatedObject(models.Model):
    """What the simulated provider knows: it keeps its own books, as a real one would, apart from ours."""

    kind = models.CharField(max_length=30)
    external_id = models.CharField(max_length=255, unique=True)
    # Null and not empty where there is none: the database lets any number of rows have no key.
    idempotency_key = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001
    body = models.JSONField()
    created_at = models.DateTimeField()
    # An event that the provider will send when this moment has come; empty when it was sent, or there is none.
    send_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["send_at"], name="simulated_to_send", condition=Q(send_at__isnull=False)),
            models.Index(fields=["kind", "created_at"], name="simulated_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"
