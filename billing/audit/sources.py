"""The tables whose rows are sealed: every change history of the project, the log of reads, and what other apps add."""

from dataclasses import dataclass

from django.db.models import Model

from billing.audit.history import history_models
from billing.models import PaymentRead


@dataclass(frozen=True, slots=True)
class Source:
    table: str
    id_column: str
    xid_column: str

    @property
    def order(self) -> str:
        return f"(content.{self.xid_column}, content.{self.id_column})"

    @property
    def row_hash(self) -> str:
        """Form 1 of a row ``content``, as SQL: its columns as JSON, with those that are null left out, so that a column
        added later leaves the hashes of older rows as they were. (Nulls inside a JSON column are left out as well;
        there, null and absent mean the same.) jsonb orders its keys by itself; the caller sets TimeZone to UTC, since
        times are written in it. Written out in each statement: PostgreSQL would not inline it from a function, and a
        call for each row takes three times as long.
        """
        return f"sha256(convert_to({self.row_text}, 'UTF8'))"

    @property
    def row_text(self) -> str:
        """What ``row_hash`` is the hash of."""
        return "jsonb_strip_nulls(to_jsonb(content))::text"


_added: dict[str, Source] = {}


def seal_also(model: type[Model], *, xid_column: str = "xid") -> None:
    """For the ready() of an app above this one: its log is sealed like the log of reads. Its table is append-only and
    has a TransactionIdField, with an index over that and the primary key."""
    table = model._meta.db_table
    _added[table] = Source(table, str(model._meta.pk.column), xid_column)


def sources() -> list[Source]:
    histories = [Source(model._meta.db_table, "pgh_id", "pgh_xid") for model in history_models()]
    return [Source(PaymentRead._meta.db_table, "id", "xid"), *(_added[table] for table in sorted(_added)), *histories]
