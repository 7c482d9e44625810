"""Matches into the books: the same two statements for a person's match and for the thousands that rules found.

Finding and booking are apart on purpose. Finding holds everybody up, so it is over in a moment; booking goes through
what was found in batches that commit, may stop anywhere and goes on with the rest. A part is booked once: its posting
carries its id as key.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from billing.access.scopes import seeing_as_system
from billing.actions.paid_bills import look_at_bills_of
from billing.actions.reconciliation.holding import held
from billing.ledger import bank
from billing.ledger.chart import KINDS
from billing.locks import lift_limits
from billing.models import Discrepancy, MatchPart, Posting
from billing.reconciliation.states import UNRESOLVED, DiscrepancyKind, MatchStatus

BATCH: Final = 5000
_KINDS: Final = json.dumps({account.value: kind.value for account, kind in KINDS.items()})

_POSTED: Final = """
UPDATE billing_matchpart SET status = 'posted' WHERE id = ANY(%(parts)s);
UPDATE billing_match m SET status = 'posted'
WHERE m.status <> 'posted' AND m.id IN (SELECT match_id FROM billing_matchpart WHERE id = ANY(%(parts)s));
"""
_LINES: Final = f"""
UPDATE billing_statementline l SET matching = CASE
    WHEN {held("line_minor", key="line_id", row="l")} <> l.amount_minor THEN 'open'
    WHEN EXISTS (SELECT 1 FROM billing_matchpart w WHERE w.line_id = l.id AND NOT w.alone AND w.expected_id IS NULL
        AND w.status = 'posted') THEN 'written_off'
    ELSE 'matched' END
WHERE l.id IN (SELECT line_id FROM billing_matchpart WHERE id = ANY(%(parts)s))
"""  # noqa: S608
# Money that came and went back was seen; that it is gone is a discrepancy, and not a reason to wait for it again.
_EXPECTED: Final = f"""
UPDATE billing_expectedmoney e SET status = CASE
    WHEN EXISTS (SELECT 1 FROM billing_matchpart w WHERE w.expected_id = e.id AND NOT w.alone AND w.line_id IS NULL
        AND w.status = 'posted') THEN 'written_off'
    WHEN {held("expected_minor", key="expected_id", row="e")} = e.amount_minor OR EXISTS (
        SELECT 1 FROM billing_matchpart w WHERE w.expected_id = e.id AND NOT w.alone AND w.rule = 'returned'
            AND w.status = 'posted') THEN 'settled'
    WHEN e.status = 'void' THEN 'void'
    ELSE 'expected' END
WHERE e.id IN (SELECT expected_id FROM billing_matchpart WHERE id = ANY(%(parts)s))
"""  # noqa: S608
# What came short stays off until the rest of it came or was written off, however well the line itself is matched. From
# each part to its discrepancies, by line and by expected money apart, and in this order whatever the planner thinks: it
# knows little of tables that a large run has just filled, and the other way round compares each part with all of them.
_RESOLVE: Final = """
WITH part AS MATERIALIZED (
    SELECT id, line_id, expected_id, line_minor = 0 OR expected_minor = 0 AS written_off
    FROM billing_matchpart WHERE id = ANY(%(parts)s) AND rule <> 'returned'
), settled AS (
    SELECT DISTINCT ON (off.id) off.id, part.id AS part_id, part.written_off
    FROM part
    CROSS JOIN LATERAL (
        SELECT d.id FROM billing_discrepancy d
        WHERE d.line_id = part.line_id
            AND d.kind IN ('unknown', 'over', 'duplicate', 'wrong_currency')
            AND EXISTS (SELECT 1 FROM billing_statementline l
                WHERE l.id = part.line_id AND l.matching IN ('matched', 'written_off'))
        UNION ALL
        SELECT d.id FROM billing_discrepancy d
        WHERE d.expected_id = part.expected_id
            AND (d.line_id IS NULL OR d.kind = 'under')
            AND EXISTS (SELECT 1 FROM billing_expectedmoney e
                WHERE e.id = part.expected_id AND e.status IN ('settled', 'written_off'))
        OFFSET 0
    ) AS off
    ORDER BY off.id, part.id
)
UPDATE billing_discrepancy d SET status = CASE WHEN settled.written_off THEN 'written_off' ELSE 'resolved' END,
    resolved_at = %(at)s, resolved_by_id = %(by)s, resolution = 'Settled by match ' || settled.part_id || '.'
FROM settled
WHERE d.id = settled.id AND d.status IN ('open', 'asked')  -- a person may have explained it in this moment
"""
_REOPEN: Final = """
UPDATE billing_discrepancy SET status = 'open', resolved_at = NULL, resolved_by_id = NULL, resolution = ''
WHERE resolution = ANY(SELECT 'Settled by match ' || part || '.' FROM unnest(%(parts)s::bigint[]) AS part)
    AND (line_id IN (SELECT line_id FROM billing_matchpart WHERE id = ANY(%(parts)s))
        OR expected_id IN (SELECT expected_id FROM billing_matchpart WHERE id = ANY(%(parts)s)))
"""


def book_found(*, at: datetime, most: int | None = None) -> int:
    """Book what rules found, a batch to a transaction; returns how many. Others may book at the same time."""
    booked = 0
    while most is None or booked < most:
        with seeing_as_system(), transaction.atomic():
            some = list(
                MatchPart.objects.select_for_update(skip_locked=True)
                .filter(status=MatchStatus.FOUND)
                .order_by("pk")
                .values_list("pk", flat=True)[:BATCH]
            )
            book(some, at=at)
        booked += len(some)
        if len(some) < BATCH:
            break
    return booked


def book(parts: Sequence[int], *, at: datetime, by: int | None = None) -> None:
    """The caller is in a transaction that holds these parts."""
    if not parts:
        return
    told: dict[str, Any] = {"parts": list(parts), "at": at, "by": by, "kinds": _KINDS}
    with connection.cursor() as cursor:
        for statement in (bank.OPEN_ACCOUNTS, bank.POST):
            cursor.execute(statement, told)
        cursor.execute(_POSTED, told)
        _settle(cursor, told)
        cursor.execute(_RESOLVE, told)
    look_at_bills_of(parts, because="booked")


def unbook(parts: Sequence[int], *, at: datetime) -> None:
    """The opposite postings; lines, expected money and discrepancies are as open as before. Statuses are set."""
    told: dict[str, Any] = {"parts": list(parts), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(bank.REVERSE, told)
        _settle(cursor, told)
        cursor.execute(_REOPEN, told)
    look_at_bills_of(parts, because="undone")


def park_unknown(*, at: datetime) -> int:
    """Unknown money into the suspense account. The caller sees as system, in a transaction."""
    lift_limits()
    # An anti join. As a list of what is parked, past some ten thousand it would be gone through for each row.
    parked = Posting.objects.filter(key=Concat(Value("unknown:"), Cast(OuterRef("line_id"), TextField())))
    waiting = list(
        Discrepancy.objects.filter(kind=DiscrepancyKind.UNKNOWN, status__in=UNRESOLVED)
        .exclude(Exists(parked))
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    told: dict[str, Any] = {"discrepancies": waiting, "kinds": _KINDS}
    with connection.cursor() as cursor:
        cursor.execute(bank.OPEN_PARKING, told)
        cursor.execute(bank.PARK, told)
    return len(waiting)


def _settle(cursor: CursorWrapper, told: dict[str, Any]) -> None:
    cursor.execute(_LINES, told)
    cursor.execute(_EXPECTED, told)
