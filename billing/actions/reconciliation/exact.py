"""The bulk: exact rules as one hash join each over what the rules before left open.

Everything happens in temporary tables and ends in one insert, so a million lines need no memory here and no index on
their way. A line that a reference ties to expected money is never looked at by a weaker rule, whether its amount fits
or not: a named amount that differs is for the judges, not for chance.
"""

from collections.abc import Sequence
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from billing.reconciliation.keys import SHORTEST_KEY, creditor_key_sql, key_sql
from billing.reconciliation.rules import (
    CREDITOR_REFERENCE,
    EXTERNAL_ID,
    PAYMENT_REFERENCE,
    REFERENCE_IN_TEXT,
    Rule,
)

HELD: Final = """
    (EXISTS (SELECT 1 FROM billing_matchpart p WHERE p.{key} = {of} AND p.alone
        AND p.status IN ('found', 'waiting', 'posted'))
    OR EXISTS (SELECT 1 FROM billing_matchpart p WHERE p.{key} = {of} AND NOT p.alone
        AND p.status IN ('found', 'waiting', 'posted')))
"""
_WORK: Final = f"""
CREATE TEMPORARY TABLE work_line ON COMMIT DROP AS
SELECT l.id, l.booked_on, l.amount_minor, l.currency, {key_sql("l.end_to_end_id")} AS end_to_end,
    {key_sql("l.bank_reference")} AS bank_reference, {creditor_key_sql("l.structured_reference")} AS structured,
    {key_sql("l.returned_reference")} AS returned, l.remittance,
    l.return_code <> '' OR l.returned_reference <> '' OR l.kind IN ('return', 'chargeback') AS returns
FROM billing_statementline l
WHERE l.matching IN ('open', 'proposed') AND NOT l.pending AND l.amount_minor <> 0 AND l.kind <> 'change_notice'
    AND (%(account)s::bigint IS NULL OR l.account_id = %(account)s)
    AND NOT {HELD.format(key="line_id", of="l.id")}
"""  # noqa: S608
_TABLES: Final = """
CREATE TEMPORARY TABLE hit (line_id bigint, expected_id bigint, amount_minor bigint, rule text, same boolean, odd text)
    ON COMMIT DROP;
CREATE TEMPORARY TABLE found
    (line_id bigint, expected_id bigint, amount_minor bigint, rule text, score smallint, odd text) ON COMMIT DROP;
"""
# A long text costs much to take apart, so only those are that no other rule knows. A short number alone is a year or
# a house; it counts as a part of a reference that a line break cut.
_TOKENS: Final = f"""
CREATE TEMPORARY TABLE token ON COMMIT DROP AS
SELECT l.id, l.booked_on, l.amount_minor, l.currency, l.returns, word.key AS word, word.place,
    CASE WHEN length(word.key) >= {SHORTEST_KEY} AND word.key ~ '[0-9]' THEN word.key ELSE '' END AS key
FROM work_line l
CROSS JOIN LATERAL (
    SELECT {key_sql("piece")} AS key, place
    FROM string_to_table(translate(upper(l.remittance || ' ' || l.structured), '/,;:()', '      '), ' ')
        WITH ORDINALITY AS pieces (piece, place)
    WHERE piece <> ''
) AS word
WHERE l.remittance || l.structured ~ '[0-9]' AND NOT EXISTS (SELECT 1 FROM hit h WHERE h.line_id = l.id)
"""  # noqa: S608
_JOINED_TOKENS: Final = f"""
CREATE TEMPORARY TABLE joined_token ON COMMIT DROP AS
SELECT id, booked_on, amount_minor, currency, returns, key
FROM (
    SELECT id, booked_on, amount_minor, currency, returns, word || lead(word, 1) OVER ordered AS two,
        word || lead(word, 1) OVER ordered || lead(word, 2) OVER ordered AS three
    FROM token t WHERE NOT EXISTS (SELECT 1 FROM hit h WHERE h.line_id = t.id)
    WINDOW ordered AS (PARTITION BY id ORDER BY place)
) AS neighbours
CROSS JOIN LATERAL (VALUES (two), (three)) AS joined (key)
WHERE length(key) >= {SHORTEST_KEY} AND key ~ '[0-9]'
"""  # noqa: S608

_HIT: Final = """
INSERT INTO hit
SELECT {distinct} l.id, e.id, l.amount_minor, %(rule)s,
    l.amount_minor = e.amount_minor AND l.currency = e.currency AND NOT l.returns
        AND e.status IN ('expected', 'missing'), {odd}
FROM {lines} l JOIN billing_expectedmoney e ON e.{column} = l.{key}
WHERE l.{key} <> '' AND e.{column} <> '' AND {certain}
    AND NOT EXISTS (SELECT 1 FROM hit h WHERE h.line_id = l.id)
"""
# What is odd about a line that fits is told while both rows are at hand; to join a million again would cost a second.
_ODD: Final = """CASE
    WHEN l.booked_on < e.arose_on - 1 THEN 'wrong_date'
    WHEN l.booked_on > e.due_on + 3 THEN 'late'
    ELSE '' END"""
_ODD_OR_MISAPPLIED: Final = _ODD.replace(
    "ELSE ''", "WHEN l.structured <> '' AND e.bill_key <> '' AND l.structured <> e.bill_key THEN 'misapplied' ELSE ''"
)
# A bare number in a text may be a date or a customer's own: it counts where the amount says so too.
_CERTAIN_IN_TEXT: Final = "(l.{key} !~ '^[0-9]{{1,8}}$' OR l.amount_minor = e.amount_minor AND l.currency = e.currency)"
# Pairs that a person has undone or rejected are not found again.
_REFUSED: Final = """
UPDATE hit h SET same = false
FROM billing_match m
WHERE m.status IN ('undone', 'rejected') AND h.rule = %(rule)s AND h.same
    AND m.fingerprint = h.line_id || ':' || h.expected_id
"""
# Of several lines that name one expected amount and equal it, the first is it. A line that equals two that it names
# is nobody's: the judges look at it.
_FOUND: Final = f"""
INSERT INTO found
SELECT line_id, min(expected_id), min(amount_minor), %(rule)s, %(score)s, max(odd)
FROM (
    SELECT min(h.line_id) AS line_id, h.expected_id, min(h.amount_minor) AS amount_minor, max(h.odd) AS odd
    FROM hit h
    WHERE h.same AND h.rule = %(rule)s
        AND NOT EXISTS (SELECT 1 FROM found f WHERE f.expected_id = h.expected_id)
        AND NOT {HELD.format(key="expected_id", of="h.expected_id")}
    GROUP BY h.expected_id
) AS firsts
GROUP BY line_id HAVING count(*) = 1
"""  # noqa: S608
# Above this many lines everything is a hash join, in these statements and in the triggers that they fire. The tables
# grow while a run goes on, and a plan made of what they were before would read them again for every row.
FEW: Final = 2000
Join = tuple[str, str, str]  # which lines, their name, and the expected money's
EXACT: Final[Sequence[tuple[Rule, Sequence[Join]]]] = (
    (
        PAYMENT_REFERENCE,
        (
            # What a return says that it sends back, by whatever name; the judges take it from there.
            ("work_line", "returned", "reference_key"),
            ("work_line", "returned", "external_key"),
            ("work_line", "end_to_end", "reference_key"),
        ),
    ),
    (EXTERNAL_ID, (("work_line", "end_to_end", "external_key"), ("work_line", "bank_reference", "external_key"))),
    (CREDITOR_REFERENCE, (("work_line", "structured", "bill_key"),)),
)
IN_TEXT: Final[Sequence[Join]] = (("token", "key", "bill_key"), ("token", "key", "reference_key"))
IN_JOINED_TEXT: Final[Sequence[Join]] = (("joined_token", "key", "bill_key"), ("joined_token", "key", "reference_key"))


def find_exact(*, account_id: int | None = None) -> int:
    """How many were found. The caller holds the lock of the run and sees as system. ``hit`` stays for the judges."""
    with connection.cursor() as cursor:
        cursor.execute(_WORK, {"account": account_id})
        if cursor.rowcount > FEW:
            cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        cursor.execute(_TABLES)
        cursor.execute("ANALYZE work_line")
        for rule, joins in EXACT:
            _apply(cursor, rule, joins)
        cursor.execute(_TOKENS)
        cursor.execute("ANALYZE token")
        _apply(cursor, REFERENCE_IN_TEXT, IN_TEXT)
        cursor.execute(_JOINED_TOKENS)
        cursor.execute("ANALYZE joined_token")
        _apply(cursor, REFERENCE_IN_TEXT, IN_JOINED_TEXT)
        cursor.execute("ANALYZE hit, found")
        cursor.execute("SELECT count(*) FROM found")
        found: int = cursor.fetchone()[0]
    return found


def _apply(cursor: CursorWrapper, rule: Rule, joins: Sequence[Join]) -> None:
    for lines, key, column in joins:
        of_line = lines == "work_line"
        certain = "true" if of_line else _CERTAIN_IN_TEXT.format(key=key)
        odd = _ODD_OR_MISAPPLIED if of_line else _ODD
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {lines} WHERE {key} <> '')")  # noqa: S608  # names of ours
        if cursor.fetchone() == (False,):
            continue
        distinct = "" if of_line else "DISTINCT"  # a text may name the same twice
        statement = _HIT.format(distinct=distinct, lines=lines, key=key, column=column, certain=certain, odd=odd)
        cursor.execute(statement, {"rule": rule.name})
    cursor.execute(_REFUSED, {"rule": rule.name})
    cursor.execute(_FOUND, {"rule": rule.name, "score": rule.score})
