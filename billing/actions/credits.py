"""Credit notes are asked for, decided and issued. What one takes back is worked out in billing.credits.

A bill is never edited: a wrong one is credited in full and issued anew, and the new one names the old one.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from billing.actions import events
from billing.actions.issuing import issue
from billing.actions.limits import budget_of, why_credit_approval, why_goodwill_approval
from billing.actions.statuses import set_status
from billing.actions.waiting import announce_waiting
from billing.actions.words import note_of
from billing.credits.balance import effect_of
from billing.credits.plans import ApplyPromotion, Deed, Goodwill, Plan, plan_for
from billing.errors import BillChanged, CreditNotPossible, IdempotencyConflict, SecondPersonNeeded, StepNotAllowed
from billing.locks import lock_budget, lock_credit, lock_invoice, lock_promotion, lock_requester
from billing.models import CreditNote, CreditNoteLine, GoodwillBudget, Invoice
from billing.money import Money
from billing.queries.crediting import bill_of, promotion_case, standing_of
from billing.references import new_reference
from billing.states import CreditKind, CreditStatus, EventKind, InvoiceStatus, OwedBack


@dataclass(frozen=True, slots=True)
class CreditAsked:
    deed: Deed
    owed_back: OwedBack
    note: str
    seen: str  # the digest of the effect that was shown before


def request_credit(
    invoice_id: int, asked: CreditAsked, *, by: AbstractBaseUser, case_ref: str, idempotency_key: str, at: datetime
) -> CreditNote:
    """Ask for a credit. Within the requester's limit or budget it is issued at once.

    The same key with the same body gets the first answer, whatever became of it; with another body, a refusal.
    """
    body = _hash(invoice_id, asked.deed, asked.owed_back, asked.note, case_ref, by.pk)
    with transaction.atomic():
        lock_requester(by.pk)
        budget = _budget(invoice_id, asked.deed, by)
        if isinstance(asked.deed, ApplyPromotion):  # a use is taken by asking, so whoever decides locks it no more
            lock_promotion(asked.deed.code)
        invoice = lock_invoice(invoice_id)
        if first := CreditNote.objects.filter(idempotency_key=idempotency_key).first():
            return _same(first, body)
        refuse_credit(invoice)
        plan = plan_for(bill_of(invoice), asked.deed, case=promotion_case(invoice, asked.deed))
        if effect_of(plan, standing_of(invoice)).digest() != asked.seen:
            raise BillChanged
        why = why_second_person(plan, by=by, budget=budget, at=at)
        note = _note(invoice, asked, plan)
        note.idempotency_key, note.request_hash = idempotency_key, body
        note.requested_by_id, note.requested_at, note.case_ref = by.pk, at, case_ref
        note.budget, note.approval_needed, note.approval_reason = budget, bool(why), why
        return _kept(note, plan, invoice, at=at)


def why_second_person(plan: Plan, *, by: AbstractBaseUser, budget: GoodwillBudget | None, at: datetime) -> str:
    if plan.kind is CreditKind.GOODWILL:
        return why_goodwill_approval(plan.amount, budget=budget, at=at)
    return why_credit_approval(Money(plan.given_minor, plan.amount.currency), by=by, at=at)


def approve_credit(note_id: int, *, by: AbstractBaseUser, note: str, at: datetime) -> CreditNote:
    """A second person says yes to exactly what was asked, and it is issued."""
    with transaction.atomic():
        invoice, credit = _to_decide(note_id, CreditStatus.APPROVED, by=by)
        refuse_credit(invoice)
        if credit.amount_minor > invoice.creditable_minor:
            raise BillChanged
        _decide(credit, CreditStatus.APPROVED, by=by, note=note, at=at)
        issue(credit, invoice, at=at)
        announce_waiting()
    return credit


def reject_credit(note_id: int, *, by: AbstractBaseUser, note: str, at: datetime) -> CreditNote:
    with transaction.atomic():
        invoice, credit = _to_decide(note_id, CreditStatus.REJECTED, by=by)
        _decide(credit, CreditStatus.REJECTED, by=by, note=note, at=at)
        _record(EventKind.CREDIT_REJECTED, credit, invoice, at)
    return credit


def withdraw_credit(note_id: int, *, by: AbstractBaseUser, at: datetime) -> CreditNote:
    """Whoever asked takes it back before anybody has decided. Twice is once."""
    with transaction.atomic():
        lock_requester(CreditNote.objects.values_list("requested_by_id", flat=True).get(pk=note_id))
        invoice, credit = lock_credit(note_id)
        if credit.requested_by_id != by.pk:
            raise CreditNotPossible("Only whoever asked for it takes it back; others reject it.")
        if credit.status == CreditStatus.WITHDRAWN:
            return credit
        if credit.status != CreditStatus.REQUESTED:
            raise StepNotAllowed(CreditStatus(credit.status), CreditStatus.WITHDRAWN)
        set_status(credit, CreditStatus.WITHDRAWN)
        credit.save(update_fields=["status"])
        _record(EventKind.CREDIT_WITHDRAWN, credit, invoice, at)
    return credit


def refuse_credit(invoice: Invoice) -> None:
    """Raise why this bill, as locked, cannot be credited."""
    if invoice.status == InvoiceStatus.DRAFT:
        raise CreditNotPossible("This bill was not issued yet, so there is nothing to take back.")
    if invoice.status == InvoiceStatus.VOID:
        raise CreditNotPossible("This bill was taken back already.")


def _budget(invoice_id: int, deed: Deed, by: AbstractBaseUser) -> GoodwillBudget | None:
    """Locked before the bill, so that two grants of one role are summed up one after the other."""
    if not isinstance(deed, Goodwill):
        return None
    currency = Invoice.objects.values_list("currency", flat=True).get(pk=invoice_id)
    found = budget_of(by, currency=currency)
    return lock_budget(found.pk) if found else None


def _note(invoice: Invoice, asked: CreditAsked, plan: Plan) -> CreditNote:
    return CreditNote(
        customer_id=invoice.customer_id,
        invoice=invoice,
        reference=new_reference("CR"),
        kind=plan.kind,
        status=CreditStatus.REQUESTED,
        amount_minor=plan.amount.minor,
        currency=plan.amount.currency,
        owed_back=asked.owed_back,
        note=note_of(asked.note, limit=500),
        evidence=dict(plan.evidence),
        new_lines=[line.as_json() for line in plan.new_lines],
        promotion_id=plan.promotion_id,
    )


def _kept(note: CreditNote, plan: Plan, invoice: Invoice, *, at: datetime) -> CreditNote:
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:  # the same key at this moment for another bill, whose lock is not ours
        return _same(CreditNote.objects.get(idempotency_key=note.idempotency_key), note.request_hash)
    CreditNoteLine.objects.bulk_create(
        CreditNoteLine(
            credit_note=note,
            position=position,
            bill_line=line.bill_line,
            kind=line.kind,
            description=line.description,
            amount_minor=line.amount_minor,
        )
        for position, line in enumerate(plan.lines, 1)
    )
    _record(EventKind.CREDIT_REQUESTED, note, invoice, at)
    if not note.approval_needed:
        set_status(note, CreditStatus.APPROVED)
        note.save(update_fields=["status"])
        issue(note, invoice, at=at)
    return note


def _to_decide(note_id: int, to: CreditStatus, *, by: AbstractBaseUser) -> tuple[Invoice, CreditNote]:
    asked_by, budget_id = CreditNote.objects.values_list("requested_by_id", "budget_id").get(pk=note_id)
    lock_requester(asked_by)
    if budget_id is not None:
        lock_budget(budget_id)
    invoice, credit = lock_credit(note_id)
    if credit.requested_by_id == by.pk:
        raise SecondPersonNeeded("credit")
    if credit.status != CreditStatus.REQUESTED:
        raise StepNotAllowed(CreditStatus(credit.status), to)
    return invoice, credit


def _decide(credit: CreditNote, status: CreditStatus, *, by: AbstractBaseUser, note: str, at: datetime) -> None:
    set_status(credit, status)
    credit.decided_by_id, credit.decided_at, credit.decision_note = by.pk, at, note_of(note, limit=500)
    credit.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])


def _record(kind: EventKind, credit: CreditNote, invoice: Invoice, at: datetime) -> None:
    events.record(
        kind=kind,
        at=at,
        customer=credit.customer,
        agreement=invoice.agreement,
        invoice=invoice,
        credit_note=credit,
        case_ref=credit.case_ref,
    )
    if credit.approval_needed:
        announce_waiting()


def _same(first: CreditNote, body: str) -> CreditNote:
    if first.request_hash != body:
        raise IdempotencyConflict
    return first


def _hash(*parts: object) -> str:
    return sha256("\n".join(str(part) for part in parts).encode()).hexdigest()
