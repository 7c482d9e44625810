"""Rows of a statement on their way into the database: read into a spool without a transaction, then taken in one.

COPY into a table that row-level security guards is refused, so the rows go by a temporary table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, Final

from django.db import connection
from psycopg import sql

from billing.actions.statement_twice import Twice, leave_out_told_twice
from billing.currencies import EXPONENTS
from billing.models import StatementLine
from billing.statements.cleaning import clean
from billing.statements.days import Days
from billing.statements.fingerprints import counting_fingerprints, said_by
from billing.statements.read import balances
from billing.statements.records import Event, ParsedLine, ParsedStatement, Remark
from billing.states import LineMatching

if TYPE_CHECKING:
    from psycopg import Cursor

MOST_REMARKS: Final = 500  # of one file; the rest is counted
_BLOCK: Final = 1 << 18
_BATCH: Final = 1000
_NULL: Final = "\x01"  # no text holds one: they are cleaned of control characters
_COLUMNS: Final = (
    "line_number",
    "booked_on",
    "value_on",
    "amount_minor",
    "currency",
    "kind",
    "pending",
    "bank_reference",
    "end_to_end_id",
    "structured_reference",
    "remittance",
    "counterparty",
    "counterparty_last4",
    "return_code",
    "returned_reference",
    "original_minor",
    "original_currency",
    "fee_minor",
    "fingerprint",
    "entry_number",
    "entry_reference",
)
_TABLE: Final = sql.Identifier(StatementLine._meta.db_table)
_NAMES: Final = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
Progress = Callable[[int], None]


@dataclass(slots=True)
class Gathered:
    """What a file was read into. The lines themselves are in the spool."""

    lines: int = 0
    rejected: int = 0
    statements: list[tuple[ParsedStatement, bool | None]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    unsaid: int = 0  # remarks beyond those that are kept

    @property
    def message(self) -> str:
        """Which kind of message the file is: it holds one kind."""
        return self.statements[0][0].message if self.statements else ""

    def end_of(self, statement: ParsedStatement, fits: bool | None, days: Days) -> None:
        statement, remark = days.period_of(statement)
        self.statements.append((statement, fits))
        if remark is not None:
            self.remark(remark)

    def remark(self, remark: Remark) -> None:
        self.rejected += remark.rejected
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(remark)
        else:
            self.unsaid += 1


def gather(events: Iterable[Event], spool: IO[bytes], *, days: Days, progress: Progress) -> Gathered:
    gathered, fingerprint = Gathered(), counting_fingerprints()
    totals: dict[int, int] = {}
    rows: list[str] = []
    for event in events:
        if type(event) is ParsedLine:
            if event.currency not in EXPONENTS:
                gathered.remark(Remark(f"{event.currency} is not a currency in use today.", event.line_number, True))
                continue
            if (wrong := days.wrong_with(event)) is not None:
                gathered.remark(wrong)
                continue
            gathered.lines += 1
            if not event.pending:
                totals[event.statement] = totals.get(event.statement, 0) + event.amount_minor
            day, said = _iso(event.booked_on), said_by(event)
            mark = fingerprint(f"{event.account}\t{day}\t{event.amount_minor}\t{event.currency}\t{said}")
            rows.append(_row(event, day, said, mark))
            if len(rows) == _BATCH:
                spool.write("".join(rows).encode())
                rows.clear()
                progress(gathered.lines)
        elif isinstance(event, ParsedStatement):
            fits = balances(event, totals.pop(event.index, 0))
            gathered.end_of(event, fits, days)
        elif isinstance(event, Remark):
            gathered.remark(event)
    spool.write("".join(rows).encode())
    return gathered


_iso = lru_cache(maxsize=4096)(date.isoformat)


def _row(line: ParsedLine, day: str, said: str, fingerprint: str) -> str:
    """As COPY's text format has it. Texts are single lines by now; what is left to escape is the backslash."""
    valued = _NULL if line.value_on is None else _iso(line.value_on)
    original = _NULL if line.original_minor is None else line.original_minor
    if "\\" in said:
        said = said.replace("\\", "\\\\")
    entry = line.entry_reference.replace("\\", "\\\\") if line.entry_reference else ""
    return (
        f"{line.statement}\t{line.line_number}\t{day}\t{valued}\t{line.amount_minor}\t{line.currency}\t{line.kind}\t"
        f"{'t' if line.pending else 'f'}\t{said}\t{original}\t{line.original_currency}\t{line.fee_minor}\t"
        f"{fingerprint}\t{_NULL if line.entry_number is None else line.entry_number}\t{entry}\n"
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file's lines: new, known as announced and booked now, and told before by another message."""

    new: int
    booked: int
    twice: Twice


def take_rows(spool: IO[bytes], ids: Mapping[int, tuple[int, int]], *, message: str = "") -> Taken:
    """Insert the spool's lines, in the caller's transaction and scope.

    ``ids``: statement and account by the statement's place in its file.
    """
    statements, accounts = _by_place(ids)
    with connection.cursor() as cursor:
        raw = cursor.cursor  # psycopg's own: Django has no COPY
        _lock(raw, accounts)
        _load(raw, spool)
        twice = leave_out_told_twice(raw, accounts, message)
        raw.execute(
            sql.SQL(
                "WITH taken AS (INSERT INTO {table} AS known (statement_id, account_id, matching, {columns})"
                " SELECT (%s::bigint[])[place + 1], (%s::bigint[])[place + 1], {open}, {columns} FROM load_lines"
                " ON CONFLICT (account_id, booked_on, fingerprint)"
                " DO UPDATE SET pending = false, value_on = excluded.value_on"
                " WHERE known.pending AND NOT excluded.pending RETURNING xmax = 0 AS is_new)"
                " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM taken"
            ).format(table=_TABLE, columns=_NAMES, open=sql.Literal(LineMatching.OPEN.value)),
            [statements, accounts],
        )
        new, booked = raw.fetchone()
        raw.execute("DROP TABLE load_lines")
    return Taken(int(new), int(booked) + twice.booked, twice)


def _lock(raw: "Cursor[Any]", accounts: Sequence[int | None]) -> None:
    """One import of an account at a time: two that bring the same entries would each miss those of the other, and two
    with the same lines in another order would wait for each other."""
    raw.execute("SELECT FROM billing_bankaccount WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [accounts])


def _load(raw: "Cursor[Any]", spool: IO[bytes]) -> None:
    raw.execute(
        sql.SQL(
            "CREATE TEMP TABLE load_lines ON COMMIT DROP AS SELECT 0 AS place, {columns} FROM {table} LIMIT 0"
        ).format(columns=_NAMES, table=_TABLE)
    )
    spool.seek(0)
    with raw.copy(
        sql.SQL("COPY load_lines (place, {}) FROM STDIN (NULL {})").format(_NAMES, sql.Literal(_NULL))
    ) as copy:
        while block := spool.read(_BLOCK):
            copy.write(block)


def _by_place(ids: Mapping[int, tuple[int, int]]) -> tuple[list[int | None], list[int | None]]:
    """Statements and accounts as arrays. A join with a table of them would sort a million rows first."""
    places = range(max(ids, default=-1) + 1)
    found = [ids.get(place, (None, None)) for place in places]
    return [statement for statement, _ in found], [account for _, account in found]


def remarks_of(gathered: Gathered) -> Sequence[Remark]:
    """With their texts cleaned: a reason quotes the file, and a file may hold anything."""
    kept = [Remark(clean(each.reason, 300), each.line_number, each.rejected) for each in gathered.remarks]
    if gathered.unsaid:
        kept.append(Remark(f"There are {gathered.unsaid:,} more remarks like these."))
    return kept
