"""Rows into a temporary twin by COPY, checked there, and from there into their table.

PostgreSQL refuses COPY into a table that row-level security guards, and an upsert cannot be done by COPY at all.
Everything here runs in the transaction of one batch, in system scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from psycopg import Cursor, sql

from billing.actions.bulk.targets import Parent, Target
from billing.bulk.checking import Refusal, Row

TWIN: Final = sql.Identifier("bulk_rows")
PARTS: Final = sql.Identifier("bulk_parts")


@dataclass(frozen=True, slots=True)
class Written:
    """Ids of rows, and the status each had before."""

    new: list[int]
    changed: dict[int, str]


def raw_cursor() -> "Cursor[Any]":
    """psycopg's own: Django has no COPY."""
    cursor: Cursor[Any] = connection.cursor().cursor
    return cursor


def fill(target: Target, rows: Sequence[Row], *, provider: str) -> None:
    """The twin: the table's columns, the names of the parents, the line in the file."""
    raw = raw_cursor()
    columns = [*target.columns, *target.made]
    ids = [*(parent.column for parent in target.parents), *target.derived]
    keys = [f"{parent.name}_key" for parent in target.parents]
    raw.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(TWIN))
    raw.execute(
        sql.SQL(
            "CREATE TEMP TABLE {twin} ON COMMIT DROP AS SELECT 0::bigint AS line, external_id, {columns}"
            ", NULL::bigint AS known_id, ''::text AS known_status FROM {table} LIMIT 0"
        ).format(twin=TWIN, columns=_names([*columns, *ids]), table=target.table)
    )
    for key in keys:
        raw.execute(sql.SQL("ALTER TABLE {} ADD COLUMN {} text").format(TWIN, sql.Identifier(key)))
    names = _names(["line", "external_id", *columns, *keys])
    with raw.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(TWIN, names)) as copy:
        for row in rows:
            made = [make(provider, row) for make in target.made.values()]
            told = [row.values[name] for name in target.columns.values()]
            named = [row.values[parent.name] for parent in target.parents]
            copy.write_row([row.line, row.external_id, *told, *made, *named])


def refuse_faulty(target: Target, *, provider: str) -> list[Refusal]:
    """Find what each row points at, and take out the rows that cannot stand."""
    raw = raw_cursor()
    status = sql.SQL("status") if "status" in target.columns else sql.SQL("''")
    # Sub-selects and not joins: each is one look into an index, whatever the planner thinks of a new table.
    raw.execute(
        sql.SQL(
            "UPDATE {twin} AS r SET known_id = (SELECT id FROM {table} WHERE provider = %s AND external_id <> ''"
            " AND external_id = r.external_id)"
        ).format(twin=TWIN, table=target.table),
        [provider],
    )
    raw.execute(
        sql.SQL(
            "UPDATE {twin} AS r SET known_status = (SELECT {status} FROM {table} WHERE id = r.known_id)"
            " WHERE known_id IS NOT NULL"
        ).format(twin=TWIN, table=target.table, status=status)
    )
    refusals: list[Refusal] = []
    for parent in target.parents:
        refusals += _tie(raw, parent, provider)
    for column, told in target.derived.items():
        raw.execute(sql.SQL("UPDATE {} AS r SET {} = ({})").format(TWIN, sql.Identifier(column), sql.SQL(told)))
    for condition, reason in target.faults:
        refusals += _take_out(raw, target, condition, reason)
    if "created_at" in target.columns:  # a moment nobody tells is the first we heard of it
        raw.execute(
            sql.SQL(
                "UPDATE {twin} AS r SET created_at = coalesce((SELECT created_at FROM {table} WHERE id = r.known_id),"
                " now()) WHERE created_at IS NULL"
            ).format(twin=TWIN, table=target.table)
        )
    return refusals


def keep(target: Target) -> None:
    """Put back into the twin what a file cannot know of yet."""
    raw = raw_cursor()
    if target.kept:  # nobody changes them between this look and the writing
        raw.execute(
            sql.SQL("SELECT FROM {} WHERE id IN (SELECT known_id FROM {}) ORDER BY id FOR NO KEY UPDATE").format(
                target.table, TWIN
            )
        )
    for kept in target.kept:
        raw.execute(
            sql.SQL(
                "UPDATE {twin} AS r SET {columns} FROM {table} AS was WHERE was.id = r.known_id AND {condition}"
            ).format(
                twin=TWIN,
                table=target.table,
                columns=sql.SQL(", ").join(
                    sql.SQL("{0} = was.{0}").format(sql.Identifier(name)) for name in kept.columns
                ),
                condition=sql.SQL(kept.condition),
            )
        )


def upsert(target: Target, *, provider: str) -> Written:
    """Insert what is new, write what differs, leave the rest alone: an equal row makes no history."""
    raw = raw_cursor()
    names = [*target.columns, *target.made, *(parent.column for parent in target.parents), *target.derived]
    compared = [name for name in names if name not in target.frozen]
    raw.execute(
        sql.SQL(
            "INSERT INTO {table} AS was (provider, external_id, provider_version, {fixed} {names})"
            " SELECT %s, external_id, 0, {values} {names} FROM {twin} ORDER BY line"
            " ON CONFLICT (provider, external_id) WHERE NOT external_id = ''"
            " DO UPDATE SET {updates} WHERE ({before}) IS DISTINCT FROM ({after}) RETURNING id, xmax = 0"
        ).format(
            table=target.table,
            twin=TWIN,
            fixed=sql.SQL("").join(sql.SQL("{}, ").format(sql.Identifier(name)) for name in target.defaults),
            values=sql.SQL("").join(sql.SQL("{}, ").format(sql.Literal(value)) for value in target.defaults.values()),
            names=_names(names),
            updates=sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in compared),
            before=_names(compared, of="was"),
            after=_names(compared, of="excluded"),
        ),
        [provider],
    )
    written = raw.fetchall()
    changed = [pk for pk, new in written if not new]
    raw.execute(sql.SQL("SELECT known_id, known_status FROM {} WHERE known_id = ANY(%s)").format(TWIN), [changed])
    return Written([pk for pk, new in written if new], {pk: status or "" for pk, status in raw.fetchall()})


def _tie(raw: "Cursor[Any]", parent: Parent, provider: str) -> list[Refusal]:
    key, column = sql.Identifier(f"{parent.name}_key"), sql.Identifier(parent.column)
    table = sql.Identifier(parent.model._meta.db_table)
    raw.execute(
        sql.SQL(
            "UPDATE {twin} AS r SET {column} = (SELECT id FROM {table} WHERE provider = %s AND external_id <> ''"
            " AND external_id = r.{key}) WHERE {key} <> ''"
        ).format(twin=TWIN, column=column, table=table, key=key),
        [provider],
    )
    raw.execute(
        sql.SQL("DELETE FROM {} WHERE {} <> '' AND {} IS NULL RETURNING line, {}").format(TWIN, key, column, key)
    )
    missing = [
        Refusal(line, f"There is no {parent.word} {name!r}: import it first, or put the id right.")
        for line, name in raw.fetchall()
    ]
    if not parent.theirs:
        return missing
    raw.execute(
        sql.SQL(
            "DELETE FROM {twin} AS r USING {table} AS theirs WHERE theirs.id = r.{column}"
            " AND theirs.customer_id <> r.customer_id RETURNING line, {key}"
        ).format(twin=TWIN, table=table, column=column, key=key)
    )
    return missing + [
        Refusal(line, f"The {parent.word} {name!r} belongs to another customer.") for line, name in raw.fetchall()
    ]


def _take_out(raw: "Cursor[Any]", target: Target, condition: str, reason: str) -> list[Refusal]:
    """Conditions come from the table of targets, never from a file."""
    raw.execute(
        sql.SQL(
            "DELETE FROM {twin} AS gone USING (SELECT r.line FROM {twin} AS r LEFT JOIN {table} AS was"
            " ON was.id = r.known_id WHERE {condition}) AS faulty WHERE gone.line = faulty.line RETURNING gone.line"
        ).format(twin=TWIN, table=target.table, condition=sql.SQL(condition))
    )
    return [Refusal(line, reason) for (line,) in raw.fetchall()]


def _names(names: Sequence[str], *, of: str = "") -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(of, name) if of else sql.Identifier(name) for name in names)
