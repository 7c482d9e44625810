"""What we expect to see on our bank accounts, taken up from payments, refunds, payouts and bills. Safe to repeat.

Set by set, not row by row: a first start takes up a year of payments in one statement. Nothing is expected while there
is no account whose statements we read, nor from long before its first line.
"""

from datetime import date
from typing import Final

from django.conf import settings
from django.db import connection

from billing.actions.reconciliation.holding import held
from billing.reconciliation.keys import key_sql
from billing.reconciliation.states import MatchStatus

DUE_AFTER_BUSINESS_DAYS: Final = 2

# A weekend day counts from the Friday before it, as in billing.business_days.
_FRIDAY: Final = "(d - greatest(0, extract(isodow FROM d)::int - 5))"
_DUE: Final = (
    f"{_FRIDAY} + {DUE_AFTER_BUSINESS_DAYS}"
    f" + 2 * ((extract(isodow FROM {_FRIDAY})::int - 1 + {DUE_AFTER_BUSINESS_DAYS}) / 5)"
)
_SINCE: Final = """
SELECT min(first.day) - 15 FROM billing_bankaccount a CROSS JOIN LATERAL (
    SELECT l.booked_on AS day FROM billing_statementline l WHERE l.account_id = a.id ORDER BY l.booked_on LIMIT 1
) AS first
"""
_COLUMNS: Final = """
    kind, status, payment_id, refund_id, invoice_id, payout_id, customer_id, amount_minor, currency, arose_on, due_on,
    reference_key, external_key, bill_key, customer_key, payer_key
"""

# Two steps, since an insert reads with one process and this may read with several; mostly there is little to insert.
_NEW: Final = "CREATE TEMPORARY TABLE newly_expected ({columns}) ON COMMIT DROP AS {them}"
_KEEP: Final = """
INSERT INTO billing_expectedmoney ({columns}) SELECT {columns} FROM newly_expected ON CONFLICT DO NOTHING
"""
# The texts below are ours alone; what varies is passed as a parameter. Which records are new is asked before anything
# is joined to them: mostly few are, of a million, and an index alone can tell.
_NOT_KNOWN: Final = """
    NOT EXISTS (SELECT 1 FROM billing_expectedmoney known WHERE known.{record}_id = {of}.id) OFFSET 0
"""
_PAYMENTS: Final = f"""
SELECT 'payment', 'expected', p.id, NULL::bigint, NULL::bigint, NULL::bigint,
    p.customer_id, p.captured_minor, p.currency, day.d, {_DUE},
    {key_sql("p.reference")}, {key_sql("p.external_id")}, {key_sql("coalesce(i.number, '')")},
    {key_sql("c.reference")}, {key_sql("c.name")}
FROM (
    SELECT * FROM billing_payment p
    WHERE p.status = 'succeeded' AND p.captured_minor > 0 AND NOT p.provider = ANY(%(paid_out)s)
        AND coalesce(p.captured_at, p.created_at)::date >= %(since)s AND {_NOT_KNOWN.format(record="payment", of="p")}
) AS p
JOIN billing_customer c ON c.id = p.customer_id
LEFT JOIN billing_invoice i ON i.id = p.invoice_id
CROSS JOIN LATERAL (SELECT coalesce(p.captured_at, p.created_at)::date AS d) AS day
"""  # noqa: S608
_REFUNDS: Final = f"""
SELECT 'refund', 'expected', NULL::bigint, r.id, NULL::bigint, NULL::bigint,
    r.customer_id, -r.amount_minor, r.currency, day.d, {_DUE},
    {key_sql("r.reference")}, {key_sql("r.external_id")}, '', {key_sql("c.reference")}, {key_sql("c.name")}
FROM (
    SELECT * FROM billing_refund r
    WHERE r.status IN ('pending', 'succeeded') AND NOT r.provider = ANY(%(paid_out)s)
        AND coalesce(r.sent_at, r.requested_at)::date >= %(since)s AND {_NOT_KNOWN.format(record="refund", of="r")}
) AS r
JOIN billing_customer c ON c.id = r.customer_id
CROSS JOIN LATERAL (SELECT coalesce(r.sent_at, r.requested_at)::date AS d) AS day
"""  # noqa: S608
_PAYOUTS: Final = f"""
SELECT 'payout', 'expected', NULL::bigint, NULL::bigint, NULL::bigint, o.id, NULL::bigint,
    o.amount_minor, o.currency, o.created_at::date, o.arrives_on,
    {key_sql("left(o.bank_reference, 40)")}, {key_sql("o.external_id")}, '', '', {key_sql("o.descriptor")}
FROM billing_payout o
LEFT JOIN billing_expectedmoney known ON known.payout_id = o.id
WHERE o.status IN ('in_transit', 'paid') AND known.id IS NULL AND o.arrives_on >= %(since)s
"""  # noqa: S608
_BILLS: Final = f"""
SELECT 'invoice', 'expected', NULL::bigint, NULL::bigint, i.id, NULL::bigint,
    i.customer_id, i.total_minor - i.credited_minor - i.carried_minor, i.currency, i.issued_on,
    coalesce(i.due_on, i.issued_on + 30), '', {key_sql("i.external_id")}, {key_sql("i.number")},
    {key_sql("c.reference")}, {key_sql("c.name")}
FROM billing_invoice i
JOIN billing_customer c ON c.id = i.customer_id
LEFT JOIN billing_expectedmoney known ON known.invoice_id = i.id
WHERE i.status = 'open' AND i.total_minor - i.credited_minor - i.carried_minor > 0 AND known.id IS NULL
    AND coalesce(i.due_on, i.issued_on + 30) >= %(since)s
    AND NOT EXISTS (SELECT 1 FROM billing_payment p WHERE p.invoice_id = i.id
        AND p.status IN ('succeeded', 'processing'))
"""  # noqa: S608

# A bill that a payment pays by now, a payment or refund that failed after all. What the bank has shown stays, and so
# does what it sent back before it showed that it came: the line that does may be in tomorrow's file.
_VOID: Final = """
CREATE TEMPORARY TABLE no_longer_expected ON COMMIT DROP AS
SELECT e.id FROM billing_expectedmoney e
WHERE e.status IN ('expected', 'missing') AND (
    EXISTS (SELECT 1 FROM billing_invoice i WHERE i.id = e.invoice_id AND (i.status <> 'open' OR EXISTS (
        SELECT 1 FROM billing_payment p WHERE p.invoice_id = i.id AND p.status = 'succeeded')))
    OR EXISTS (SELECT 1 FROM billing_payment p WHERE p.id = e.payment_id AND p.status <> 'succeeded')
    OR EXISTS (SELECT 1 FROM billing_refund r WHERE r.id = e.refund_id AND r.status NOT IN ('pending', 'succeeded'))
    OR EXISTS (SELECT 1 FROM billing_payout o WHERE o.id = e.payout_id AND o.status IN ('failed', 'canceled')))
AND NOT EXISTS (SELECT 1 FROM billing_matchpart m WHERE m.expected_id = e.id AND m.alone
    AND m.status IN ('found', 'waiting', 'posted'))
AND NOT EXISTS (SELECT 1 FROM billing_matchpart m WHERE m.expected_id = e.id AND NOT m.alone
    AND m.status IN ('found', 'waiting', 'posted'))
AND NOT EXISTS (SELECT 1 FROM billing_discrepancy d WHERE d.expected_id = e.id AND d.kind = 'returned');
UPDATE billing_expectedmoney SET status = 'void' WHERE id IN (SELECT id FROM no_longer_expected);
DROP TABLE no_longer_expected;
"""
# A bill that is to be paid again: its payment failed after all, a match was undone, or the bank took a transfer back.
_AGAIN: Final = f"""
UPDATE billing_expectedmoney e SET status = 'expected'
FROM billing_invoice i
WHERE i.id = e.invoice_id AND i.status = 'open' AND e.kind = 'invoice' AND e.status IN ('void', 'settled')
    AND i.total_minor - i.credited_minor - i.carried_minor > 0
    AND {held("expected_minor", key="expected_id", row="e")} <> e.amount_minor
    AND NOT EXISTS (SELECT 1 FROM billing_payment p WHERE p.invoice_id = i.id
        AND p.status IN ('succeeded', 'processing'))
"""  # noqa: S608
# A credit note takes off a bill what nobody transfers any more. What came before it may be all that was left, or more;
# what waits for a second person settles nothing yet.
_CREDITED: Final = f"""
CREATE TEMPORARY TABLE less_expected ON COMMIT DROP AS
SELECT e.id, less.minor,
    less.minor = {held("expected_minor", key="expected_id", row="e", statuses=[MatchStatus.POSTED])} AS settled
FROM billing_expectedmoney e
JOIN billing_invoice i ON i.id = e.invoice_id
CROSS JOIN LATERAL (SELECT {held("expected_minor", key="expected_id", row="e")} AS minor) AS held
CROSS JOIN LATERAL (
    SELECT greatest(i.total_minor - i.credited_minor - i.carried_minor, held.minor) AS minor
) AS less
WHERE e.kind = 'invoice' AND e.status IN ('expected', 'missing') AND less.minor > 0 AND less.minor <> e.amount_minor;
UPDATE billing_expectedmoney e
SET amount_minor = l.minor, status = CASE WHEN l.settled THEN 'settled' ELSE e.status END
FROM less_expected l WHERE e.id = l.id;
UPDATE billing_discrepancy d SET status = 'resolved', resolved_at = now(), resolution = 'The rest was credited.'
FROM less_expected l
WHERE d.expected_id = l.id AND l.settled AND d.kind IN ('under', 'missing') AND d.status IN ('open', 'asked');
DROP TABLE less_expected;
"""  # noqa: S608


def take_up_expected_money() -> int:
    """How many were added. The caller sees as system, in a transaction."""
    added = 0
    with connection.cursor() as cursor:
        cursor.execute(_SINCE)
        (since,) = cursor.fetchone()
        told = {"paid_out": list(settings.RECONCILIATION_PAID_OUT_PROVIDERS), "since": since or date.max}
        # While the table is new, its statistics say that it is empty, and a nested loop would read it again for each
        # payment while it grows: a hash join reads it once.
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        for statement in (_PAYMENTS, _REFUNDS, _PAYOUTS, _BILLS):
            cursor.execute(_NEW.format(columns=_COLUMNS, them=statement), told)
            cursor.execute(_KEEP.format(columns=_COLUMNS))
            added += cursor.rowcount
            cursor.execute("DROP TABLE newly_expected")
        for statement in (_VOID, _AGAIN, _CREDITED):
            cursor.execute(statement)
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
    return added
