"""Lines that name nothing we expect: by customer, name, amount and day; what stays is proposed, or unknown money."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Final

from django.db import connection

from billing.actions.reconciliation.exact import HELD
from billing.actions.reconciliation.writing import write_findings
from billing.reconciliation.facts import ExpectedFacts, Finding, LineFacts
from billing.reconciliation.keys import SHORTEST_KEY, key_sql
from billing.reconciliation.rules import (
    AMOUNT_AND_DATE,
    CUSTOMER_AND_AMOUNT,
    MOST_CANDIDATES_OF_A_SUM,
    NAME_AMOUNT_DATE,
    WINDOW,
)
from billing.reconciliation.weighing import propose_candidates, propose_sum

_REST: Final = f"""
CREATE TEMPORARY TABLE rest_line ON COMMIT DROP AS
SELECT l.id, l.booked_on, l.amount_minor, l.currency, l.kind, {key_sql("l.counterparty")} AS payer_key,
    {key_sql("l.remittance || l.structured_reference || l.end_to_end_id")} AS text_key
FROM work_line w JOIN billing_statementline l ON l.id = w.id
WHERE NOT EXISTS (SELECT 1 FROM hit h WHERE h.line_id = w.id) AND NOT w.returns
"""  # noqa: S608
# First by amount and day, which is a hash join; whether something is held is asked of the few that are left.
_CANDIDATES: Final = f"""
CREATE TEMPORARY TABLE candidate ON COMMIT DROP AS
WITH near AS MATERIALIZED (
    SELECT l.id AS line_id, e.id, l.amount_minor,
        length(e.customer_key) >= {SHORTEST_KEY} AND position(e.customer_key IN l.text_key) > 0 AS names_customer,
        l.payer_key <> '' AND l.payer_key = e.payer_key AS same_name,
        l.payer_key <> '' AND e.payer_key <> '' AND l.payer_key <> e.payer_key AS other_name
    FROM rest_line l
    JOIN billing_expectedmoney e ON e.currency = l.currency AND e.amount_minor = l.amount_minor
    WHERE e.status IN ('expected', 'missing')
        AND e.due_on BETWEEN l.booked_on - {WINDOW.days} AND l.booked_on + {WINDOW.days}
)
SELECT line_id, id AS expected_id, amount_minor, names_customer, same_name, other_name
FROM near
WHERE NOT {HELD.format(key="expected_id", row="near")}
    AND NOT EXISTS (SELECT 1 FROM billing_match m WHERE m.status IN ('undone', 'rejected')
        AND m.fingerprint = near.line_id || ':' || near.id)
"""  # noqa: S608
_BY_AMOUNT: Final = """
CREATE TEMPORARY TABLE by_amount (line_id bigint, expected_id bigint, amount_minor bigint, rule text, score smallint)
    ON COMMIT DROP
"""
# Unique on both sides, or not at all.
_UNIQUE: Final = """
INSERT INTO by_amount
SELECT line_id, expected_id, amount_minor, %(rule)s, %(score)s
FROM (
    SELECT *, count(*) OVER (PARTITION BY line_id) AS of_line, count(*) OVER (PARTITION BY expected_id) AS of_expected
    FROM candidate c
    WHERE {fits}
        AND NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.line_id = c.line_id)
        AND NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.expected_id = c.expected_id)
) AS counted
WHERE of_line = 1 AND of_expected = 1 AND NOT {contradicted}
"""
_KEEP: Final = """
INSERT INTO billing_matchpart (line_id, expected_id, line_minor, expected_minor, rule, score, status, alone)
SELECT line_id, expected_id, amount_minor, amount_minor, rule, score, 'found', true FROM by_amount ORDER BY line_id
"""
_AMBIGUOUS: Final = """
SELECT l.id, l.booked_on, l.amount_minor, l.currency, l.payer_key,
    e.id, e.amount_minor, e.currency, e.due_on, e.customer_id, e.payer_key
FROM candidate c
JOIN rest_line l ON l.id = c.line_id
JOIN billing_expectedmoney e ON e.id = c.expected_id
WHERE NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.line_id = c.line_id)
    AND NOT EXISTS (SELECT 1 FROM by_amount b WHERE b.expected_id = c.expected_id)
ORDER BY l.id, e.id
"""
_SUMS: Final = f"""
SELECT id, booked_on, amount_minor, currency, payer_key, expected_id, expected_minor, expected_currency, due_on,
    customer_id, expected_payer
FROM (
    SELECT l.*, e.id AS expected_id, e.amount_minor AS expected_minor, e.currency AS expected_currency, e.due_on,
        e.customer_id, e.payer_key AS expected_payer, row_number() OVER (PARTITION BY l.id ORDER BY e.id) AS place
    FROM rest_line l
    JOIN billing_expectedmoney e ON e.payer_key = l.payer_key AND e.status IN ('expected', 'missing')
        AND e.due_on BETWEEN l.booked_on - {WINDOW.days} AND l.booked_on + {WINDOW.days}
    WHERE l.payer_key <> '' AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.line_id = l.id)
        AND NOT {HELD.format(key="expected_id", row="e")}
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
        cursor.execute(_REST)
        cursor.execute("ANALYZE rest_line")
        cursor.execute(_CANDIDATES)
        cursor.execute("ANALYZE candidate")
        cursor.execute(_BY_AMOUNT)
        for rule, fits, contradicted in (
            (CUSTOMER_AND_AMOUNT, "c.names_customer", "false"),
            (NAME_AMOUNT_DATE, "c.same_name", "false"),
            (AMOUNT_AND_DATE, "true", "other_name"),
        ):
            statement = _UNIQUE.format(fits=fits, contradicted=contradicted)
            cursor.execute(statement, {"rule": rule.name, "score": rule.score})
        cursor.execute("ANALYZE by_amount")
        cursor.execute(_KEEP)
        found: int = cursor.rowcount
    return found


def propose_nameless(*, at: datetime) -> tuple[int, int]:
    """Proposals, and lines of unknown money. After ``find_nameless``."""
    _, candidates, _ = write_findings(_candidates(), at=at)
    _, sums, _ = write_findings(_sums(), at=at)
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, {"at": at})
        return candidates + sums, cursor.rowcount


def _candidates() -> Iterator[Finding]:
    for line, open_ones in _grouped(_AMBIGUOUS):
        yield from propose_candidates(line, open_ones)


def _sums() -> Iterator[Finding]:
    for line, open_ones in _grouped(_SUMS):
        yield from propose_sum(line, open_ones)


def _grouped(statement: str) -> Iterator[tuple[LineFacts, list[ExpectedFacts]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        rows: Iterator[Row] = iter(cursor)
        for _, group in groupby(rows, key=lambda row: row[0]):
            listed = list(group)
            line = LineFacts(*listed[0][:5])
            yield line, [_expected(row) for row in listed]


def _expected(row: Row) -> ExpectedFacts:
    *_, expected_id, amount_minor, currency, due_on, customer_id, payer_key = row
    return ExpectedFacts(expected_id, amount_minor, currency, due_on, customer_id=customer_id, payer_key=payer_key)
