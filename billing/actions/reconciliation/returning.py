"""Returns that name only the bank's own number of the movement which they send back: what that movement was, is told by
the line of it, of today or of weeks ago."""

from typing import Final

from django.db import connection

from billing.actions.reconciliation.names import RETURNED_PLACE
from billing.reconciliation.keys import key_sql
from billing.reconciliation.rules import RETURN_WINDOW

_ANY: Final = """
SELECT EXISTS (SELECT 1 FROM rest_line r JOIN billing_statementline l ON l.id = r.id
    WHERE r.returns AND l.returned_reference <> '')
"""
_ORIGINALS: Final = f"""
CREATE TEMPORARY TABLE original ON COMMIT DROP AS
SELECT r.id AS line_id, r.amount_minor, o.id AS original_id, {key_sql("o.end_to_end_id")} AS end_to_end
FROM rest_line r
JOIN billing_statementline l ON l.id = r.id
JOIN billing_statementline o ON o.account_id = l.account_id AND o.bank_reference = l.returned_reference
    AND o.id <> l.id AND o.return_code = '' AND o.booked_on BETWEEN l.booked_on - {RETURN_WINDOW.days} AND l.booked_on
WHERE r.returns AND l.returned_reference <> ''
"""  # noqa: S608
# By what the original was matched with, before or in this run; by what it says where it was only announced.
_HITS: Final = f"""
INSERT INTO hit (line_id, expected_id, amount_minor, place, same, returns, odd, apart)
SELECT DISTINCT o.line_id, e.id, o.amount_minor, {RETURNED_PLACE}, false, true, '', false
FROM original o
JOIN (
    SELECT o.line_id, p.expected_id FROM original o JOIN billing_matchpart p ON p.line_id = o.original_id
        AND p.expected_id IS NOT NULL AND p.status IN ('found', 'waiting', 'posted')
    UNION ALL SELECT o.line_id, h.expected_id FROM original o JOIN hit h ON h.line_id = o.original_id
    UNION ALL SELECT o.line_id, e.id FROM original o JOIN billing_expectedmoney e ON e.reference_key = o.end_to_end
        WHERE o.end_to_end <> '' AND e.reference_key <> ''
    UNION ALL SELECT o.line_id, e.id FROM original o JOIN billing_expectedmoney e ON e.external_key = o.end_to_end
        WHERE o.end_to_end <> '' AND e.external_key <> ''
) AS named ON named.line_id = o.line_id
JOIN billing_expectedmoney e ON e.id = named.expected_id
"""  # noqa: S608


def find_originals_of_returns() -> None:
    """After ``find_exact``, in its transaction: the judges then take them as if the lines had named the money."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY)
        if cursor.fetchone() == (True,):
            cursor.execute(_ORIGINALS)
            cursor.execute(_HITS)
            cursor.execute("DROP TABLE original")
