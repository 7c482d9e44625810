from django.db import models
from django.db.models import Q


class ImportRun(models.Model):
    """One file of bulk rows, and how far it was taken. Its row is written in the transaction of each batch, so that
    an import that was killed knows the last line whose rows are safe."""

    kind = models.CharField(max_length=20)
    provider = models.CharField(max_length=20)
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    lines_done = models.PositiveBigIntegerField(default=0)  # the last line of the file that was taken
    inserted = models.PositiveBigIntegerField(default=0)
    updated = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=models.functions.Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Two runs of one file at once would take every row twice over.
            models.UniqueConstraint(
                fields=["kind", "provider", "sha256"], condition=Q(finished_at=None), name="import_run_one_at_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename}: {self.kind}"
