"""The transaction that wrote a row, as a column: what lets the sealer read rows in an order that is safe to seal."""

from typing import Any

from django.db import models
from django.db.models import Func


class CurrentTransaction(Func):
    function = "pg_current_xact_id"
    arity = 0


class TransactionIdField(models.Field[int | None, int]):
    """``xid8``: 64 bits, so it never wraps. Filled by the database."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("db_default", CurrentTransaction())
        kwargs["editable"] = False
        super().__init__(**kwargs)

    def db_type(self, connection: object) -> str:
        return "xid8"

    def from_db_value(self, value: str | int | None, expression: object, connection: object) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        # An integer has no implicit cast to xid8; text in quotes has.
        return str(value) if isinstance(value, int) else value
