"""Columns that every table of billing words the same way."""

from typing import Any, TypeVar

from django.db import models

# What may be assigned and what is read: django-stubs adds None to both where the column is nullable.
Assigned = TypeVar("Assigned")
Answered = TypeVar("Answered")


class MinorField(models.BigIntegerField[Assigned, Answered]):
    """An amount in minor units (cents, yen, fils); its currency stands in the same row."""


class CurrencyField(models.CharField[str, str]):
    """ISO 4217 letters. The table that names the known ones is checked by the database (`currency_known`)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(**kwargs)


class ProviderRecord(models.Model):
    """A row that mirrors a provider's object.

    ``provider_version`` is the object's own clock (seconds since 1970 of the newest event that shaped the row), so
    that an older event never overwrites what a newer one said, whatever order they arrive in.
    """

    provider = models.CharField(max_length=20, default="", blank=True)
    external_id = models.CharField(max_length=255, default="", blank=True)
    provider_version = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


def unique_at_provider(name: str) -> models.UniqueConstraint:
    """One row for each object of a provider; rows made by hand have no external id."""
    return models.UniqueConstraint(
        fields=["provider", "external_id"], condition=~models.Q(external_id=""), name=f"{name}_unique_at_provider"
    )


def currency_is_letters(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name=f"{name}_currency_letters")
