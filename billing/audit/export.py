"""A piece of the audit chain to take away: every seal of a period, and under it the row as it was hashed.

Lines of JSON. The first says what the piece is and which hash it follows, the next are its anchors, then comes a line
for each seal, in order. A seal whose row is left out still holds its hash, so that the chain has no hole.
``billing/audit/check_export.py`` checks such a file with nothing but Python.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final, TextIO

from django.db import connection
from django.db.models import Max, Min

from billing.access.scopes import seeing_as_system
from billing.audit.anchor import Anchor, anchors
from billing.audit.check_export import FORMAT
from billing.audit.epochs import EPOCHS
from billing.audit.sealer import GENESIS
from billing.audit.sources import Source, sources
from billing.models import Seal

AT_ONCE: Final = 2000


class NothingSealed(Exception):
    """There is no seal of that period."""


@dataclass(frozen=True, slots=True)
class Exported:
    first: int
    last: int
    rows: int
    anchors: int


def tables() -> list[str]:
    """What may be asked for: the tables whose rows are sealed."""
    return sorted(source.table for source in [*sources(), EPOCHS])


def export_trail(file: TextIO, *, since: datetime, until: datetime, only: Collection[str] = ()) -> Exported:
    """Write the seals made from ``since`` to just before ``until``; with ``only``, rows of these tables alone are told.

    The caller records who exports, before the first line is written. Raises NothingSealed.
    """
    rows = 0
    with seeing_as_system():
        _prepare()
        first, last = _reach(since, until)
        head = {"first": first, "last": last, "follows": _hash_of(first - 1).hex()}
        period = {"since": since.isoformat(), "until": until.isoformat()}
        _write(file, {"format": FORMAT, **period, **head, "only": sorted(only)})
        held = [anchor for anchor in anchors() if first <= anchor.seq <= last or _was_cut_off(anchor, last, until)]
        for anchor in held:
            _write(file, {"anchor": anchor.seq, "at": anchor.at, "hash": anchor.hash, "mac": anchor.mac})
        for seals in _seals(first, last):
            texts = _texts(seals, only)
            rows += len(texts)
            for seal in seals:
                _write(file, _line(seal, texts.get((seal.source, seal.source_id))))
    return Exported(first, last, rows, len(held))


def _prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a year of it takes minutes; nobody waits for a lock of it
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL TimeZone = 'UTC'")  # times are hashed as they are written in UTC


def _reach(since: datetime, until: datetime) -> tuple[int, int]:
    """Seals are made one after the other, so a period is a piece of the chain."""
    found = Seal.objects.filter(sealed_at__gte=since, sealed_at__lt=until).aggregate(Min("seq"), Max("seq"))
    if found["seq__min"] is None:
        raise NothingSealed(f"Nothing was sealed from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}.")
    return found["seq__min"], found["seq__max"]


def _was_cut_off(anchor: Anchor, last: int, until: datetime) -> bool:
    """Written down within the period, of a seal that is no longer in it."""
    return anchor.seq > last and anchor.at < until.isoformat()


def _hash_of(seq: int) -> bytes:
    before = Seal.objects.filter(seq=seq).values_list("hash", flat=True).first()
    return bytes(before) if before is not None else GENESIS


def _seals(first: int, last: int) -> Iterator[list[Seal]]:
    after = first - 1
    while some := list(Seal.objects.filter(seq__gt=after, seq__lte=last).order_by("seq")[:AT_ONCE]):
        yield some
        after = some[-1].seq


def _texts(seals: list[Seal], only: Collection[str]) -> dict[tuple[str, int], str]:
    """The rows under these seals, as the text that was hashed. A row that is gone has none: the check will say so."""
    by_table = {source.table: source for source in [*sources(), EPOCHS]}
    found: dict[tuple[str, int], str] = {}
    ordered = sorted(seals, key=lambda seal: seal.source)
    for table, of_table in groupby(ordered, key=lambda seal: seal.source):
        if table in by_table and (not only or table in only):
            wanted = [seal.source_id for seal in of_table]
            found |= {(table, pk): text for pk, text in _rows(by_table[table], wanted)}
    return found


def _rows(source: Source, ids: list[int]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT content.{source.id_column}, {source.row_text} FROM {source.table} AS content"  # noqa: S608
            f" WHERE content.{source.id_column} = ANY(%s)",  # names of our own tables
            [ids],
        )
        return list(cursor.fetchall())


def _line(seal: Seal, text: str | None) -> dict[str, Any]:
    line = {
        "seq": seal.seq,
        "sealed_at": seal.sealed_at.isoformat(),
        "source": seal.source,
        "source_id": seal.source_id,
        "source_xid": str(seal.source_xid),
        "form": seal.form,
        "row_hash": bytes(seal.row_hash).hex(),
        "hash": bytes(seal.hash).hex(),
    }
    return line if text is None else {**line, "row": text}


def _write(file: TextIO, line: dict[str, Any]) -> None:
    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
