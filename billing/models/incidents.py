from django.db import models


class CardIncident(models.Model):
    """A card number that the nightly scan found where none may be. It says where, and never the number."""

    place = models.CharField(max_length=200)  # a table's column, or a file
    row_key = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)  # a later scan found it no more

    class Meta:
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["place", "row_key"], name="card_incident_once")]

    def __str__(self) -> str:
        return f"{self.place}, {self.row_key}"
