"""Refunds are asked for, decided, taken back. Sending them is billing.actions.sending."""

from datetime import datetime
from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from billing.actions import events
from billing.actions.limits import why_approval
from billing.actions.statuses import set_status
from billing.actions.totals import write_totals
from billing.actions.waiting import announce_waiting
from billing.actions.words import note_of
from billing.errors import (
    AmountTooLarge,
    IdempotencyConflict,
    NotTwice,
    RefundBlocked,
    RefundNotPossible,
    SecondPersonNeeded,
    StepNotAllowed,
)
from billing.locks import lock_payment, lock_payments, lock_refund, lock_requester
from billing.models import Payment, Refund
from billing.money import Money
from billing.outbox import enqueue
from billing.providers import smallest_step
from billing.queries.giving_back import giving_back, payments_alike
from billing.references import new_reference
from billing.states import EventKind, PaymentStatus, RefundReason, RefundStatus


def request_refund(
    payment_id: int,
    *,
    amount_minor: int,
    reason: RefundReason,
    by: AbstractBaseUser,
    case_ref: str,
    idempotency_key: str,
    at: datetime,
) -> Refund:
    """Ask for money to go back. Within the requester's limit it is approved and sent at once.

    The same key with the same body gets the first answer, whatever became of it; with another body, a refusal.
    """
    body = _hash(payment_id, amount_minor, reason, case_ref, by.pk)
    with transaction.atomic():
        lock_requester(by.pk)  # so that a daily count is exact
        _lock_alike(payment_id, reason)
        payment = lock_payment(payment_id)
        if first := Refund.objects.filter(idempotency_key=idempotency_key).first():
            return _same(first, body)
        refuse_refund(payment, amount_minor=amount_minor)
        _refuse_second_of_two(payment, reason, amount_minor=amount_minor)
        why = why_approval(payment=payment, amount_minor=amount_minor, by=by, at=at)
        refund = Refund(
            customer=payment.customer,
            payment=payment,
            provider=payment.provider,
            reference=new_reference("R"),
            status=RefundStatus.REQUESTED,
            amount_minor=amount_minor,
            currency=payment.currency,
            reason=reason,
            case_ref=case_ref,
            idempotency_key=idempotency_key,
            request_hash=body,
            requested_by_id=by.pk,
            requested_at=at,
            approval_needed=bool(why),
            approval_reason=why,
        )
        return _kept(refund, payment, at)


def _kept(refund: Refund, payment: Payment, at: datetime) -> Refund:
    try:
        with transaction.atomic():
            refund.save()
    except IntegrityError:  # the same key at this moment for another payment, whose lock is not ours
        return _same(Refund.objects.get(idempotency_key=refund.idempotency_key), refund.request_hash)
    _hold(payment)
    _record(EventKind.REFUND_REQUESTED, refund, at)
    if not refund.approval_needed:
        set_status(refund, RefundStatus.APPROVED)
        refund.save(update_fields=["status"])
        _approved(refund, at)
    return refund


def approve_refund(refund_id: int, *, by: AbstractBaseUser, note: str, at: datetime) -> Refund:
    """A second person says yes to exactly what was asked; the database keeps it frozen from here on."""
    with transaction.atomic():
        asked = Refund.objects.get(pk=refund_id)
        _lock_alike(asked.payment_id, RefundReason(asked.reason))
        payment, refund = lock_refund(refund_id)
        if refund.requested_by_id == by.pk:
            raise SecondPersonNeeded
        if refund.status != RefundStatus.REQUESTED:
            raise StepNotAllowed(RefundStatus(refund.status), RefundStatus.APPROVED)
        refuse_refund(payment, amount_minor=refund.amount_minor, besides=refund)
        _refuse_second_of_two(payment, RefundReason(refund.reason), amount_minor=refund.amount_minor, held=True)
        _decide(refund, RefundStatus.APPROVED, by=by, note=note, at=at)
        _approved(refund, at)
    return refund


def reject_refund(refund_id: int, *, by: AbstractBaseUser, note: str, at: datetime) -> Refund:
    """A second person says no; the money it held is free again."""
    with transaction.atomic():
        payment, refund = lock_refund(refund_id)
        if refund.requested_by_id == by.pk:
            raise SecondPersonNeeded
        if refund.status != RefundStatus.REQUESTED:
            raise StepNotAllowed(RefundStatus(refund.status), RefundStatus.REJECTED)
        _decide(refund, RefundStatus.REJECTED, by=by, note=note, at=at)
        _hold(payment)
        _record(EventKind.REFUND_REJECTED, refund, at)
    return refund


def withdraw_refund(refund_id: int, *, by: AbstractBaseUser, at: datetime) -> Refund:
    """Whoever asked takes it back before anybody has decided; the money it held is free again. Twice is once."""
    with transaction.atomic():
        payment, refund = lock_refund(refund_id)
        if refund.requested_by_id != by.pk:
            raise RefundNotPossible("Only whoever asked for it takes it back; others reject it.")
        if refund.status == RefundStatus.WITHDRAWN:
            return refund
        if refund.status != RefundStatus.REQUESTED:
            raise StepNotAllowed(RefundStatus(refund.status), RefundStatus.WITHDRAWN)
        set_status(refund, RefundStatus.WITHDRAWN)
        refund.save(update_fields=["status"])
        _hold(payment)
        _record(EventKind.REFUND_WITHDRAWN, refund, at)
    return refund


def cancel_locked(refund: Refund, payment: Payment, *, because: str, at: datetime) -> None:
    """End a refund that was not sent. Both rows are locked by the caller."""
    set_status(refund, RefundStatus.CANCELED)
    refund.failure_reason = because[:60]
    refund.save(update_fields=["status", "failure_reason"])
    _hold(payment)
    _record(EventKind.REFUND_STOPPED, refund, at)


def refuse_refund(payment: Payment, *, amount_minor: int, besides: Refund | None = None) -> None:
    """Raise why this payment, as locked, cannot give the amount back; ``besides`` already holds its own part."""
    if type(amount_minor) is not int or amount_minor <= 0:
        raise RefundNotPossible("Ask for an amount above zero.")
    if payment.refund_blocked:
        raise RefundBlocked
    if payment.status != PaymentStatus.SUCCEEDED or not payment.captured_minor:
        raise RefundNotPossible("No money was taken with this payment, so none can be sent back.")
    promised = sum(
        refund.amount_minor
        for refund in payment.refunds.filter(status__in=PROMISED)
        if besides is None or refund.pk != besides.pk
    )
    left = payment.captured_minor - payment.refunded_minor - payment.disputed_lost_minor - promised
    if amount_minor > left:
        raise AmountTooLarge(Money(max(0, left), payment.currency).format())
    step = smallest_step(payment.provider, payment.currency)
    if amount_minor % step:
        smallest = Money(step, payment.currency).format()
        raise RefundNotPossible(f"Ask for a multiple of {smallest}: the payment provider takes no smaller step.")


def _lock_alike(payment_id: int, reason: RefundReason) -> None:
    """Two people who each give back one of two equal charges wait for each other."""
    if reason == RefundReason.DUPLICATE:
        payment = Payment.objects.select_related("method").get(pk=payment_id)
        lock_payments([payment_id, *payments_alike(payment)])


def _refuse_second_of_two(payment: Payment, reason: RefundReason, *, amount_minor: int, held: bool = False) -> None:
    """Raise where the other of two charges is given back already. ``held``: the payment counts this amount as gone."""
    if reason != RefundReason.DUPLICATE:
        return
    told = giving_back(payment)
    if told.not_twice(amount_minor, held=held):
        others = " and ".join(each.payment.reference for each in told.alike if each.gone)
        unpaid = told.unpaid_after(amount_minor, held=held)
        raise NotTwice(told.gone_elsewhere.format(), others, told.what, unpaid.format())


PROMISED = (
    RefundStatus.REQUESTED,
    RefundStatus.APPROVED,
    RefundStatus.SENDING,
    RefundStatus.UNKNOWN,
    RefundStatus.PENDING,
)


def _decide(refund: Refund, status: RefundStatus, *, by: AbstractBaseUser, note: str, at: datetime) -> None:
    set_status(refund, status)
    refund.decided_by_id, refund.decided_at, refund.decision_note = by.pk, at, note_of(note, limit=500)
    refund.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])


def _approved(refund: Refund, at: datetime) -> None:
    _record(EventKind.REFUND_APPROVED, refund, at)
    enqueue(task="billing.tasks.send_refund", key=f"refund:{refund.pk}:send", payload={"refund_id": refund.pk})


def _hold(payment: Payment) -> None:
    write_totals(payment)
    payment.save(update_fields=["refunded_minor", "refund_held_minor", "disputed_lost_minor"])


def _record(kind: EventKind, refund: Refund, at: datetime) -> None:
    events.record(
        kind=kind, at=at, customer=refund.customer, payment=refund.payment, refund=refund, case_ref=refund.case_ref
    )
    if refund.approval_needed:
        announce_waiting()


def _same(first: Refund, body: str) -> Refund:
    if first.request_hash != body:
        raise IdempotencyConflict
    return first


def _hash(*parts: object) -> str:
    return sha256("\n".join(str(part) for part in parts).encode()).hexdigest()
