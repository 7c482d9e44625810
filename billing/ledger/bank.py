"""What a match means in the books, for any number of parts in one statement: the rows that make its postings.

The line moves the bank account, or the suspense account where the line was parked there as unknown money. Against it
stands what was expected: a payment's clearing, a bill's receivable, or nothing, and then it is written off. A
difference in one currency is the bank's fee; two currencies meet in the exchange account, where each balances.
"""

from typing import Final

# Both amounts of each part, as entries: which part, account, customer, currency, amount.
ENTRIES: Final = """
    SELECT id AS part_id, CASE WHEN parked THEN 'suspense' ELSE 'bank' END AS code, NULL::bigint AS customer_id,
        line_currency AS currency, line_minor AS amount_minor
    FROM chosen WHERE line_minor <> 0
    UNION ALL
    SELECT id, CASE WHEN expected_kind = 'invoice' THEN 'receivable' ELSE 'provider_clearing' END,
        CASE WHEN expected_kind = 'invoice' THEN customer_id END, expected_currency, -expected_minor
    FROM chosen WHERE expected_minor <> 0
    UNION ALL
    SELECT id, 'write_offs', NULL, coalesce(line_currency, expected_currency), expected_minor - line_minor
    FROM chosen WHERE line_minor = 0 OR expected_minor = 0
    UNION ALL
    SELECT id, 'bank_fees', NULL, line_currency, expected_minor - line_minor
    FROM chosen WHERE line_minor <> 0 AND expected_minor <> 0 AND line_currency = expected_currency
        AND line_minor <> expected_minor
    UNION ALL
    SELECT id, 'exchange', NULL, line_currency, -line_minor
    FROM chosen WHERE line_minor <> 0 AND expected_minor <> 0 AND line_currency <> expected_currency
    UNION ALL
    SELECT id, 'exchange', NULL, expected_currency, expected_minor
    FROM chosen WHERE line_minor <> 0 AND expected_minor <> 0 AND line_currency <> expected_currency
"""
CHOSEN: Final = """
    SELECT p.id, p.line_minor, p.expected_minor, p.rule, l.currency AS line_currency, l.booked_on,
        e.currency AS expected_currency, e.kind AS expected_kind, e.customer_id,
        EXISTS (SELECT 1 FROM billing_posting o WHERE o.key = 'unknown:' || p.line_id) AS parked
    FROM billing_matchpart p
    LEFT JOIN billing_statementline l ON l.id = p.line_id
    LEFT JOIN billing_expectedmoney e ON e.id = p.expected_id
    WHERE p.id = ANY(%(parts)s)
"""
OPEN_ACCOUNTS: Final = f"""
WITH chosen AS ({CHOSEN}), entry AS ({ENTRIES})
INSERT INTO billing_ledgeraccount (code, kind, currency, customer_id)
SELECT DISTINCT code, %(kinds)s::jsonb ->> code, currency, customer_id FROM entry
ON CONFLICT DO NOTHING
"""  # noqa: S608
POST: Final = f"""
WITH chosen AS ({CHOSEN}), entry AS ({ENTRIES}), posting AS (
    INSERT INTO billing_posting (kind, at, customer_id, memo, key, source_kind, source_id)
    SELECT CASE WHEN line_minor = 0 OR expected_minor = 0 THEN 'written_off' ELSE 'bank_matched' END,
        coalesce(booked_on::timestamptz, %(at)s), customer_id, rule, 'matched:' || id, 'match_part', id
    FROM chosen
    RETURNING id, source_id
)
INSERT INTO billing_ledgerentry (posting_id, account_id, amount_minor, currency)
SELECT posting.id, account.id, entry.amount_minor, entry.currency
FROM entry
JOIN posting ON posting.source_id = entry.part_id
JOIN billing_ledgeraccount account ON account.code = entry.code AND account.currency = entry.currency
    AND account.customer_id IS NOT DISTINCT FROM entry.customer_id
"""  # noqa: S608
REVERSE: Final = """
WITH reversed AS (
    SELECT id, customer_id, source_id FROM billing_posting
    WHERE key = ANY(SELECT 'matched:' || part FROM unnest(%(parts)s::bigint[]) AS part)
), posting AS (
    INSERT INTO billing_posting (kind, at, customer_id, memo, key, source_kind, source_id)
    SELECT 'undone', %(at)s, customer_id, '', 'undone:' || source_id, 'match_part', source_id FROM reversed
    RETURNING id, source_id
)
INSERT INTO billing_ledgerentry (posting_id, account_id, amount_minor, currency)
SELECT posting.id, entry.account_id, -entry.amount_minor, entry.currency
FROM posting
JOIN reversed ON reversed.source_id = posting.source_id
JOIN billing_ledgerentry entry ON entry.posting_id = reversed.id
"""
# Unknown money is on the bank all the same: it stands in the suspense account until somebody knows.
# Nothing is joined but by its key: of tables that a large file has just filled, the planner knows no size.
PARK: Final = """
WITH posting AS (
    INSERT INTO billing_posting (kind, at, memo, key, source_kind, source_id)
    SELECT 'bank_unknown', l.booked_on::timestamptz, '', 'unknown:' || l.id, 'statement_line', l.id
    FROM billing_discrepancy d JOIN billing_statementline l ON l.id = d.line_id
    WHERE d.id = ANY(%(discrepancies)s)
    ON CONFLICT (key) DO NOTHING
    RETURNING id, source_id
)
INSERT INTO billing_ledgerentry (posting_id, account_id, amount_minor, currency)
SELECT posting.id, account.id, side.sign * line.amount_minor, line.currency
FROM posting
JOIN billing_statementline line ON line.id = posting.source_id
CROSS JOIN (VALUES ('bank', 1), ('suspense', -1)) AS side (code, sign)
JOIN billing_ledgeraccount account ON account.code = side.code AND account.currency = line.currency
    AND account.customer_id IS NULL
"""
OPEN_PARKING: Final = """
INSERT INTO billing_ledgeraccount (code, kind, currency)
SELECT DISTINCT side.code, %(kinds)s::jsonb ->> side.code, l.currency
FROM billing_discrepancy d
JOIN billing_statementline l ON l.id = d.line_id
CROSS JOIN (VALUES ('bank'), ('suspense')) AS side (code)
WHERE d.id = ANY(%(discrepancies)s)
ON CONFLICT DO NOTHING
"""
