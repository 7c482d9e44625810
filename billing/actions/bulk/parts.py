"""Lines of bills and attempts of payments: replaced as a whole where they differ, and left alone where they do not."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import Cursor, sql

from billing.actions.bulk.targets import Parts, Target
from billing.actions.bulk.twin import PARTS, raw_cursor
from billing.bulk.checking import Row

LAST: Final = 10_000  # above any number that a file has: of two at one moment, what came of the other is the later


def write_parts(target: Target, rows: Sequence[Row], *, provider: str) -> set[int]:
    """Rows whose parts the file does not tell keep what they have. Returns the ids of the rows that got new ones."""
    parts, told = target.parts, [row for row in rows if row.parts is not None]
    if parts is None or not told:
        return set()
    raw = raw_cursor()
    table = sql.Identifier(parts.model._meta.db_table)
    columns = sql.SQL(", ").join(map(sql.Identifier, parts.columns))
    names = sql.SQL(", ").join(map(sql.Identifier, [parts.link, parts.order]))
    _copy(raw_parts=told, target=target, parts=parts, provider=provider)
    raw.execute(
        sql.SQL(
            "CREATE TEMP TABLE bulk_differing ON COMMIT DROP AS SELECT row_id FROM bulk_told AS told WHERE"
            " (SELECT array_agg(ROW({columns})::text ORDER BY {order}) FROM {twin} WHERE {link} = told.row_id)"
            " IS DISTINCT FROM"
            " (SELECT array_agg(ROW({columns})::text ORDER BY {order}) FROM {table} WHERE {link} = told.row_id"
            " AND NOT {kept})"
        ).format(
            columns=columns,
            order=sql.Identifier(parts.order),
            twin=PARTS,
            table=table,
            link=sql.Identifier(parts.link),
            kept=sql.SQL(parts.kept or "FALSE"),
        )
    )
    differing = sql.SQL("{} IN (SELECT row_id FROM bulk_differing)").format(sql.Identifier(parts.link))
    if parts.kept:
        _keep(raw, parts, differing)
    raw.execute(sql.SQL("DELETE FROM {} WHERE {}").format(table, differing))
    raw.execute(
        sql.SQL("INSERT INTO {table} ({names}, {columns}) SELECT {names}, {columns} FROM {twin} WHERE {differing}")
        .format(table=table, names=names, columns=columns, twin=PARTS, differing=differing)
    )  # fmt: skip
    raw.execute("SELECT row_id FROM bulk_differing")
    changed = {pk for (pk,) in raw.fetchall()}
    raw.execute(sql.SQL("DROP TABLE {}, bulk_told, bulk_differing").format(PARTS))
    return changed


def _keep(raw: "Cursor[Any]", parts: Parts, differing: sql.Composable) -> None:
    """Put what the file does not tell of among what it tells. Nobody may renumber attempts: they are written anew."""
    raw.execute(
        sql.SQL(
            "INSERT INTO {twin} ({link}, {order}, {columns}) SELECT {link}, {order} + {last}, {columns} FROM {table}"
            " WHERE {differing} AND {kept} RETURNING {link}"
        ).format(
            twin=PARTS,
            link=sql.Identifier(parts.link),
            order=sql.Identifier(parts.order),
            last=sql.Literal(LAST),
            columns=sql.SQL(", ").join(map(sql.Identifier, parts.columns)),
            table=sql.Identifier(parts.model._meta.db_table),
            differing=differing,
            kept=sql.SQL(parts.kept),
        )
    )
    beside = sorted({pk for (pk,) in raw.fetchall()})
    if not beside:
        return
    raw.execute(
        sql.SQL(
            "UPDATE {twin} AS told SET {order} = placed.place FROM (SELECT {link} AS row_id, {order} AS number,"
            " row_number() OVER (PARTITION BY {link} ORDER BY at, {order}) AS place FROM {twin}) AS placed"
            " WHERE told.{link} = placed.row_id AND told.{order} = placed.number AND told.{link} = ANY(%s)"
        ).format(twin=PARTS, link=sql.Identifier(parts.link), order=sql.Identifier(parts.order)),
        [beside],
    )


def _copy(*, raw_parts: Sequence[Row], target: Target, parts: Parts, provider: str) -> None:
    raw = raw_cursor()
    table = sql.Identifier(parts.model._meta.db_table)
    raw.execute("CREATE TEMP TABLE bulk_told (row_id bigint PRIMARY KEY) ON COMMIT DROP")
    raw.execute(
        sql.SQL("SELECT external_id, id FROM {} WHERE provider = %s AND external_id <> '' AND external_id = ANY(%s)")
        .format(target.table), [provider, [row.external_id for row in raw_parts]]
    )  # fmt: skip
    ids = dict(raw.fetchall())
    standing = [row for row in raw_parts if row.external_id in ids]
    with raw.copy("COPY bulk_told FROM STDIN") as copy:
        for row in standing:
            copy.write_row([ids[row.external_id]])
    names = sql.SQL(", ").join(map(sql.Identifier, [parts.link, parts.order, *parts.columns]))
    raw.execute(sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(PARTS, names, table))
    with raw.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(PARTS, names)) as copy:
        for row in standing:
            for number, part in enumerate(row.parts or (), start=1):
                copy.write_row([ids[row.external_id], number, *parts.values(part)])
    raw.execute(sql.SQL("CREATE INDEX ON {} ({})").format(PARTS, sql.Identifier(parts.link)))
