"""Sealing again, with the newest key, what an older key sealed: the second step of a key rotation without downtime.

First FIELD_KEYS gets the new key in front, the old one stays behind it. Then this. Then the old key goes.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Model, QuerySet
from django.db.models.functions import Cast

from billing.access.scopes import seeing_as_system
from billing.fieldcrypt import VERSION, Sealed, SealedField, keyring

BATCH = 500


def sealed_fields() -> Iterator[tuple[type[Model], SealedField]]:
    for model in apps.get_models():
        yield from ((model, field) for field in model._meta.local_concrete_fields if isinstance(field, SealedField))


def waiting_for(model: type[Model], field: SealedField) -> QuerySet[Model]:
    """Rows sealed by any key but the newest. What is done is not found again: stopped half way, it resumes."""
    prefix = f"{VERSION}|{keyring().newest}|"
    # A cast, since the field itself refuses to be compared with text.
    as_text = Cast(F(field.attname), models.TextField())
    return (
        model._base_manager.annotate(sealed_as=as_text)
        .exclude(sealed_as__startswith=prefix)
        .filter(**{f"{field.attname}__isnull": False})
        .order_by("pk")
    )


def seal_again(model: type[Model], field: SealedField) -> int:
    """One batch in one transaction; returns how many rows were done."""
    with transaction.atomic(), seeing_as_system():
        rows = list(waiting_for(model, field).select_for_update(skip_locked=True, of=("self",))[:BATCH])
        for row in rows:
            bound_to = field.binding_of(row)
            sealed = keyring().seal(keyring().open(Sealed(row.__dict__[field.attname]), bound_to), bound_to)
            row.__dict__[field.attname] = sealed
            row.save(update_fields=[field.name])
        return len(rows)
