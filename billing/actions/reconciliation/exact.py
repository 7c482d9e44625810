"""The bulk: every name that a line says against every name of expected money, in one hash join.

Everything happens in temporary tables and ends in one insert, so a million lines need no memory here and no index on
their way. A line that a reference ties to expected money is never looked at by a weaker rule, whether its amount fits
or not: a named amount that differs is for the judges, not for chance.
"""

from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from billing.actions.reconciliation import names
from billing.actions.reconciliation.plans import only_hash_joins
from billing.reconciliation.rules import REFERENCE_IN_TEXT, Rule

# Of a table whose rows have this key. Two questions, since each has its own index.
NOT_HELD: Final = """
    NOT EXISTS (SELECT 1 FROM billing_matchpart p WHERE p.{key} = {of} AND p.alone
        AND p.status IN ('found', 'waiting', 'posted'))
    AND NOT EXISTS (SELECT 1 FROM billing_matchpart p WHERE p.{key} = {of} AND NOT p.alone
        AND p.status IN ('found', 'waiting', 'posted'))
"""
OPEN_LINE: Final = """
    l.matching = 'open' AND NOT l.pending AND l.amount_minor <> 0 AND l.kind <> 'change_notice'
    AND (%(account)s::bigint IS NULL OR l.account_id = %(account)s)
"""
_HOW_MANY: Final = f"""
SELECT count(*) FROM (SELECT 1 FROM billing_statementline l WHERE {OPEN_LINE} LIMIT %(few)s + 1) AS open_line
"""  # noqa: S608
# Both sides are read from the desk's own tables, not from temporary ones: so PostgreSQL may read and join with several
# processes at once.
_HITS: Final = f"""
CREATE TEMPORARY TABLE hit ON COMMIT DROP AS
SELECT l.id AS line_id, e.id AS expected_id, l.amount_minor, (l.says + e.of)::smallint AS place,
    {names.SAME} AS same, l.returns, {names.ODD_OR_MISAPPLIED} AS odd, true AS apart
FROM ({names.said_by_lines(OPEN_LINE)}) AS l
JOIN ({names.OF_EXPECTED}) AS e ON e.key = l.key AND l.says + e.of IN ({names.PLACES})
WHERE {NOT_HELD.format(key="line_id", of="l.id")}
"""  # noqa: S608
# Nearly all lines have one name, which one expected amount has and no other line says: those stand apart, and what they
# are to each other no rule needs to weigh.
_AMONG_OTHERS: Final = """
UPDATE hit SET apart = false
WHERE expected_id IN (SELECT expected_id FROM hit GROUP BY expected_id HAVING count(*) > 1)
    OR line_id IN (SELECT line_id FROM hit GROUP BY line_id HAVING count(*) > 1)
"""
_HELD_BEFORE: Final = """
UPDATE hit h SET apart = false FROM billing_matchpart p
WHERE h.apart AND p.expected_id = h.expected_id AND p.status IN ('found', 'waiting', 'posted')
"""
_FOUND: Final = f"""
CREATE TEMPORARY TABLE found_among_others
    (line_id bigint, expected_id bigint, amount_minor bigint, rule text, score smallint, odd text) ON COMMIT DROP;
CREATE TEMPORARY VIEW found AS
SELECT line_id, expected_id, amount_minor, {names.RULE} AS rule, {names.SCORE} AS score, odd
FROM hit WHERE apart AND same
UNION ALL SELECT * FROM found_among_others
"""  # noqa: S608
# The first rule that knows a line judges it.
_FIRST_PLACE: Final = """
DELETE FROM hit h
USING (
    SELECT line_id, min(place) AS place FROM hit WHERE NOT apart AND place >= %(places)s
    GROUP BY line_id HAVING min(place) < max(place)
) AS first
WHERE NOT h.apart AND h.line_id = first.line_id AND h.place > first.place
"""
# Pairs that a person has undone or rejected are not found again.
_REFUSED: Final = """
UPDATE hit h SET same = false
FROM billing_match m
WHERE m.status IN ('undone', 'rejected') AND h.same AND h.place >= %(places)s
    AND m.fingerprint = h.line_id || ':' || h.expected_id
"""
# Of several lines that name one expected amount and equal it, the first is it. A line that equals two that it names
# is nobody's: the judges look at it. What stands apart was found with the names; only a text may name it once more.
_FIRST_LINE: Final = f"""
INSERT INTO found_among_others
SELECT line_id, min(expected_id), min(amount_minor), %(rule)s, %(score)s, max(odd)
FROM (
    SELECT min(h.line_id) AS line_id, h.expected_id, min(h.amount_minor) AS amount_minor, max(h.odd) AS odd
    FROM hit h
    WHERE NOT h.apart AND h.same AND h.place BETWEEN %(first)s AND %(last)s
        AND NOT EXISTS (SELECT 1 FROM {{taken}} f WHERE f.expected_id = h.expected_id)
        AND {NOT_HELD.format(key="expected_id", of="h.expected_id")}
    GROUP BY h.expected_id
) AS firsts
GROUP BY line_id HAVING count(*) = 1
"""  # noqa: S608
# Lines that no reference tied to anything. They are few, so their long texts may be taken apart.
_REST: Final = f"""
CREATE TEMPORARY TABLE rest_line ON COMMIT DROP AS
SELECT l.id, l.booked_on, l.amount_minor, l.currency, l.kind, {names.RETURNS} AS returns,
    {names.PAYER_KEY} AS payer_key, {names.STRUCTURED_KEY} AS structured, l.remittance
FROM billing_statementline l
WHERE {OPEN_LINE} AND {NOT_HELD.format(key="line_id", of="l.id")}
    AND NOT EXISTS (SELECT 1 FROM hit h WHERE h.line_id = l.id)
"""  # noqa: S608
# Above this many lines everything is a hash join, in these statements and in the triggers that they fire.
FEW: Final = 2000


def find_exact(*, account_id: int | None = None) -> int:
    """How many were found. The caller holds the lock of the run and sees as system. ``hit`` stays for the judges."""
    told = {"account": account_id, "few": FEW}
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY, told)
        if cursor.fetchone()[0] > FEW:
            only_hash_joins()
        for statement in (_HITS, _AMONG_OTHERS, _HELD_BEFORE):
            cursor.execute(statement, told)
        cursor.execute(_FOUND)
        _keep_first_place(cursor, 0)
        cursor.execute("ANALYZE hit")
        for rule, first, last in names.RULES_IN_ORDER:
            _find_first_lines(cursor, rule, first, last, taken="found_among_others")
        cursor.execute(_REST, told)
        for table, words, places in names.TEXTS:
            _find_in_words(cursor, table, words, places)
        cursor.execute("ANALYZE hit, found_among_others")
        cursor.execute("SELECT count(*) FROM found")
        found: int = cursor.fetchone()[0]
    return found


def _find_in_words(cursor: CursorWrapper, table: str, words: str, places: int) -> None:
    cursor.execute(words)
    cursor.execute(f"ANALYZE {table}")
    cursor.execute(names.HITS_IN_TEXT.format(words=table), {"places": places})
    _keep_first_place(cursor, places)
    _find_first_lines(cursor, REFERENCE_IN_TEXT, places, places + 9, taken="found")


def _keep_first_place(cursor: CursorWrapper, places: int) -> None:
    cursor.execute(_FIRST_PLACE, {"places": places})
    cursor.execute(_REFUSED, {"places": places})


def _find_first_lines(cursor: CursorWrapper, rule: Rule, first: int, last: int, *, taken: str) -> None:
    places = {"first": first, "last": last}
    cursor.execute(_FIRST_LINE.format(taken=taken), {"rule": rule.name, "score": rule.score, **places})
