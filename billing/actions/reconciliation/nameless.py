"""Lines that name nothing we expect: by customer, name, amount and day; what stays is proposed, or unknown money."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Final

from django.db import connection

from billing.actions.reconciliation.exact import NOT_HELD
from billing.actions.reconciliation.writing import Findings, rows_of
from billing.reconciliation.facts import ExpectedFacts, Finding, LineFacts
from billing.reconciliation.rules import (
    AMOUNT_AND_DATE,
    CUSTOMER_AND_AMOUNT,
    MOST_CANDIDATES_OF_A_SUM,
    NAME_AMOUNT_DATE,
    WINDOW,
)
from billing.reconciliation.weighing import propose_candidates, propose_sum

# What the texts named is for the judges; and a return that names nothing is nobody's payment.
_REST: Final = """
DELETE FROM rest_line l WHERE l.returns OR EXISTS (SELECT 1 FROM hit h WHERE h.line_id = l.id)
"""
_OPEN: Final = f"""
CREATE TEMPORARY TABLE open_expected ON COMMIT DROP AS
SELECT e.id, e.currency, e.amount_minor, e.due_on, e.customer_id, e.customer_key, e.payer_key
FROM billing_expectedmoney e
WHERE e.status IN ('expected', 'missing') AND {NOT_HELD.format(key="expected_id", of="e.id")}
    AND NOT EXISTS (SELECT 1 FROM (SELECT expected_id FROM found UNION ALL SELECT expected_id FROM new_part) AS taken
        WHERE taken.expected_id = e.id)
"""  # noqa: S608
_TABLES: Final = """
CREATE TEMPORARY TABLE candidate (line_id bigint, expected_id bigint, amount_minor bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE by_amount (line_id bigint, expected_id bigint, amount_minor bigint, rule text, score smallint)
    ON COMMIT DROP;
"""
# What ties a line to expected money besides amount and day. The strongest comes first and takes away what is certain,
# so that the last, which compares every amount with every equal one, has few left.
_CUSTOMER: Final = "JOIN token t ON t.id = l.id AND t.key = e.customer_key AND t.key <> ''"
_NAME: Final = "WHERE l.payer_key <> '' AND l.payer_key = e.payer_key"
_CANDIDATES: Final = f"""
TRUNCATE candidate;
INSERT INTO candidate
SELECT DISTINCT l.id, e.id, l.amount_minor
FROM (SELECT * FROM rest_line r WHERE NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.line_id = r.id)) AS l
JOIN (SELECT * FROM open_expected o WHERE NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.expected_id = o.id)) AS e
    ON e.currency = l.currency AND e.amount_minor = l.amount_minor
    AND e.due_on BETWEEN l.booked_on - {WINDOW.days} AND l.booked_on + {WINDOW.days}
{{also}};
DELETE FROM candidate c USING billing_match m
WHERE m.status IN ('undone', 'rejected') AND m.fingerprint = c.line_id || ':' || c.expected_id;
"""  # noqa: S608
# Unique on both sides, or not at all.
_UNIQUE: Final = """
INSERT INTO by_amount
SELECT counted.line_id, expected_id, counted.amount_minor, %(rule)s, %(score)s
FROM (
    SELECT *, count(*) OVER (PARTITION BY line_id) AS of_line, count(*) OVER (PARTITION BY expected_id) AS of_expected
    FROM candidate
) AS counted
JOIN rest_line l ON l.id = counted.line_id
JOIN open_expected e ON e.id = counted.expected_id
WHERE of_line = 1 AND of_expected = 1 AND {agrees}
"""
_NO_OTHER_NAME: Final = "(l.payer_key = '' OR e.payer_key = '' OR l.payer_key = e.payer_key)"
_AMBIGUOUS: Final = """
SELECT l.id, l.booked_on, l.amount_minor, l.currency, l.payer_key,
    e.id, e.amount_minor, e.currency, e.due_on, e.customer_id, e.payer_key
FROM candidate c
JOIN rest_line l ON l.id = c.line_id
JOIN open_expected e ON e.id = c.expected_id
WHERE NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.line_id = c.line_id)
    AND NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.expected_id = c.expected_id)
ORDER BY l.id, e.id
"""
_SUMS: Final = f"""
SELECT id, booked_on, amount_minor, currency, payer_key, expected_id, expected_minor, expected_currency, due_on,
    customer_id, expected_payer
FROM (
    SELECT l.id, l.booked_on, l.amount_minor, l.currency, l.payer_key, e.id AS expected_id,
        e.amount_minor AS expected_minor, e.currency AS expected_currency, e.due_on, e.customer_id,
        e.payer_key AS expected_payer, row_number() OVER (PARTITION BY l.id ORDER BY e.id) AS place
    FROM rest_line l
    JOIN open_expected e ON e.payer_key = l.payer_key
        AND e.due_on BETWEEN l.booked_on - {WINDOW.days} AND l.booked_on + {WINDOW.days}
    WHERE l.payer_key <> '' AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.line_id = l.id)
        AND NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.line_id = l.id)
        AND NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.expected_id = e.id)
) AS open_ones
WHERE place <= {MOST_CANDIDATES_OF_A_SUM + 1}
ORDER BY id, expected_id
"""  # noqa: S608
# Fees and interest of the account itself are no customer's money.
_UNKNOWN: Final = """
INSERT INTO billing_discrepancy
    (kind, status, line_id, amount_minor, currency, words, found_at, resolution, case_ref)
SELECT 'unknown', 'open', l.id, l.amount_minor, l.currency, 'Nothing that we expect fits this line.', %(at)s, '', ''
FROM rest_line l
WHERE l.kind NOT IN ('fee', 'interest')
    AND NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.line_id = l.id)
    AND NOT EXISTS (SELECT 1 FROM billing_matchpart p WHERE p.line_id = l.id AND NOT p.alone AND p.status = 'proposed')
ON CONFLICT DO NOTHING
"""

Row = tuple[int, date, int, str, str, int, int, str, date, int | None, str]


def find_nameless() -> int:
    """How many were found by customer, name or amount. After ``find_exact``, in its transaction."""
    with connection.cursor() as cursor:
        for statement in (_REST, _OPEN, _TABLES, "ANALYZE rest_line, open_expected"):
            cursor.execute(statement)
        for rule, also, agrees in (
            (CUSTOMER_AND_AMOUNT, _CUSTOMER, "true"),
            (NAME_AMOUNT_DATE, _NAME, "true"),
            (AMOUNT_AND_DATE, "", _NO_OTHER_NAME),
        ):
            cursor.execute(_CANDIDATES.format(also=also))
            cursor.execute("ANALYZE candidate, by_amount")
            cursor.execute(_UNIQUE.format(agrees=agrees), {"rule": rule.name, "score": rule.score})
        cursor.execute("ANALYZE by_amount")
        cursor.execute("SELECT count(*) FROM by_amount")
        found: int = cursor.fetchone()[0]
    return found


def propose_nameless(findings: Findings) -> None:
    """After ``find_nameless``."""
    findings.collect(_candidates())
    findings.collect(_sums())


def say_unknown(*, at: datetime) -> int:
    """Lines for which nothing is found or proposed. After everything is kept."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, {"at": at})
        said: int = cursor.rowcount
    return said


def _candidates() -> Iterator[Finding]:
    for line, open_ones in _grouped(_AMBIGUOUS):
        yield from propose_candidates(line, open_ones)


def _sums() -> Iterator[Finding]:
    for line, open_ones in _grouped(_SUMS):
        yield from propose_sum(line, open_ones)


def _grouped(statement: str) -> Iterator[tuple[LineFacts, list[ExpectedFacts]]]:
    rows: Iterator[Row] = rows_of(statement)
    for _, group in groupby(rows, key=lambda row: row[0]):
        listed = list(group)
        line = LineFacts(*listed[0][:5])
        yield line, [_expected(row) for row in listed]


def _expected(row: Row) -> ExpectedFacts:
    *_, expected_id, amount_minor, currency, due_on, customer_id, payer_key = row
    return ExpectedFacts(expected_id, amount_minor, currency, due_on, customer_id=customer_id, payer_key=payer_key)
