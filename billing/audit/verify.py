"""Is the audit trail as it was written? Everything is hashed again in the database and compared with the seals.

It finds a row that was changed, deleted, put in later or swapped with another; seals that were changed, cut out or
cut off; and anchors that no longer fit. What it cannot find is a false row written before it was sealed: that needs
the runtime role's password, and the row then stays, with its time, for ever.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from billing.access.scopes import seeing_as_system
from billing.audit.anchor import Anchor, anchors
from billing.audit.epochs import EPOCHS, Place, places_now
from billing.audit.sealer import GENESIS
from billing.audit.sources import Source, sources

log = logging.getLogger("redress.audit")

SHOWN = 20  # findings of a kind; a thousand more say nothing new
AT_START = 5000  # seals looked at when a relay starts: well under a second


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    seals: int
    head: str
    anchors: int
    unsealed: int
    findings: tuple[Finding, ...]


def verify() -> Report:
    with seeing_as_system():
        _prepare()
        found = sources()
        findings = [*_broken_links(), *_unknown_sources([*found, EPOCHS])]
        findings += [*_rows_unlike_their_seal(EPOCHS), *_epochs_put_in_later()]
        unsealed = 0
        standing = places_now(found)
        for source in found:
            findings += _rows_unlike_their_seal(source)
            findings += _rows_put_in_later(source, standing[source.table])
            unsealed += _not_sealed_yet(source, standing[source.table])
        kept = list(anchors())
        findings += _anchors_that_do_not_fit(kept)
        ((seals, head),) = _rows(
            "SELECT coalesce(max(seq), 0), (SELECT encode(hash, 'hex') FROM billing_seal ORDER BY seq DESC LIMIT 1)"
            " FROM billing_seal"
        )
    return Report(seals, head or "", len(kept), unsealed, tuple(findings))


def verify_newest(most: int = AT_START) -> Report:
    """The end of the chain, the rows under it and the anchors: a moment's work, for a start. The rest is hourly."""
    with seeing_as_system():
        _prepare()
        ((head, digest),) = _rows(
            "SELECT coalesce(max(seq), 0), (SELECT encode(hash, 'hex') FROM billing_seal ORDER BY seq DESC LIMIT 1)"
            " FROM billing_seal"
        )
        after = max(0, head - most)
        findings = [*_broken_links(after)]
        for source in [*sources(), EPOCHS]:
            findings += _rows_unlike_their_seal(source, after)
        kept = list(anchors())
        findings += _anchors_that_do_not_fit(kept)
    return Report(head - after, digest or "", len(kept), 0, tuple(findings))


def waiting() -> int:
    """How many rows wait for their seal."""
    with seeing_as_system():
        _prepare()
        found = sources()
        standing = places_now(found)
        return sum(_not_sealed_yet(source, standing[source.table]) for source in found)


def report_tampering(report: Report) -> bool:
    """Say it where the operator's alarms listen; the log host keeps what this machine might be made to forget."""
    for finding in report.findings:
        log.critical("audit trail tampered with: %s: %s", finding.kind, finding.words)
    if not report.findings:
        log.info("audit trail whole: %s seals, %s anchors, %s unsealed", report.seals, report.anchors, report.unsealed)
    return bool(report.findings)


def _prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # reads everything; nobody waits for it
        cursor.execute("SET LOCAL TimeZone = 'UTC'")  # times are hashed as they are written in UTC
        cursor.execute("SET LOCAL work_mem = '64MB'")


def _broken_links(after: int = 0) -> Iterator[Finding]:
    broken = _rows(
        """
        SELECT seq, CASE
            WHEN seq <> before_seq + 1 THEN 'seals are missing before it'
            WHEN previous <> before_hash THEN 'it does not follow the seal before it'
            ELSE 'its own hash is wrong' END
        FROM (
            SELECT *, lag(seq, 1, 0::bigint) OVER chain AS before_seq, lag(hash, 1, %s) OVER chain AS before_hash
            FROM billing_seal WHERE seq >= %s WINDOW chain AS (ORDER BY seq)
        ) AS links
        WHERE seq > %s AND (seq <> before_seq + 1 OR previous <> before_hash
            OR hash <> redress_link_hash(previous, row_hash, seq, source, source_id, source_xid, form))
        ORDER BY seq LIMIT %s
        """,
        [GENESIS, after, after, SHOWN],
    )
    for seq, why in broken:
        yield Finding("chain", f"seal {seq}", f"Seal {seq}: {why}.")


def _unknown_sources(found: list[Source]) -> Iterator[Finding]:
    known = [source.table for source in found]
    for (table,) in _rows("SELECT DISTINCT source FROM billing_seal WHERE source <> ALL (%s)", [known]):
        yield Finding("source", table, f"{table} has seals, and is no table that is sealed.")


def _rows_unlike_their_seal(source: Source, after: int = 0) -> Iterator[Finding]:
    different = _rows(
        f"""
        SELECT * FROM (
            SELECT seal.seq, seal.source_id, content.{source.id_column} IS NULL AS gone
            FROM billing_seal AS seal LEFT JOIN {source.table} AS content ON content.{source.id_column} = seal.source_id
            WHERE seal.source = %s AND seal.seq > %s AND {source.row_hash} IS DISTINCT FROM seal.row_hash
            OFFSET 0  -- planned for all rows, not for the first twenty: one hash join instead of a million probes
        ) AS different ORDER BY seq LIMIT %s
        """,  # noqa: S608  # names of our own tables
        [source.table, after, SHOWN],
    )
    for seq, source_id, gone in different:
        kind, words = ("deleted", "was deleted") if gone else ("changed", "is not what was sealed")
        yield Finding(kind, f"{source.table} {source_id}", f"{source.table} row {source_id} {words} (seal {seq}).")


def _rows_put_in_later(source: Source, place: Place) -> Iterator[Finding]:
    in_order, parameters = place.may_wait(source)
    late = _rows(
        f"""
        SELECT content.{source.id_column} FROM {source.table} AS content
        WHERE NOT ({in_order}) AND NOT EXISTS (
            SELECT 1 FROM billing_seal AS seal
            WHERE seal.source = %s AND seal.source_id = content.{source.id_column}
        )
        ORDER BY 1 LIMIT %s
        """,  # noqa: S608  # names of our own tables
        [*parameters, source.table, SHOWN],
    )
    for (source_id,) in late:
        words = f"{source.table} row {source_id} was put in after its time had been sealed."
        yield Finding("inserted", f"{source.table} {source_id}", words)


def _not_sealed_yet(source: Source, place: Place) -> int:
    in_order, parameters = place.may_wait(source)
    ((count,),) = _rows(
        f"SELECT count(*) FROM {source.table} AS content WHERE {in_order} AND NOT EXISTS ("  # noqa: S608
        f"SELECT 1 FROM billing_seal AS seal WHERE seal.source = %s AND seal.source_id = content.{source.id_column})",
        [*parameters, source.table],
    )
    return int(count)


def _epochs_put_in_later() -> Iterator[Finding]:
    """An epoch waits for its seal while it takes over; one that a sealed epoch follows can wait for nothing."""
    late = _rows(
        "SELECT number FROM billing_sealepoch AS epoch"
        " WHERE number < (SELECT max(source_id) FROM billing_seal WHERE source = %s) AND NOT EXISTS ("
        "   SELECT 1 FROM billing_seal AS seal WHERE seal.source = %s AND seal.source_id = epoch.number)"
        " ORDER BY 1 LIMIT %s",
        [EPOCHS.table, EPOCHS.table, SHOWN],
    )
    for (number,) in late:
        yield Finding("inserted", f"{EPOCHS.table} {number}", f"Epoch {number} was put in after its time.")


def _anchors_that_do_not_fit(kept: list[Anchor]) -> Iterator[Finding]:
    previous_mac = ""
    for number, anchor in enumerate(kept, start=1):
        if not anchor.is_true_after(previous_mac):
            yield Finding(
                "anchor", f"line {number}", f"Line {number} of the anchor file was changed, or one before it."
            )
        previous_mac = anchor.mac
    lost = _rows(
        "SELECT held.seq, seal.seq IS NULL FROM unnest(%s::bigint[], %s::text[]) AS held (seq, hash)"
        " LEFT JOIN billing_seal AS seal ON seal.seq = held.seq"
        " WHERE encode(seal.hash, 'hex') IS DISTINCT FROM held.hash ORDER BY held.seq LIMIT %s",
        [[anchor.seq for anchor in kept], [anchor.hash for anchor in kept], SHOWN],
    )
    for seq, gone in lost:
        words = "was cut off" if gone else "is not the one that was anchored"
        yield Finding("tail" if gone else "chain", f"seal {seq}", f"Seal {seq} {words}.")


def _rows(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
