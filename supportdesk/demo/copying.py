"""Bulk loading by COPY into tables that row-level security guards.

PostgreSQL refuses COPY into a table whose policies bind the role. So rows are copied into a temporary twin and
inserted from there by one statement, which the policies do check; the speed of COPY is kept.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql

Row = Sequence[Any]


def reserve_ids(model: type[Model], count: int) -> int:
    """Take `count` consecutive primary keys from the table's sequence; the first is returned.

    The runtime role may draw numbers and not set them. Somebody else's insert in between makes a gap: then a new run
    of numbers is drawn.
    """
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT min(drawn), max(drawn) FROM (SELECT nextval(pg_get_serial_sequence(%s, %s)) AS drawn"
                " FROM generate_series(1, %s)) AS numbers",
                [f'"{table}"', column, count],
            )
            first, last = cursor.fetchone()
            if last - first + 1 == count:
                return int(first)


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows given as values in the order of `columns`; returns how many. Needs an open transaction."""
    table = sql.Identifier(model._meta.db_table)
    twin = sql.Identifier(f"load_{model._meta.db_table}")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        raw = cursor.cursor  # psycopg's own: Django has no COPY
        raw.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(twin, names, table)
        )
        with raw.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(twin, names)) as copy:
            for row in rows:
                copy.write_row(row)
        raw.execute(sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(table, names, names, twin))
        loaded = raw.rowcount
        raw.execute(sql.SQL("DROP TABLE {}").format(twin))
    return int(loaded)
