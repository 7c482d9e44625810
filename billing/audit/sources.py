"""The tables whose rows are sealed: every change history of the project, and the log of reads."""

from dataclasses import dataclass

from billing.audit.history import history_models
from billing.models import PaymentRead


@dataclass(frozen=True, slots=True)
class Source:
    table: str
    id_column: str
    xid_column: str


def sources() -> list[Source]:
    histories = [Source(model._meta.db_table, "pgh_id", "pgh_xid") for model in history_models()]
    return [Source(PaymentRead._meta.db_table, "id", "xid"), *histories]
