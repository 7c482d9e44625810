"""Writing the books: one function writes, the others say what happened. Each may be repeated; a fact is booked once.

All of them run in their caller's transaction, with the fact they book, in a scope that may write (system or agent).
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from billing.ledger import drafts
from billing.ledger.chart import KINDS
from billing.ledger.drafts import Draft, Line
from billing.models import Invoice, LedgerAccount, LedgerEntry, Payment, Posting, Refund
from billing.money import Money


class LedgerConflict(Exception):
    """The same key was booked before with other amounts: two facts share a key, or one was changed."""


def record_posting(draft: Draft) -> Posting:
    """Book the draft, or return what was booked under its key before."""
    try:
        with transaction.atomic():
            posting = _posting_of(draft)
            posting.save(force_insert=True)
    except IntegrityError:
        # Somebody booked it; if they have not committed yet, the insert has waited until they did.
        return _booked_before(draft)
    accounts = _accounts_of(draft)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            posting=posting,
            account_id=accounts[_account_key(draft, line)],
            amount_minor=line.amount.minor,
            currency=line.amount.currency,
        )
        for line in draft.lines
    )
    return posting


def post_invoice(invoice: Invoice, *, at: datetime) -> Posting | None:
    """A bill of nothing is nothing in the books."""
    if not invoice.total_minor:
        return None
    total = Money(invoice.total_minor, invoice.currency)
    return record_posting(
        drafts.invoice_issued(invoice_id=invoice.pk, customer_id=invoice.customer_id, total=total, at=at)
    )


def post_credit_note(invoice: Invoice, *, amount: Money, reference: str, at: datetime) -> Posting:
    return record_posting(
        drafts.invoice_credited(
            invoice_id=invoice.pk, customer_id=invoice.customer_id, amount=amount, reference=reference, at=at
        )
    )


def post_payment(payment: Payment, *, at: datetime) -> Posting:
    amount = Money(payment.captured_minor, payment.currency)
    return record_posting(
        drafts.payment_received(payment_id=payment.pk, customer_id=payment.customer_id, amount=amount, at=at)
    )


def post_payment_returned(payment: Payment, *, at: datetime) -> Posting:
    amount = Money(payment.captured_minor, payment.currency)
    return record_posting(
        drafts.payment_returned(payment_id=payment.pk, customer_id=payment.customer_id, amount=amount, at=at)
    )


def post_refund(refund: Refund, *, at: datetime) -> Posting:
    amount = Money(refund.amount_minor, refund.currency)
    return record_posting(drafts.refund_sent(refund_id=refund.pk, customer_id=refund.customer_id, amount=amount, at=at))


def post_refund_failure(refund: Refund, *, at: datetime) -> Posting:
    amount = Money(refund.amount_minor, refund.currency)
    return record_posting(
        drafts.refund_failed(refund_id=refund.pk, customer_id=refund.customer_id, amount=amount, at=at)
    )


AccountKey = tuple[int | None, str, str]


def _posting_of(draft: Draft) -> Posting:
    source_kind, source_id = draft.source
    return Posting(
        kind=draft.kind,
        key=draft.key,
        customer_id=draft.customer_id,
        at=draft.at,
        memo=draft.memo,
        source_kind=source_kind,
        source_id=source_id,
    )


def _booked_before(draft: Draft) -> Posting:
    posting = Posting.objects.get(key=draft.key)
    entries = posting.entries.values_list("account__customer_id", "account__code", "currency", "amount_minor")
    wanted = [(*_account_key(draft, line), line.amount.minor) for line in draft.lines]
    if sorted(entries, key=repr) != sorted(wanted, key=repr):
        raise LedgerConflict(f"{draft.key} was booked before with other amounts.")
    return posting


def _accounts_of(draft: Draft) -> Mapping[AccountKey, int]:
    """The ids of the accounts a draft names, opened where they are new. Accounts are never closed or changed."""
    wanted = {_account_key(draft, line): line.account for line in draft.lines}
    found = _account_ids(draft)
    missing = [key for key in wanted if key not in found]
    if missing:
        LedgerAccount.objects.bulk_create(
            (
                LedgerAccount(customer_id=customer_id, code=code, currency=currency, kind=KINDS[wanted[key]])
                for key in missing
                for customer_id, code, currency in [key]
            ),
            ignore_conflicts=True,  # opened by another transaction this very moment
        )
        found = _account_ids(draft)
    return found


def _account_ids(draft: Draft) -> Mapping[AccountKey, int]:
    codes = {line.account for line in draft.lines}
    currencies = {line.amount.currency for line in draft.lines}
    rows = LedgerAccount.objects.filter(code__in=codes, currency__in=currencies)
    ours = rows.filter(customer=None).values_list("customer_id", "code", "currency", "id")
    theirs = rows.filter(customer_id=draft.customer_id).values_list("customer_id", "code", "currency", "id")
    return {(customer_id, code, currency): pk for customer_id, code, currency, pk in ours.union(theirs, all=True)}


def _account_key(draft: Draft, line: Line) -> AccountKey:
    return draft.customer_of(line), line.account.value, line.amount.currency
