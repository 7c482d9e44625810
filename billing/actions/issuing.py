"""Issues an approved credit note: its number, the books, the bill that takes a wrong one's place, the money back.

Everything stands or falls together, in the caller's transaction and under the caller's lock of the bill.
"""

from datetime import datetime, timedelta
from typing import Final, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max
from django.utils import timezone

from billing.actions import events
from billing.actions.ledger import post_credit_note, post_invoice
from billing.actions.paid_bills import look_whether_paid
from billing.actions.refunds import approve_refund, request_refund
from billing.actions.renderings import freeze_bill
from billing.actions.statuses import set_status
from billing.credits.balance import Effect, effect_of
from billing.credits.plans import CreditLine, NewLine, Plan
from billing.errors import CreditNotPossible
from billing.locks import lock_credit_numbers
from billing.models import CreditNote, Invoice, InvoiceLine, Refund
from billing.models.invoices import OURS
from billing.money import Money
from billing.outbox import enqueue
from billing.queries.crediting import payment_to_send_back_from, standing_of
from billing.states import CreditKind, CreditStatus, EventKind, InvoiceStatus, LineKind, OwedBack, RefundReason

DAYS_TO_PAY: Final = 14  # a corrected bill gives this many days at least
REASONS: Final = {
    CreditKind.CORRECTION: RefundReason.WRONG_AMOUNT,
    CreditKind.FEE_WAIVER: RefundReason.WRONG_AMOUNT,
    CreditKind.GOODWILL: RefundReason.GOODWILL,
    CreditKind.PROMOTION: RefundReason.WRONG_AMOUNT,
}


def issue(credit: CreditNote, invoice: Invoice, *, at: datetime) -> None:
    freeze_bill(invoice, at=at)  # as it was seen until now
    effect = effect_of(plan_of(credit), standing_of(invoice))
    _take_back(credit, invoice, at=at)
    if credit.kind == CreditKind.CORRECTION:
        _reissue(credit, invoice, effect, at=at)
    credit.owed_minor = effect.owed_minor
    if effect.owed_minor and credit.owed_back == OwedBack.SEND:
        credit.refund = _send_back(credit, invoice, at=at)
    credit.number, credit.issued_at = _next_number(at), at
    set_status(credit, CreditStatus.ISSUED)
    credit.save(update_fields=["status", "number", "issued_at", "owed_minor", "refund"])
    look_whether_paid(invoice.pk, because=f"credit:{credit.pk}")  # the rest of it may have been paid before
    events.record(
        kind=EventKind.CREDIT_ISSUED,
        at=at,
        customer=credit.customer,
        agreement=invoice.agreement,
        invoice=invoice,
        credit_note=credit,
        case_ref=credit.case_ref,
    )
    if invoice.known_to_provider:
        enqueue(
            task="billing.tasks.tell_provider_of_credit",
            key=f"credit:{credit.pk}:tell",
            payload={"credit_id": credit.pk},
        )


def plan_of(credit: CreditNote) -> Plan:
    """What was asked for, as it was frozen."""
    lines = tuple(
        CreditLine(line.bill_line, LineKind(line.kind), line.description, line.amount_minor)
        for line in credit.lines.all()
    )
    return Plan(
        kind=CreditKind(credit.kind),
        amount=Money(credit.amount_minor, credit.currency),
        lines=lines,
        new_lines=tuple(NewLine.from_json(line) for line in credit.new_lines),
    )


def _take_back(credit: CreditNote, invoice: Invoice, *, at: datetime) -> None:
    invoice.credited_minor += credit.amount_minor
    if not invoice.creditable_minor and invoice.status in {InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE}:
        set_status(invoice, InvoiceStatus.VOID)
        invoice.next_retry_at = None
    invoice.save(update_fields=["credited_minor", "status", "next_retry_at"])
    post_credit_note(invoice, amount=Money(credit.amount_minor, credit.currency), reference=credit.reference, at=at)


def _reissue(credit: CreditNote, wrong: Invoice, effect: Effect, *, at: datetime) -> Invoice:
    today = timezone.localdate(at)
    number = _number_after(wrong.number)
    paid = not effect.due_minor
    new = Invoice(
        customer_id=wrong.customer_id,
        agreement_id=wrong.agreement_id,
        provider=wrong.provider,
        external_id=f"{OURS}{number}",
        number=number,
        status=InvoiceStatus.PAID if paid else InvoiceStatus.OPEN,
        currency=wrong.currency,
        total_minor=effect.plan.new_total_minor,
        issued_on=today,
        due_on=None if paid else max(wrong.due_on or today, today + timedelta(days=DAYS_TO_PAY)),
        period_start=wrong.period_start,
        period_end=wrong.period_end,
        paid_at=at if paid else None,
        paid_here_at=at if paid else None,
        corrects=wrong,
        carried_minor=effect.carried_minor,
    )
    new.save(force_insert=True)
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=new,
            position=position,
            kind=line.kind,
            description=line.description,
            amount_minor=line.amount_minor,
            since_on=line.since_on,
        )
        for position, line in enumerate(effect.plan.new_lines, 1)
    )
    post_invoice(new, at=at)
    freeze_bill(new, at=at)
    events.record(
        kind=EventKind.INVOICE_ISSUED,
        at=at,
        customer=credit.customer,
        agreement=new.agreement,
        invoice=new,
        case_ref=credit.case_ref,
    )
    return new


def _number_after(number: str) -> str:
    """``INV-7`` becomes ``INV-7-C1``, and that ``INV-7-C2``; or the next one that is free."""
    base, mark, count = number.rpartition("-C")
    if not (mark and count.isascii() and count.isdecimal()):
        base, count = number, "0"
    following = int(count) + 1
    while Invoice.objects.filter(number=(free := _spelled(base, following))).exists():
        following += 1
    return free


def _spelled(base: str, count: int) -> str:
    ending = f"-C{count}"
    return base[: 40 - len(ending)] + ending


def _send_back(credit: CreditNote, invoice: Invoice, *, at: datetime) -> Refund:
    """By the same limits as any refund. Who approved the credit saw that money goes back, and approved that too."""
    payment = payment_to_send_back_from(invoice, amount_minor=credit.owed_minor)
    if payment is None:
        raise CreditNotPossible("No payment of this bill can give that much back. Keep it on the balance for now.")
    refund = request_refund(
        payment.pk,
        amount_minor=credit.owed_minor,
        reason=REASONS[CreditKind(credit.kind)],
        by=cast(AbstractBaseUser, credit.requested_by),
        case_ref=credit.case_ref,
        idempotency_key=f"credit-{credit.reference}",
        at=at,
    )
    if refund.approval_needed and credit.decided_by is not None:
        note = f"Approved with credit {credit.reference}."
        refund = approve_refund(refund.pk, by=cast(AbstractBaseUser, credit.decided_by), note=note, at=at)
    return refund


def _next_number(at: datetime) -> str:
    """Without gaps within a year, as auditors ask: taken last, and given back with everything else on a rollback."""
    year = timezone.localdate(at).year
    lock_credit_numbers(year)
    series = f"CN-{year}-"
    last = CreditNote.objects.filter(number__startswith=series).aggregate(last=Max("number"))["last"]
    return f"{series}{int(last.removeprefix(series)) + 1 if last else 1:06d}"
