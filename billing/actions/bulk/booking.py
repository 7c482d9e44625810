"""What a bulk file means in the books: the same postings as the same facts would make one by one.

A bill that is owed is booked on its day, a payment when it was taken, a refund when it left. New rows are booked by
one statement for the batch; rows that changed go through the actions that book a provider's corrections.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from billing.actions import books
from billing.actions.bulk.twin import Written
from billing.actions.totals import write_totals
from billing.ledger.chart import KINDS, Account
from billing.locks import lock_payment
from billing.models import Invoice, Payment, PostingKind, Refund


@dataclass(frozen=True, slots=True)
class Booked:
    """A debit of one account and a credit of another, for each new row where ``where`` holds."""

    table: str
    source: str
    kind: PostingKind
    amount: str
    at: str
    where: str
    debit: Account
    credit: Account


BOOKED: Final[Mapping[str, Booked]] = {
    "invoices": Booked(
        "billing_invoice", "invoice", PostingKind.INVOICE, "total_minor", "issued_on::timestamp AT TIME ZONE %(zone)s",
        "status IN ('open', 'paid', 'uncollectible') AND total_minor <> 0", Account.RECEIVABLE, Account.REVENUE,
    ),
    "payments": Booked(
        "billing_payment", "payment", PostingKind.PAYMENT, "captured_minor", "coalesce(captured_at, created_at)",
        "captured_minor <> 0", Account.CLEARING, Account.RECEIVABLE,
    ),
    "refunds": Booked(
        "billing_refund", "refund", PostingKind.REFUND, "amount_minor", "coalesce(sent_at, requested_at)",
        "status IN ('pending', 'succeeded')", Account.RECEIVABLE, Account.CLEARING,
    ),
}  # fmt: skip

ACCOUNTS: Final = """
INSERT INTO billing_ledgeraccount (customer_id, code, currency, kind)
SELECT DISTINCT {owner}, %(code)s, currency, %(kind)s FROM {table} AS row WHERE id = ANY(%(ids)s) AND {where}
ORDER BY 1, 3 ON CONFLICT DO NOTHING
"""
POSTINGS: Final = """
WITH facts AS (
    SELECT id, customer_id, currency, {amount} AS amount, {at} AS at FROM {table} WHERE id = ANY(%(ids)s) AND {where}
), posted AS (
    INSERT INTO billing_posting (kind, at, customer_id, memo, key, source_kind, source_id)
    SELECT %(posting)s, at, customer_id, '', %(source)s || ':' || id, %(source)s, id FROM facts ORDER BY id
    RETURNING id, source_id
), sides AS (
    SELECT %(debit)s AS code, 1 AS sign UNION ALL SELECT %(credit)s, -1
)
INSERT INTO billing_ledgerentry (posting_id, account_id, amount_minor, currency)
SELECT posted.id,
    CASE WHEN sides.code = 'receivable' THEN (
        SELECT account.id FROM billing_ledgeraccount AS account WHERE account.customer_id = facts.customer_id
            AND account.code = sides.code AND account.currency = facts.currency
    ) ELSE (
        SELECT account.id FROM billing_ledgeraccount AS account WHERE account.customer_id IS NULL
            AND account.code = sides.code AND account.currency = facts.currency
    ) END, sides.sign * facts.amount, facts.currency
FROM posted JOIN facts ON facts.id = posted.source_id CROSS JOIN sides
"""


def book(kind: str, written: Written, *, at: datetime) -> None:
    if kind in BOOKED:
        _book_new(BOOKED[kind], written.new)
        _book_changes(kind, written.changed, at=at)


def _book_new(booked: Booked, ids: list[int]) -> None:
    if not ids:
        return
    told: dict[str, Any] = {
        "ids": ids,
        "zone": settings.TIME_ZONE,
        "source": booked.source,
        "posting": booked.kind.value,
    }
    sides = {"debit": booked.debit.value, "credit": booked.credit.value}
    with connection.cursor() as cursor:
        for account in (booked.debit, booked.credit):
            owner = "customer_id" if account is Account.RECEIVABLE else "NULL::bigint"
            opened = ACCOUNTS.format(owner=owner, table=booked.table, where=booked.where)
            cursor.execute(opened, {"ids": ids, "code": account.value, "kind": KINDS[account].value})
        posted = POSTINGS.format(table=booked.table, amount=booked.amount, at=booked.at, where=booked.where)
        cursor.execute(posted, told | sides)


def _book_changes(kind: str, ids: Iterable[int], *, at: datetime) -> None:
    if kind == "invoices":
        for invoice in Invoice.objects.filter(pk__in=ids).order_by("pk"):
            books.book_invoice(invoice, at=at)
    elif kind == "payments":
        for payment in Payment.objects.filter(pk__in=ids).order_by("pk"):
            books.book_payment(payment, at=at)
    else:
        for refund in Refund.objects.filter(pk__in=ids).order_by("pk"):
            books.book_refund(refund, at=at)


def write_refunded(written: Written) -> None:
    """How much of each payment went back; under its lock, as for a refund that a provider tells of."""
    refunds = [*written.new, *written.changed]
    payments = Payment.objects.filter(refunds__in=refunds).distinct().values_list("pk", flat=True)
    for pk in sorted(payments):
        payment = lock_payment(pk)
        before = (payment.refunded_minor, payment.refund_held_minor)
        write_totals(payment)
        if (payment.refunded_minor, payment.refund_held_minor) != before:
            payment.save(update_fields=["refunded_minor", "refund_held_minor", "disputed_lost_minor"])
