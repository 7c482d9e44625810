"""A few fields are sealed with AES-256-GCM, so that a dump of the database alone reads none of them.

What is stored is ``v1|key id|nonce|ciphertext``. The table, the column and one unchanging value of the row are
authenticated with it: a ciphertext moved to another row, or another column, does not open.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

VERSION: Final = "v1"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


class CannotOpen(Exception):
    """The stored value was not sealed by a key of ours for this row and column. Never answered with a blank."""


class Sealed(str):
    """A value as it is stored. Only this type reaches the database: a plain string is refused, not written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Keyring:
    newest: str
    keys: dict[str, bytes]

    @classmethod
    def read(cls, entries: tuple[str, ...]) -> Self:
        """Keys written ``id:base64 of 32 bytes``, newest first."""
        keys = dict(_parsed(entry) for entry in entries)
        if len(keys) != len(entries) or not keys:
            raise ImproperlyConfigured("FIELD_KEYS needs at least one key, each with an id of its own.")
        return cls(newest=next(iter(keys)), keys=keys)

    def seal(self, text: str, bound_to: str) -> Sealed:
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = AESGCM(self.keys[self.newest]).encrypt(nonce, text.encode(), bound_to.encode())
        return Sealed("|".join((VERSION, self.newest, _written(nonce), _written(ciphertext))))

    def open(self, sealed: Sealed, bound_to: str) -> str:
        try:
            version, key_id, nonce, ciphertext = sealed.split("|")
            if version != VERSION:
                raise CannotOpen(f"{bound_to}: sealed in a form this version does not know")
            key = self.keys[key_id]
            return AESGCM(key).decrypt(_bytes(nonce), _bytes(ciphertext), bound_to.encode()).decode()
        except (ValueError, KeyError, binascii.Error, InvalidTag) as error:
            raise CannotOpen(f"{bound_to}: {type(error).__name__}") from None


def keyring() -> Keyring:
    return _keyring(tuple(settings.FIELD_KEYS))


@cache
def _keyring(entries: tuple[str, ...]) -> Keyring:
    return Keyring.read(entries)


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class SealedField(TextField):
    """Text that is sealed on its way into the database and opened when the attribute is read.

    ``bound_to`` names a field whose value is known before the first save and never changes (a UUID, say).
    """

    def __init__(self, *args: Any, bound_to: str, **kwargs: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **{**kwargs, "editable": False})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "bound_to": self.bound_to}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _OpenOnRead(self))

    def from_db_value(self, value: str | None, *_: object) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, str) and not isinstance(value, Sealed):
            value = model_instance.__dict__[self.attname] = keyring().seal(value, self.binding_of(model_instance))
        return value

    def get_prep_value(self, value: Any) -> Any:
        # A plain string here comes from update(), filter() or bulk_update(), which know no row to bind it to.
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed: save the row; it cannot be filtered by or set in bulk")
        return value if value is None else str(value)

    def binding_of(self, row: models.Model) -> str:
        return f"{self.model._meta.db_table}:{self.column}:{getattr(row, self.bound_to)}"


class _OpenOnRead:
    """Keeps the value sealed in memory until it is asked for, so that a repr or a traceback does not show it."""

    def __init__(self, field: SealedField) -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type[models.Model] | None = None) -> Any:
        if row is None:
            return self
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])
        value = row.__dict__[self.field.attname]
        return keyring().open(value, self.field.binding_of(row)) if isinstance(value, Sealed) else value

    def __set__(self, row: models.Model, value: str | None) -> None:
        row.__dict__[self.field.attname] = value


def _parsed(entry: str) -> tuple[str, bytes]:
    key_id, _, written = entry.partition(":")
    try:
        key = _bytes(written)
    except (ValueError, binascii.Error):
        key = b""
    if not key_id or "|" in key_id or len(key) != KEY_BYTES:
        raise ImproperlyConfigured("Each of FIELD_KEYS is written id:base64 of 32 bytes; one is not.")
    return key_id, key


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(written: str) -> bytes:
    """Both base64 alphabets, with or without padding."""
    text = written.rstrip("=").replace("+", "-").replace("/", "_")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
