"""Which columns hold text: asked of the database, so that a new table is looked at without anybody thinking of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.db import connection

# What is not looked at, and why a card number in it would be found elsewhere or cannot be there.
LEFT_OUT: Final[Mapping[str, str]] = {
    "billing_cardincident.place": "what this scan itself writes: names of tables and columns",
    "billing_cardincident.row_key": "what this scan itself writes: keys of rows",
    "django_migrations.name": "names of our own files",
}
_TEXT: Final = ("text", "character varying", "character", "json", "jsonb", "ARRAY", "USER-DEFINED")

_COLUMNS: Final = """
SELECT c.table_name, c.column_name, c.data_type,
       coalesce((SELECT string_agg(k.column_name, ',' ORDER BY k.ordinal_position)
                   FROM information_schema.table_constraints p
                   JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name, table_name)
                  WHERE p.table_schema = c.table_schema AND p.table_name = c.table_name
                    AND p.constraint_type = 'PRIMARY KEY'), 'ctid')
  FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE t.table_type = 'BASE TABLE' AND c.table_schema = current_schema() AND c.data_type = ANY(%s)
 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, bool], ...]  # each with whether it is read as JSON


def text_columns() -> Sequence[Table]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [list(_TEXT)])
        rows = [row for row in cursor.fetchall() if f"{row[0]}.{row[1]}" not in LEFT_OUT]
    return [_table(name, list(columns)) for name, columns in groupby(rows, key=lambda row: row[0])]


def _table(name: str, rows: Sequence[tuple[str, str, str, str]]) -> Table:
    columns = tuple((column, kind in {"json", "jsonb", "ARRAY"}) for _, column, kind, _ in rows)
    return Table(name, tuple(rows[0][3].split(",")), columns)
