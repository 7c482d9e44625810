"""What a line says and what expected money is called, as SQL: the pieces of which the exact rules are put together.

A line says names in four columns and in its text; expected money has three. Which may be which, and in what order, is
told by a number: what the line says in tens, what it is of expected money in ones. The smaller number is the stronger.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from billing.reconciliation.keys import MARKS, SHORTEST_KEY, creditor_key_sql, key_sql
from billing.reconciliation.rules import (
    CREDITOR_REFERENCE,
    EXTERNAL_ID,
    PAYMENT_REFERENCE,
    Rule,
)

# Of expected money.
_REFERENCE, _EXTERNAL, _BILL = 1, 2, 3
# Of lines. What a return says that it sends back, by whatever name, comes first; the judges take it from there.
_RETURNED, _END_TO_END, _BANK_REFERENCE, _STRUCTURED = 10, 20, 30, 40
_IN_TEXT, _IN_JOINED_TEXT = 50, 60

_SAID: Final[Sequence[tuple[int, str, str]]] = (
    (_RETURNED, "returned_reference", key_sql("l.returned_reference")),
    (_END_TO_END, "end_to_end_id", key_sql("l.end_to_end_id")),
    (_BANK_REFERENCE, "bank_reference", key_sql("l.bank_reference")),
    (_STRUCTURED, "structured_reference", creditor_key_sql("l.structured_reference")),
)
_RULES: Final[Mapping[int, Rule]] = {
    _RETURNED + _REFERENCE: PAYMENT_REFERENCE,
    _RETURNED + _EXTERNAL: PAYMENT_REFERENCE,
    _END_TO_END + _REFERENCE: PAYMENT_REFERENCE,
    _END_TO_END + _EXTERNAL: EXTERNAL_ID,
    _BANK_REFERENCE + _EXTERNAL: EXTERNAL_ID,
    _STRUCTURED + _BILL: CREDITOR_REFERENCE,
}
RETURNED_PLACE: Final = _RETURNED + _REFERENCE
PLACES: Final = ", ".join(map(str, _RULES))
# Of a row that has a place.
RULE: Final = "CASE place " + " ".join(f"WHEN {place} THEN '{rule.name}'" for place, rule in _RULES.items()) + " END"
SCORE: Final = "CASE place " + " ".join(f"WHEN {place} THEN {rule.score}" for place, rule in _RULES.items()) + " END"
RULES_IN_ORDER: Final = tuple(
    (rule, min(places), max(places))
    for rule in (PAYMENT_REFERENCE, EXTERNAL_ID, CREDITOR_REFERENCE)
    for places in [[place for place, of in _RULES.items() if of is rule]]
)

RETURNS: Final = "(l.return_code <> '' OR l.returned_reference <> '' OR l.kind IN ('return', 'chargeback'))"
STRUCTURED_KEY: Final = creditor_key_sql("l.structured_reference")
PAYER_KEY: Final = key_sql("l.counterparty")
SAME: Final = """
    (l.amount_minor = e.amount_minor AND l.currency = e.currency AND NOT l.returns
        AND e.status IN ('expected', 'missing'))
"""
# What is odd about a line that fits is told while both rows are at hand; to join a million again would cost a second.
_ODD: Final = """CASE
    WHEN l.booked_on < e.arose_on - 1 THEN 'wrong_date'
    WHEN l.booked_on > e.due_on + 3 THEN 'late'
    {misapplied}ELSE '' END"""
ODD_OR_MISAPPLIED: Final = _ODD.format(
    misapplied="WHEN l.structured_reference <> '' AND e.bill_key <> ''"
    f" AND {STRUCTURED_KEY} NOT IN ('', e.bill_key) THEN 'misapplied' "
)
_EXPECTED: Final = """
    SELECT id, amount_minor, currency, status, arose_on, due_on, bill_key, {key} AS key, {of} AS of
    FROM billing_expectedmoney WHERE {key} <> ''
"""
_BY_REFERENCE: Final = _EXPECTED.format(key="reference_key", of=_REFERENCE)
_BY_EXTERNAL: Final = _EXPECTED.format(key="external_key", of=_EXTERNAL)
_BY_BILL: Final = _EXPECTED.format(key="bill_key", of=_BILL)
OF_EXPECTED: Final = f"{_BY_REFERENCE} UNION ALL {_BY_EXTERNAL} UNION ALL {_BY_BILL}"

# A short number alone is a year or a house; it counts as a part of a reference that a line break cut.
_COUNTS: Final = "length({word}) >= " + str(SHORTEST_KEY) + " AND {word} ~ '[0-9]'"
_SEPARATORS: Final = "/,;:()"
_DROPPED: Final = "".join(mark for mark in MARKS if mark not in _SEPARATORS and mark != " ").replace("'", "''")
# The text is taken apart after its marks are gone: one translation for it all instead of one for each word.
_WORDS: Final = f"""
CREATE TEMPORARY TABLE token ON COMMIT DROP AS
SELECT l.id, l.booked_on, l.amount_minor, l.currency, l.returns, piece.word, piece.place,
    CASE WHEN {_COUNTS.format(word="piece.word")} THEN piece.word ELSE '' END AS key
FROM rest_line l
CROSS JOIN LATERAL string_to_table(
    translate(upper(l.remittance || ' ' || l.structured), '{_SEPARATORS}{_DROPPED}', '{" " * len(_SEPARATORS)}'), ' '
) WITH ORDINALITY AS piece (word, place)
WHERE piece.word <> '' AND l.remittance || l.structured ~ '[0-9]'
"""  # noqa: S608
_JOINED_WORDS: Final = f"""
CREATE TEMPORARY TABLE joined_token ON COMMIT DROP AS
SELECT id, booked_on, amount_minor, currency, returns, key
FROM (
    SELECT id, booked_on, amount_minor, currency, returns, word || lead(word, 1) OVER ordered AS two,
        word || lead(word, 1) OVER ordered || lead(word, 2) OVER ordered AS three
    FROM token t WHERE NOT EXISTS (SELECT 1 FROM hit h WHERE h.line_id = t.id)
    WINDOW ordered AS (PARTITION BY id ORDER BY place)
) AS neighbours
CROSS JOIN LATERAL (VALUES (two), (three)) AS joined (key)
WHERE {_COUNTS.format(word="key")}
"""  # noqa: S608
TEXTS: Final = (("token", _WORDS, _IN_TEXT), ("joined_token", _JOINED_WORDS, _IN_JOINED_TEXT))
# A text may name the same twice. A bare number in it may be a date or a customer's own: it counts where the amount
# says so too.
HITS_IN_TEXT: Final = f"""
INSERT INTO hit
SELECT DISTINCT l.id, e.id, l.amount_minor, %(places)s + CASE e.of WHEN {_BILL} THEN 0 ELSE e.of END, {SAME}, l.returns,
    {_ODD.format(misapplied="")}, false
FROM {{words}} l
JOIN ({_BY_BILL} UNION ALL {_BY_REFERENCE}) AS e ON e.key = l.key
WHERE l.key <> ''
    AND (l.key !~ '^[0-9]{{{{1,8}}}}$' OR l.amount_minor = e.amount_minor AND l.currency = e.currency)
"""  # noqa: S608


def said_by_lines(which: str) -> str:
    """A row for each name of each such line. One query for each column, since each passes by the lines without it."""
    return " UNION ALL ".join(
        f"SELECT l.id, l.booked_on, l.amount_minor, l.currency, l.structured_reference, {RETURNS} AS returns,"  # noqa: S608
        f" {key} AS key, {says} AS says FROM billing_statementline l WHERE l.{column} <> '' AND {which}"
        for says, column, key in _SAID
    )
