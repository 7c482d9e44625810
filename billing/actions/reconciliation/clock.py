"""Expected money that does not come: late after its day, missing three working days later, without anybody looking."""

from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from billing.business_days import add_business_days
from billing.reconciliation.rules import MISSING_AFTER_BUSINESS_DAYS

_OPEN: Final = """
    e.status IN ('expected', 'missing')
    AND NOT EXISTS (SELECT 1 FROM billing_matchpart p WHERE p.expected_id = e.id AND p.alone
        AND p.status IN ('found', 'waiting', 'posted'))
    AND NOT EXISTS (SELECT 1 FROM billing_matchpart p WHERE p.expected_id = e.id AND NOT p.alone
        AND p.status IN ('found', 'waiting', 'posted'))
    AND NOT EXISTS (SELECT 1 FROM billing_discrepancy r WHERE r.expected_id = e.id AND r.kind = 'returned')
"""
# A bill that a customer has not paid is a matter for reminders; the bank owes us nothing yet. Nor is what it has sent
# back waited for.
_FIND: Final = f"""
INSERT INTO billing_discrepancy
    (kind, status, expected_id, customer_id, amount_minor, currency, words, found_at, resolution, case_ref)
SELECT %(kind)s, 'open', e.id, e.customer_id, e.amount_minor, e.currency,
    'Expected on ' || to_char(e.due_on, 'FMDD Mon YYYY') || '.', %(at)s, '', ''
FROM billing_expectedmoney e
WHERE e.kind <> 'invoice' AND e.due_on BETWEEN %(since)s AND %(until)s AND {_OPEN}
ON CONFLICT DO NOTHING
"""  # noqa: S608
_NO_LONGER_LATE: Final = """
UPDATE billing_discrepancy d SET status = 'resolved', resolved_at = %(at)s, resolution = 'It is missing by now.'
FROM billing_expectedmoney e
WHERE e.id = d.expected_id AND d.kind = 'late' AND d.line_id IS NULL AND d.status IN ('open', 'asked')
    AND e.due_on <= %(until)s
"""
_MISSING: Final = f"""
UPDATE billing_expectedmoney e SET status = 'missing'
WHERE e.status = 'expected' AND e.kind <> 'invoice' AND e.due_on <= %(until)s AND {_OPEN}
"""  # noqa: S608
_MEANT_FOR_ANOTHER: Final = """
INSERT INTO billing_discrepancy
    (kind, status, expected_id, customer_id, amount_minor, currency, words, found_at, resolution, case_ref)
SELECT 'misapplied', 'open', e.id, e.customer_id, e.amount_minor, e.currency,
    'Meant for bill ' || i.number || '; it was put on another.', %(at)s, '', ''
FROM billing_payment p
JOIN billing_expectedmoney e ON e.payment_id = p.id
JOIN billing_invoice i ON i.id = p.intended_invoice_id
WHERE p.invoice_id IS DISTINCT FROM p.intended_invoice_id AND p.intended_invoice_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM billing_discrepancy d WHERE d.expected_id = e.id AND d.kind = 'misapplied')
ON CONFLICT DO NOTHING
"""


def look_for_missing_money(*, at: datetime) -> tuple[int, int]:
    """How many became late and how many missing. The caller sees as system. Safe to repeat at any hour."""
    today = timezone.localdate(at)
    missing_until = last_day_missing(today)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FIND, {"kind": "missing", "at": at, "since": date(1970, 1, 1), "until": missing_until})
        missing = cursor.rowcount
        cursor.execute(_MISSING, {"until": missing_until})
        cursor.execute(_NO_LONGER_LATE, {"at": at, "until": missing_until})
        late_since = date.fromordinal(missing_until.toordinal() + 1)
        late_until = date.fromordinal(today.toordinal() - 1)
        cursor.execute(_FIND, {"kind": "late", "at": at, "since": late_since, "until": late_until})
        late = cursor.rowcount
        cursor.execute(_MEANT_FOR_ANOTHER, {"at": at})
    return late, missing


def last_day_missing(today: date) -> date:
    """The latest day on which money was due that is missing today: its three working days have passed."""
    day = today
    while add_business_days(day, MISSING_AFTER_BUSINESS_DAYS) >= today:
        day = date.fromordinal(day.toordinal() - 1)
    return day
