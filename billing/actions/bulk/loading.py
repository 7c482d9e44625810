"""Takes a file's rows batch by batch. A batch, its postings, its news and its checkpoint are one transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import psycopg
from django.db import DatabaseError, IntegrityError, InternalError, transaction
from django.db.models import F

from billing.access.scopes import seeing_as_system
from billing.actions.bulk.booking import book, write_refunded
from billing.actions.bulk.news import tell
from billing.actions.bulk.parts import write_parts
from billing.actions.bulk.targets import TARGETS
from billing.actions.bulk.twin import fill, keep, refuse_faulty, upsert
from billing.bulk.checking import Refusal, Row
from billing.errors import ImportInterrupted
from billing.failpoints import failpoint
from billing.locks import lift_limits
from billing.models import ImportRun

BATCH: Final = 5_000
NEWS: Final = timedelta(days=3)

# Django's where a row is written through it, the driver's own where statements go past it.
RULES_OF_THE_DATABASE: Final = (
    IntegrityError,
    InternalError,
    psycopg.IntegrityError,
    psycopg.InternalError,
    psycopg.DataError,
)

Refuse = Callable[[Refusal], None]


@dataclass(slots=True)
class Count:
    """What became of the rows."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    told: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        self.inserted += other.inserted
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.refused += len(other.refusals)
        self.told += other.told


@dataclass(frozen=True, slots=True)
class Order:
    """``dry`` writes nothing that stays. ``since``: older facts are history, and nobody is told of them."""

    kind: str
    provider: str
    at: datetime
    dry: bool = False
    news: timedelta = NEWS


def begin_run(*, order: Order, filename: str, sha256: str, resume: bool) -> ImportRun:
    """The checkpoint of this file: a new one, or with ``resume`` the one that was left unfinished."""
    same = {"kind": order.kind, "provider": order.provider, "sha256": sha256}
    with transaction.atomic():
        left = ImportRun.objects.select_for_update().filter(finished_at=None, **same).first()
        if left is not None and not resume:
            raise ImportInterrupted(left.lines_done)
        return left or ImportRun.objects.create(filename=filename[:255], **same)


def take(rows: Iterable[Row | Refusal], *, order: Order, run: ImportRun | None, refuse: Refuse) -> Iterator[Count]:
    """Load what comes; after each batch, the count so far. ``run`` is None on a dry run."""
    done = Count()
    for batch in batches(rows):
        part = _take_batch(batch, order, run)
        for refusal in part.refusals:
            refuse(refusal)
        done.add(part)
        yield done
    if run is not None:
        ImportRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=order.at)


def batches(rows: Iterable[Row | Refusal], size: int = BATCH) -> Iterator[list[Row | Refusal]]:
    """A row whose id stands in the batch already begins the next one: the later row updates the earlier."""
    batch: list[Row | Refusal] = []
    ids: set[str] = set()
    for row in rows:
        again = isinstance(row, Row) and row.external_id in ids
        if batch and (again or len(batch) >= size):
            yield batch
            batch, ids = [], set()
        batch.append(row)
        if isinstance(row, Row):
            ids.add(row.external_id)
    if batch:
        yield batch


def _take_batch(batch: Sequence[Row | Refusal], order: Order, run: ImportRun | None) -> Count:
    rows = [row for row in batch if isinstance(row, Row)]
    count = Count(refusals=[row for row in batch if isinstance(row, Refusal)])
    with seeing_as_system(), transaction.atomic():
        lift_limits()
        _write(rows, order, count)
        if run is not None:
            last = max(row.last_line if isinstance(row, Row) else row.line for row in batch)
            _checkpoint(run, count, last)
            failpoint("import.before_commit")
        if order.dry:
            transaction.set_rollback(True)
    count.refusals.sort(key=lambda refusal: refusal.line)
    return count


def _write(rows: Sequence[Row], order: Order, count: Count) -> None:
    """All of them, or halves of them, until the row is found that the database itself refuses."""
    if not rows:
        return
    try:
        with transaction.atomic():
            part = _load(rows, order)
    except RULES_OF_THE_DATABASE as error:
        if len(rows) == 1:
            count.refusals.append(Refusal(rows[0].line, _sentence(error)))
            return
        half = len(rows) // 2
        _write(rows[:half], order, count)
        _write(rows[half:], order, count)
    else:
        count.refusals += part.refusals
        part.refusals = []
        count.add(part)


def _load(rows: Sequence[Row], order: Order) -> Count:
    target = TARGETS[order.kind]
    fill(target, rows, provider=order.provider)
    refusals = refuse_faulty(target, provider=order.provider)
    refused = {refusal.line for refusal in refusals}
    standing = [row for row in rows if row.line not in refused]
    keep(target)
    written = upsert(target, provider=order.provider)
    with_parts = write_parts(target, standing, provider=order.provider)
    book(order.kind, written, at=order.at)
    if order.kind == "refunds":
        write_refunded(written)
    told = tell(order.kind, written, since=order.at - order.news)
    touched = set(written.changed) | (with_parts - set(written.new))
    new, updated = len(written.new), len(touched)
    return Count(new, updated, len(standing) - new - updated, 0, told, refusals)


def _checkpoint(run: ImportRun, count: Count, last_line: int) -> None:
    """In the batch's own transaction, and only onto the line it was read after: a second process stops here."""
    moved = ImportRun.objects.filter(pk=run.pk, lines_done=run.lines_done, finished_at=None).update(
        lines_done=last_line,
        inserted=F("inserted") + count.inserted,
        updated=F("updated") + count.updated,
        unchanged=F("unchanged") + count.unchanged,
        refused=F("refused") + len(count.refusals),
    )
    if not moved:
        raise ImportInterrupted(run.lines_done, elsewhere=True)
    run.lines_done = last_line


def _sentence(error: DatabaseError | psycopg.Error) -> str:
    """The rule's name: what the file could not know is a rule of the database."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    rule = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    if rule:
        return f"The database refuses it ({rule})."
    return f"The database refuses it: {str(cause or error).splitlines()[0]}"
