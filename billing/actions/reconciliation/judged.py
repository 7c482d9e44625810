"""The few lines that name expected money without equalling it: read in order, judged by the engine, then written."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Final, NamedTuple

from django.db import connection

from billing.actions.reconciliation.plans import looking_up
from billing.actions.reconciliation.writing import Findings, rows_of
from billing.reconciliation.facts import ExpectedFacts, Finding, LineFacts, MatchFound
from billing.reconciliation.judging import judge_lines_naming_one
from billing.reconciliation.keys import creditor_key_sql, key_sql
from billing.reconciliation.lists import judge_line_naming_several
from billing.reconciliation.rules import MISSING_AFTER_BUSINESS_DAYS

# By parts of earlier runs, and by what this one has found.
_NOW_HELD: Final = """
CREATE TEMPORARY TABLE now_held ON COMMIT DROP AS
SELECT expected_id, sum(held_minor) AS held_minor
FROM (
    SELECT expected_id, amount_minor AS held_minor FROM found
    UNION ALL SELECT expected_id, expected_minor FROM billing_matchpart
        WHERE alone AND status IN ('found', 'waiting', 'posted')
    UNION ALL SELECT expected_id, expected_minor FROM billing_matchpart
        WHERE NOT alone AND status IN ('found', 'waiting', 'posted')
) AS part
WHERE expected_id IN (SELECT expected_id FROM rest_hit) GROUP BY expected_id
"""
_AND_NAMED_TOGETHER: Final = "INSERT INTO now_held SELECT expected_id, expected_minor FROM new_part"
_NAMED: Final = f"""
SELECT l.id, l.booked_on, l.amount_minor, l.currency, {key_sql("l.counterparty")}, l.fee_minor, l.original_minor,
    l.original_currency, h.returns, e.id, e.amount_minor, e.currency, e.due_on, coalesce(n.held_minor, 0)::bigint,
    e.status IN ('expected', 'missing'), e.customer_id
FROM rest_hit h
JOIN billing_statementline l ON l.id = h.line_id
JOIN billing_expectedmoney e ON e.id = h.expected_id
LEFT JOIN (SELECT expected_id, sum(held_minor) AS held_minor FROM now_held GROUP BY expected_id) n
    ON n.expected_id = h.expected_id
WHERE h.names {{names}} 1
ORDER BY {{order}}
"""  # noqa: S608
# A line that stands apart has no second hit. One that names the same money in two ways names one.
_REST: Final = """
CREATE TEMPORARY TABLE rest_hit ON COMMIT DROP AS
SELECT line_id, expected_id, returns, count(*) OVER (PARTITION BY line_id) AS names
FROM (
    SELECT h.line_id, h.expected_id, bool_or(h.returns) AS returns
    FROM hit h
    WHERE NOT (h.apart AND h.same) AND NOT EXISTS (SELECT 1 FROM found_among_others f WHERE f.line_id = h.line_id)
    GROUP BY h.line_id, h.expected_id
) AS pair
"""
# A day that is late by the calendar may be a long weekend; three working days are what counts.
_LATE_DAY: Final = f"""
    (day.d + {MISSING_AFTER_BUSINESS_DAYS}
        + 2 * ((extract(isodow FROM day.d)::int - 1 + {MISSING_AFTER_BUSINESS_DAYS}) / 5))
"""
_ODD: Final = f"""
INSERT INTO billing_discrepancy
    (kind, status, line_id, expected_id, customer_id, amount_minor, currency, words, found_at, resolved_at, resolution,
    case_ref)
SELECT f.odd, CASE WHEN f.odd = 'late' THEN 'resolved' ELSE 'open' END,
    CASE WHEN f.odd = 'late' THEN NULL ELSE f.line_id END, f.expected_id, e.customer_id, f.amount_minor, e.currency,
    CASE f.odd
        WHEN 'late' THEN 'Booked on ' || l.booked_on || '; it was expected on ' || e.due_on || '.'
        WHEN 'wrong_date' THEN 'Booked on ' || l.booked_on || ', before it arose on ' || e.arose_on || '.'
        ELSE 'The bank says bill ' || l.structured_reference || '; the payment was put on another.' END,
    %(at)s, CASE WHEN f.odd = 'late' THEN %(at)s END,
    CASE WHEN f.odd = 'late' THEN 'It came by itself.' ELSE '' END, ''
FROM found f
JOIN billing_statementline l ON l.id = f.line_id
JOIN billing_expectedmoney e ON e.id = f.expected_id
CROSS JOIN LATERAL (SELECT e.due_on - greatest(0, extract(isodow FROM e.due_on)::int - 5) AS d) AS day
WHERE f.odd <> '' AND (f.odd <> 'late' OR l.booked_on > {_LATE_DAY})
    AND (f.odd <> 'misapplied' OR EXISTS (SELECT 1 FROM billing_expectedmoney o
        WHERE o.bill_key = {creditor_key_sql("l.structured_reference")} AND o.bill_key <> ''))
ON CONFLICT DO NOTHING
"""  # noqa: S608


class Named(NamedTuple):
    line: LineFacts
    expected: ExpectedFacts


Row = tuple[int, date, int, str, str, int, int | None, str, bool, int, int, str, date, int, bool, int | None]


def judge_named(findings: Findings) -> None:
    """After ``find_exact``, in its transaction."""
    with connection.cursor() as cursor:
        for statement in (_REST, "ANALYZE rest_hit", _NOW_HELD, "ANALYZE now_held"):
            cursor.execute(statement)
        # All rows are read, so the plan that begins soonest is not the one that ends soonest.
        cursor.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
        findings.collect(_of_lines_naming_several())
        cursor.execute(_AND_NAMED_TOGETHER)
        findings.collect(_of_lines_naming_one())


def say_misapplied_and_misdated(*, at: datetime) -> int:
    """What fits to the cent and is odd all the same: another bill, a day before the payment, days too late."""
    with looking_up(), connection.cursor() as cursor:
        cursor.execute(_ODD, {"at": at})
        said: int = cursor.rowcount
    return said


def _of_lines_naming_several() -> Iterator[Finding]:
    given = Counter[int]()  # by lines before, in this run: whoever pays a list twice pays it once
    for _, pairs in groupby(_named(names=">", order="l.id, e.id"), key=lambda pair: pair.line.id):
        group = list(pairs)
        for found in judge_line_naming_several(group[0].line, [_with(given, pair.expected) for pair in group]):
            if isinstance(found, MatchFound) and found.rule.posts:
                for part in found.parts:
                    given[part.expected_id] += part.expected_minor
            yield found


def _with(given: Counter[int], expected: ExpectedFacts) -> ExpectedFacts:
    more = given[expected.id]
    return replace(expected, held_minor=expected.held_minor + more) if more else expected


def _of_lines_naming_one() -> Iterator[Finding]:
    for _, pairs in groupby(_named(names="=", order="e.id, l.booked_on, l.id"), key=lambda pair: pair.expected.id):
        group = list(pairs)
        yield from judge_lines_naming_one([pair.line for pair in group], group[0].expected)


def _named(*, names: str, order: str) -> Iterator[Named]:
    return map(_facts, rows_of(_NAMED.format(names=names, order=order)))


def _facts(row: Row) -> Named:
    return Named(LineFacts(*row[:9]), ExpectedFacts(*row[9:]))
