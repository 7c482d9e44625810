"""Chains the rows of the audit sources: each seal holds the hash of its row and of the seal before.

Business transactions only insert. One sealer at a time (the relay runs it) chains what is committed for good: rows of
transactions older than every transaction still running, in the order of (transaction, id). Between two runs no row
can appear below that horizon, so the place where each source goes on is simply its last seal, as long as the database
stays in its cluster; when it comes into another, billing.audit.epochs says what happens. A crash loses nothing: a batch
is one transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Any

from django.db import connection

from billing.access.scopes import seeing_as_system
from billing.audit.epochs import (
    EPOCHS,
    Mark,
    Place,
    begin_epoch,
    epoch_of,
    inherited_up_to,
    look_now,
    mark_of,
    places,
    taken_over_at,
    unsealed_condition,
)
from billing.audit.sources import Source, sources
from billing.failpoints import failpoint
from billing.models import Seal, SealEpoch

Part = tuple[str, list[Any]]  # of a statement, with its parameters
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
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
    # Looked up before the rows are read, so that no transaction below it can still be about to commit.
    now = look_now()
    epoch = epoch_of(now, found) or begin_epoch(now, found)
    if taken_over_at(epoch) is None:
        return _inherited(epoch, found, limit) or _new_epochs()
    reached = places(epoch, found)
    return _read([_newer(source, reached[source.table], now.oldest_xid, limit) for source in found])


def _inherited(epoch: SealEpoch, found: list[Source], limit: int) -> list[Unsealed]:
    """Rows that an epoch found without a seal: their transactions count for nothing here, so they go by id."""
    reached = inherited_up_to(epoch, found)
    return _read([_found_by_id(source, mark_of(epoch, source), reached[source.table], limit) for source in found])


def _new_epochs() -> list[Unsealed]:
    """The newest, and any before it whose taking over was cut short by another restore."""
    return _read([_select(EPOCHS, "TRUE", [], order="content.number", limit=BATCH)])


def _newer(source: Source, place: Place, horizon: int, limit: int) -> Part:
    condition, parameters = place.may_wait(source)
    condition += f" AND content.{source.xid_column} < %s::xid8"
    order = f"content.{source.xid_column}, content.{source.id_column}"
    return _select(source, condition, [*parameters, str(horizon)], order=order, limit=limit)


def _found_by_id(source: Source, mark: Mark, reached: int, limit: int) -> Part:
    pk = f"content.{source.id_column}"
    condition, parameters = Place(mark).may_wait(source)
    condition += f" AND {pk} > %s AND {pk} <= %s"
    return _select(source, condition, [*parameters, reached, mark.upto], order=pk, limit=limit)


def _select(source: Source, condition: str, parameters: list[Any], *, order: str, limit: int) -> Part:
    """Hash after the limit: where PostgreSQL sorts, it would otherwise hash every row that it sorts.

    The columns of ORDER BY are qualified: a bare name would mean the result's column, and that is text.
    """
    xid, pk = f"content.{source.xid_column}", f"content.{source.id_column}"
    statement = (
        f"SELECT '{source.table}', {pk}, {xid}::text, {source.row_hash} FROM ("  # noqa: S608  # names of our own tables
        f"SELECT * FROM {source.table} AS content WHERE {condition} AND {unsealed_condition(source)}"
        f" ORDER BY {order} LIMIT %s) AS content ORDER BY {order}"
    )
    return statement, [*parameters, limit]


def _read(parts: list[Part]) -> list[Unsealed]:
    with connection.cursor() as cursor:
        statement = " UNION ALL ".join(f"({statement})" for statement, _ in parts)
        cursor.execute(statement, list(chain.from_iterable(parameters for _, parameters in parts)))
        return [Unsealed(source, pk, int(xid), bytes(row_hash)) for source, pk, xid, row_hash in cursor.fetchall()]
