"""A bank tells of one entry in several messages: during the day (camt.052), as a notification with every transaction
(camt.054), and in the day's statement (camt.053), where it may be one sum. Its money is counted once, whichever comes
first.

The same entry is one of the same account, day, currency and amount with the bank's own reference. Where one of the
messages leaves the reference out, as many entries of that day and amount are the same as both have. Within one kind
of message nothing is taken for the same that is not equal word for word: two payments of one amount stay two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from billing.statements.records import Remark

if TYPE_CHECKING:
    from psycopg import Cursor

_ANOTHER: Final = """
SELECT EXISTS (SELECT FROM billing_statement WHERE account_id = ANY(%(accounts)s) AND message NOT IN ('', %(message)s))
"""
# Entries of this file that are not known word for word, and entries of other messages that are not in this file.
_GATHER: Final = """
CREATE TEMP TABLE told_entries ON COMMIT DROP AS
SELECT f.place, f.entry_number, (%(accounts)s::bigint[])[f.place + 1] AS account_id, f.booked_on, f.currency,
    sum(f.amount_minor) AS total, max(f.entry_reference) AS reference, bool_and(f.pending) AS pending,
    min(f.line_number) AS line_number, count(*) AS lines
FROM load_lines f LEFT JOIN billing_statementline k ON k.account_id = (%(accounts)s::bigint[])[f.place + 1]
    AND k.booked_on = f.booked_on AND k.fingerprint = f.fingerprint
WHERE f.entry_number IS NOT NULL GROUP BY f.place, f.entry_number, f.booked_on, f.currency HAVING count(k.id) = 0;
CREATE TEMP TABLE known_entries ON COMMIT DROP AS
SELECT l.statement_id, l.entry_number, l.account_id, l.booked_on, l.currency, sum(l.amount_minor) AS total,
    max(l.entry_reference) AS reference
FROM billing_statementline l JOIN billing_statement s ON s.id = l.statement_id
    LEFT JOIN load_lines f ON f.fingerprint = l.fingerprint
WHERE s.account_id = ANY(%(accounts)s) AND s.message NOT IN ('', %(message)s) AND l.entry_number IS NOT NULL
    AND l.account_id = ANY(%(accounts)s)
    AND l.booked_on BETWEEN (SELECT min(booked_on) FROM told_entries) AND (SELECT max(booked_on) FROM told_entries)
GROUP BY l.statement_id, l.entry_number, l.account_id, l.booked_on, l.currency HAVING count(f.place) = 0;
CREATE TEMP TABLE same_entries (place int, entry_number int, statement_id bigint, known_number int) ON COMMIT DROP
"""
# Of several that could be the same the first is the first, the second the second.
_PAIR: Final = """
INSERT INTO same_entries SELECT t.place, t.entry_number, k.statement_id, k.entry_number FROM (
    SELECT *, {key} AS key, row_number() OVER (
        PARTITION BY account_id, booked_on, currency, total, {key} ORDER BY place, entry_number) AS nth
    FROM told_entries e WHERE {told}
        AND NOT EXISTS (SELECT FROM same_entries d WHERE d.place = e.place AND d.entry_number = e.entry_number)
) AS t JOIN (
    SELECT *, {key} AS key, row_number() OVER (
        PARTITION BY account_id, booked_on, currency, total, {key} ORDER BY statement_id, entry_number) AS nth
    FROM known_entries e WHERE {known} AND NOT EXISTS (
        SELECT FROM same_entries d WHERE d.statement_id = e.statement_id AND d.known_number = e.entry_number)
) AS k USING (account_id, booked_on, currency, total, key, nth)
"""
_BY_REFERENCE: Final = _PAIR.format(key="reference", told="reference <> ''", known="reference <> ''")
_NAMELESS_HERE: Final = _PAIR.format(key="''::text", told="reference = ''", known="true")
_NAMELESS_THERE: Final = _PAIR.format(key="''::text", told="reference <> ''", known="reference = ''")
# What another message announced is booked by this one.
_BOOK: Final = """
UPDATE billing_statementline AS l SET pending = false
FROM same_entries s JOIN told_entries t USING (place, entry_number)
WHERE l.statement_id = s.statement_id AND l.entry_number = s.known_number AND l.pending AND NOT t.pending
"""
_COUNT: Final = """
SELECT count(*), coalesce(sum(t.lines), 0), min(t.line_number)
FROM same_entries JOIN told_entries t USING (place, entry_number)
"""
_LEAVE_OUT: Final = """
DELETE FROM load_lines AS f USING same_entries s WHERE f.place = s.place AND f.entry_number = s.entry_number
"""


@dataclass(frozen=True, slots=True)
class Twice:
    """What of a file stands in another message already."""

    entries: int = 0
    lines: int = 0
    booked: int = 0
    first_line: int | None = None

    def remarks(self) -> list[Remark]:
        if not self.entries:
            return []
        entries = "1 entry" if self.entries == 1 else f"{self.entries:,} entries"
        lines = "1 line" if self.lines == 1 else f"{self.lines:,} lines"
        told = f"{entries} with {lines}, of which this is the first"
        return [
            Remark(
                f"Another message of the bank (camt.052, 053 or 054) brought the same money before: {told}. "
                "It is not counted again.",
                self.first_line,
            )
        ]


def leave_out_told_twice(raw: "Cursor[Any]", accounts: list[int | None], message: str) -> Twice:
    """Of the rows in ``load_lines``, in the caller's transaction, which has locked the accounts.

    ``accounts``: by the statement's place in the file. Nothing is asked of an account with one kind of message.
    """
    known: Mapping[str, object] = {"accounts": accounts, "message": message}
    if not message or raw.execute(_ANOTHER, known).fetchone() != (True,):
        return Twice()
    raw.execute("ANALYZE load_lines")  # of a new table the planner believes anything
    for statement in _GATHER.split(";"):
        raw.execute(statement, known)
    for pairing in (_BY_REFERENCE, _NAMELESS_HERE, _NAMELESS_THERE):
        raw.execute(pairing)
    booked = raw.execute(_BOOK).rowcount
    ((entries, lines, first_line),) = raw.execute(_COUNT).fetchall()
    raw.execute(_LEAVE_OUT)
    raw.execute("DROP TABLE told_entries, known_entries, same_entries")
    return Twice(entries, int(lines), booked, first_line)
