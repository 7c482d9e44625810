"""Chains the rows of the audit sources: each seal holds the hash of its row and of the seal before.

Business transactions only insert. One sealer at a time (the relay runs it) chains what is committed for good: rows of
transactions older than every transaction still running, in the order of (transaction, id). Between two runs no row
can appear below that horizon, so the place where each source goes on is simply its last seal. A crash loses nothing:
a batch is one transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from django.db import connection

from billing.access.scopes import seeing_as_system
from billing.audit.sources import Source, sources
from billing.failpoints import failpoint
from billing.models import Seal

BATCH = 1000
FORM = 1
GENESIS = bytes(32)
LOCK = "redress.audit.sealer"


@dataclass(frozen=True, slots=True)
class Unsealed:
    source: str
    source_id: int
    source_xid: int
    row_hash: bytes


def seal_batch(limit: int = BATCH) -> int:
    """Seal up to ``limit`` rows of each source and say how many it were; 0 also where another sealer is at work."""
    with seeing_as_system():
        if not _only_sealer():
            return 0
        rows = _unsealed(limit)
        if rows:
            _append(rows)
            failpoint("sealer.written")
    failpoint("sealer.committed")
    return len(rows)


def link_hash(previous: bytes, row: Unsealed, seq: int) -> bytes:
    """The same as the database's redress_link_hash: written twice, so that neither can be wrong unseen."""
    place = f"{seq}|{row.source}|{row.source_id}|{row.source_xid}|{FORM}"
    return sha256(previous + row.row_hash + place.encode()).digest()


def _only_sealer() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
        return bool(cursor.fetchone()[0])


def _append(rows: list[Unsealed]) -> None:
    """By arrays: five times as fast as one parameter for each value, which tells when history was loaded in bulk."""
    seals = list(zip(*_chained(rows), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_seal (form, seq, source, source_id, source_xid, row_hash, previous, hash)"
            " SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::xid8[],"
            " %s::bytea[], %s::bytea[], %s::bytea[])",
            [FORM, *(list(column) for column in seals)],
        )


def _chained(rows: list[Unsealed]) -> Iterator[tuple[int, str, int, str, bytes, bytes, bytes]]:
    head = Seal.objects.order_by("-seq").first()
    seq, previous = (head.seq, bytes(head.hash)) if head else (0, GENESIS)
    for row in rows:
        seq += 1
        current = link_hash(previous, row, seq)
        yield seq, row.source, row.source_id, str(row.source_xid), row.row_hash, previous, current
        previous = current


def _unsealed(limit: int) -> list[Unsealed]:
    found = sources()
    with connection.cursor() as cursor:
        # Fixed before the rows are read, so that no transaction below it can still be about to commit.
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        (horizon,) = cursor.fetchone()
        reached = sealed_up_to(found)
        statement = " UNION ALL ".join(f"({_select(source)})" for source in found)
        bounds = [(*reached[source.table], horizon, limit) for source in found]
        cursor.execute(statement, list(chain.from_iterable(bounds)))
        return [Unsealed(source, pk, int(xid), bytes(row_hash)) for source, pk, xid, row_hash in cursor.fetchall()]


def sealed_up_to(found: list[Source]) -> dict[str, tuple[str, int]]:
    """For each source the (transaction, id) of its last seal, by one index probe each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wanted.source, coalesce(last.source_xid::text, '0'), coalesce(last.source_id, 0)"
            " FROM unnest(%s::text[]) AS wanted (source) LEFT JOIN LATERAL ("
            "   SELECT source_xid, source_id FROM billing_seal AS seal"
            "   WHERE seal.source = wanted.source ORDER BY seal.seq DESC LIMIT 1"
            " ) AS last ON true",
            [[source.table for source in found]],
        )
        return {table: (xid, pk) for table, xid, pk in cursor.fetchall()}


def _select(source: Source) -> str:
    """Hash after the limit: where PostgreSQL sorts, it would otherwise hash every row that it sorts.

    The columns of ORDER BY are qualified: a bare name would mean the result's column, and that is text.
    """
    xid, pk = f"content.{source.xid_column}", f"content.{source.id_column}"
    return (
        f"SELECT '{source.table}', {pk}, {xid}::text, {source.row_hash} FROM ("  # noqa: S608  # names of our own tables
        f"SELECT * FROM {source.table} AS content WHERE ({xid}, {pk}) > (%s::xid8, %s) AND {xid} < %s::xid8"
        f" ORDER BY {xid}, {pk} LIMIT %s) AS content ORDER BY {xid}, {pk}"
    )
