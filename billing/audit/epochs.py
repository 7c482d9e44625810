"""Transaction numbers mean something within one cluster only; an epoch is the time the trail spends in one of them.

A dump restored into a new cluster brings rows with the old cluster's numbers, while new rows start from small ones.
So when the sealer finds itself in another cluster it begins an epoch: a row that says how far each source was sealed
until then. What the dump brought unsealed is sealed first, by id; then the epoch's own row, which puts the marks into
the chain and says that the taking over is done; from there on new rows, in the order of their transactions.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import connection

from billing.audit.sources import Source
from billing.models import Seal, SealEpoch

EPOCHS: Final = Source(SealEpoch._meta.db_table, "number", "xid")
LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Now:
    """This cluster, the oldest transaction that still runs in it, and the next one."""

    system_identifier: int
    oldest_xid: int
    newest_xid: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a source was sealed before an epoch: up to (xid, id), and no id above ``most``.

    A row at or below both had its time: found without a seal, it was put in later. ``start`` and ``upto`` hold
    between them what the epoch found unsealed.
    """

    xid: int = 0
    id: int = 0
    most: int = 0
    start: int = 0
    upto: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sealing of one source goes on."""

    mark: Mark
    xid: int = 0
    id: int = 0

    def may_wait(self, source: Source) -> tuple[str, list[Any]]:
        """Which rows without a seal are in order, as a condition on ``content``."""
        condition = (
            f"({source.order} > (%s::xid8, %s) OR content.{source.id_column} > %s) AND {source.order} > (%s::xid8, %s)"
        )
        return condition, [str(self.mark.xid), self.mark.id, self.mark.most, str(self.xid), self.id]


def unsealed_condition(source: Source) -> str:
    """A probe for each row: OFFSET keeps the planner from reading all seals to find a few rows without one."""
    return (
        "NOT EXISTS (SELECT FROM billing_seal AS seal"
        f" WHERE seal.source = '{source.table}' AND seal.source_id = content.{source.id_column} OFFSET 0)"
    )


def look_now() -> Now:
    ((system_identifier, oldest, newest),) = _rows(
        "SELECT system_identifier, pg_snapshot_xmin(snapshot)::text, pg_snapshot_xmax(snapshot)::text"
        " FROM pg_control_system(), pg_current_snapshot() AS snapshot"
    )
    return Now(int(system_identifier), int(oldest), int(newest))


def epoch_of(now: Now, found: Sequence[Source]) -> SealEpoch | None:
    """The newest epoch, if it is this cluster's: the same system, and no number from the future."""
    epoch = SealEpoch.objects.order_by("-number").first()
    if epoch is None or epoch.system_identifier != now.system_identifier or epoch.newest_xid > now.newest_xid:
        return None
    taken_over = taken_over_at(epoch)
    if taken_over is not None and any(xid >= now.newest_xid for xid, _ in _last_seals(found, taken_over).values()):
        return None
    return epoch


def begin_epoch(now: Now, found: Sequence[Source]) -> SealEpoch:
    """``now`` was looked up before: what is not visible to the marks has a transaction of its time or later."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # once for each cluster, all unsealed rows are looked for
    previous = SealEpoch.objects.order_by("-number").first()
    head = Seal.objects.order_by("-seq").first()
    marks = {table: _with_bounds(source, mark) for table, (source, mark) in _marks_now(found).items()}
    return SealEpoch.objects.create(
        number=previous.number + 1 if previous else 1,
        system_identifier=now.system_identifier,
        oldest_xid=now.oldest_xid,
        newest_xid=now.newest_xid,
        after_seq=head.seq if head else 0,
        marks={table: asdict(mark) for table, mark in marks.items()},
    )


def taken_over_at(epoch: SealEpoch) -> int | None:
    """The seal of the epoch's own row: None while rows from before it still wait."""
    return Seal.objects.filter(source=EPOCHS.table, source_id=epoch.number).values_list("seq", flat=True).first()


def mark_of(epoch: SealEpoch, source: Source) -> Mark:
    """A source that came with a later release has none: all its rows are of this epoch."""
    return Mark(**epoch.marks.get(source.table, {}))


def inherited_up_to(epoch: SealEpoch, found: Sequence[Source]) -> dict[str, int]:
    """For each source the id up to which the epoch has sealed what it found."""
    sealed = _last_seals(found, epoch.after_seq)
    return {source.table: sealed.get(source.table, (0, mark_of(epoch, source).start))[1] for source in found}


def places(epoch: SealEpoch, found: Sequence[Source]) -> dict[str, Place]:
    """For each source where new rows go on; meant for an epoch that has taken over."""
    taken_over = taken_over_at(epoch)
    if taken_over is None:
        return {source.table: Place(mark_of(epoch, source)) for source in found}
    sealed = _last_seals(found, taken_over)
    beginning = (epoch.oldest_xid - 1, LARGEST_ID)
    return {
        source.table: Place(
            mark_of(epoch, source),
            *sealed.get(source.table, beginning if source.table in epoch.marks else (0, 0)),
        )
        for source in found
    }


def places_now(found: Sequence[Source]) -> dict[str, Place]:
    """For whoever only reads: as above, and right also where the sealer has not yet seen this cluster."""
    epoch = epoch_of(look_now(), found)
    if epoch is not None:
        return places(epoch, found)
    return {table: Place(mark) for table, (_, mark) in _marks_now(found).items()}


def _marks_now(found: Sequence[Source]) -> dict[str, tuple[Source, Mark]]:
    """How far each source is sealed at this moment, whatever cluster this is."""
    epoch = SealEpoch.objects.order_by("-number").first()
    if epoch is not None and taken_over_at(epoch) is None:  # it was cut short; what had its time then, had it
        return {source.table: (source, mark_of(epoch, source)) for source in found}
    if epoch is None:
        reached = _last_seals(found, 0)
    else:
        reached = {table: (place.xid, place.id) for table, place in places(epoch, found).items()}
    most = dict(
        _rows(
            "SELECT wanted.source, (SELECT max(source_id) FROM billing_seal AS seal WHERE seal.source = wanted.source)"
            " FROM unnest(%s::text[]) AS wanted (source)",
            [[source.table for source in found]],
        )
    )
    return {
        source.table: (source, Mark(*reached.get(source.table, (0, 0)), most=most[source.table] or 0))
        for source in found
    }


def _with_bounds(source: Source, mark: Mark) -> Mark:
    condition, parameters = Place(mark).may_wait(source)
    ((first, last),) = _rows(
        f"SELECT min(id), max(id) FROM (SELECT content.{source.id_column} AS id FROM {source.table} AS content"  # noqa: S608
        f" WHERE {condition} AND NOT EXISTS (SELECT FROM billing_seal AS seal"
        f" WHERE seal.source = %s AND seal.source_id = content.{source.id_column}) OFFSET 0) AS waiting",
        [*parameters, source.table],
    )
    return mark if first is None else Mark(mark.xid, mark.id, mark.most, first - 1, last)


def _last_seals(found: Sequence[Source], after_seq: int) -> dict[str, tuple[int, int]]:
    """The (transaction, id) of each source's last seal beyond a place in the chain, by one index probe each."""
    rows = _rows(
        "SELECT wanted.source, last.source_xid::text, last.source_id"
        " FROM unnest(%s::text[]) AS wanted (source) CROSS JOIN LATERAL ("
        "   SELECT source_xid, source_id FROM billing_seal AS seal"
        "   WHERE seal.source = wanted.source AND seal.seq > %s ORDER BY seal.seq DESC LIMIT 1"
        " ) AS last",
        [[source.table for source in found], after_seq],
    )
    return {table: (int(xid), pk) for table, xid, pk in rows}


def _rows(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
