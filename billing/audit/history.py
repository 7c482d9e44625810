"""Change history: every insert, update and delete of a recorded table becomes a row, written by the database itself.

    @recorded()
    class Invoice(models.Model): ...

makes ``InvoiceHistory`` in the same app, with the whole row as it was, the label (insert, update, delete), the
transaction, and who did it, why and from where (``pgh_context``, see billing.audit.origin). The rows have no
constraint towards what they describe, so they survive it, and the person they name.
The app's migrations must then close the table: ``AppendOnly`` and, for payment data, ``EnableScope``.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Self, TypeVar, cast

import pghistory
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from pghistory.models import Event

from billing.audit.fields import TransactionIdField

RecordedModel = TypeVar("RecordedModel", bound=models.Model)
# The labels that the triggers write, in words.
HAPPENED: Final = {"insert": "Made", "update": "Changed", "delete": "Deleted"}


class History(Event):
    pgh_id = models.BigAutoField(primary_key=True)
    pgh_xid = TransactionIdField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.named}, {self.happened.lower()} {timezone.localtime(self.pgh_created_at):%-d %b %Y %H:%M}"

    @property
    def happened(self) -> str:
        return HAPPENED.get(self.pgh_label, self.pgh_label)

    @property
    def named(self) -> str:
        """What the record called itself then. A name that leans on another row may have lost it since."""
        record = self._recorded_model()(**{each.attname: getattr(self, each.attname) for each in self.tracked_fields()})
        try:
            return str(record)
        except ObjectDoesNotExist:
            return f"{record._meta.verbose_name} {record.pk}"

    def tracked_fields(self) -> Iterator["models.Field[Any, Any]"]:
        """The record's own columns, but those that are not recorded."""
        recorded = {each.attname for each in self._meta.concrete_fields}
        return (each for each in self._recorded_model()._meta.concrete_fields if each.attname in recorded)

    def _recorded_model(self) -> type[models.Model]:
        return cast("type[models.Model]", self.pgh_tracked_model)  # each history of ours has one

    def before(self) -> Self | None:
        """The event that left the record as this one found it."""
        of_the_record = {"pgh_obj_id": getattr(self, "pgh_obj_id"), "pgh_id__lt": self.pgh_id}  # noqa: B009  # pghistory's
        return type(self)._default_manager.filter(**of_the_record).order_by("-pgh_id").first()


def recorded(
    *, exclude: Sequence[str] = (), later: Sequence[str] = (), births: bool = True
) -> Callable[[type[RecordedModel]], type[RecordedModel]]:
    """Record changes of the model. ``exclude`` is for columns that hold secrets, never for convenience.

    ``later`` names columns that came when rows of the history were sealed already. Those rows hold null there, which
    leaves their hashes as they were (billing.audit.sources).

    Without ``births`` a new row is no event: for rows that a machine makes by the ten thousand, where each says itself
    when and by what it was made, and a trigger for each would cost more than all the rest.
    """
    made = (pghistory.InsertEvent(),) if births else ()

    def track(model: type[RecordedModel]) -> type[RecordedModel]:
        words = f"history of {model._meta.verbose_name_plural}"
        tracked: type[RecordedModel] = pghistory.track(
            *made,
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude),
            attrs={name: _nullable(model, name) for name in later},
            base_model=History,
            obj_field=pghistory.ObjForeignKey(related_name="history"),
            # The context is kept in the row: a table of contexts would have to be updated while the request goes on.
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            meta={
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"])],
                "default_permissions": (),
                "verbose_name": words,
                "verbose_name_plural": words,
            },
        )(model)
        return tracked

    return track


def _nullable(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = cast("models.Field[Any, Any]", model._meta.get_field(name)).clone()
    field.null = True
    field.default = field.db_default = models.NOT_PROVIDED  # either would be written into the older rows
    return field


def history_of(record: models.Model) -> "models.QuerySet[Any]":
    """What happened to one record, oldest first. In a scope that shows it, where it is payment data."""
    events: models.QuerySet[Any] = getattr(record, "history").order_by("pgh_id")  # noqa: B009  # pghistory adds it
    return events


def history_models() -> Iterator[type[History]]:
    """Every history table of the project, in a fixed order."""
    found = [model for model in apps.get_models() if issubclass(model, History)]
    yield from sorted(found, key=lambda model: model._meta.db_table)
