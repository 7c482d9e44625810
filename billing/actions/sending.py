"""Sends an approved refund to the provider and records what came of it.

The call stands between two transactions, never in one: "being sent" is committed before, the outcome after. Whatever
dies in between leaves "being sent" behind, which ``find_unsettled`` turns into "outcome unknown" and settles by asking
the provider for its list. There is one key for each refund, and no second one is ever made.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from billing.access.scopes import seeing_as_system
from billing.actions import events
from billing.actions.provider_refunds import write_outcome
from billing.actions.refunds import cancel_locked, refuse_refund
from billing.actions.statuses import set_status
from billing.actions.totals import charges_of
from billing.errors import RefundNotPossible
from billing.gateways.base import Gateway, GatewayRefused, GatewayTimeout, GatewayUnavailable, RefundOrder
from billing.gateways.facts import RefundFacts
from billing.locks import lock_refund
from billing.models import Payment, Refund
from billing.states import EventKind, RefundStatus

# Providers forget a key after 24 hours; the same key would then make a second refund (SECURITY, webhooks).
KEY_LIVES: Final = timedelta(hours=23)
# A call ends within its timeouts; a refund "being sent" for longer lost its process.
CALL_LASTS: Final = timedelta(minutes=5)
RETRY_AFTER: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


def send_refund(refund_id: int, *, gateway: Gateway, at: datetime) -> None:
    """Send it once. Safe to repeat: whoever comes second finds that it is not waiting to be sent any more."""
    if (order := _begin(refund_id, at=at)) is not None:
        _call(refund_id, order, gateway, at=at)


def settle_unknown(refund_id: int, *, gateway: Gateway, at: datetime) -> None:
    """Find out what became of a refund whose answer was lost: by the provider's list, then with the same key."""
    order = _suspect(refund_id, at=at)
    if order is None:
        return
    try:
        found = gateway.find_refund(order)
    except (GatewayTimeout, GatewayUnavailable, GatewayRefused):
        _leave_unknown(refund_id, at=at)
        return
    if found is not None:
        record_answer(refund_id, found, at=at)
    elif _begin_again(refund_id, at=at):
        _call(refund_id, order, gateway, at=at)
    else:
        _leave_to_a_person(refund_id, at=at)


def find_unsettled(*, at: datetime) -> list[int]:
    """Refunds to look after now: unknown ones that are due, and those whose sending process is gone."""
    due = Q(status=RefundStatus.UNKNOWN, next_try_at__lte=at)
    lost = Q(status=RefundStatus.SENDING, next_try_at__lte=at)
    with seeing_as_system():
        return list(Refund.objects.filter(due | lost).order_by("next_try_at").values_list("pk", flat=True))


def _begin(refund_id: int, *, at: datetime) -> RefundOrder | None:
    with seeing_as_system():
        payment, refund = lock_refund(refund_id)
        if refund.status != RefundStatus.APPROVED:
            return None
        try:
            refuse_refund(payment, amount_minor=refund.amount_minor, besides=refund)
        except RefundNotPossible as refusal:  # a dispute was opened since, or the money is gone
            cancel_locked(refund, payment, because=str(refusal), at=at)
            return None
        refund.sent_at = at
        _mark_sending(refund, at)
        return _order(refund, payment)


def _begin_again(refund_id: int, *, at: datetime) -> bool:
    """Only while the provider still knows the key; and a dispute opened meanwhile stops it for a person to look at."""
    with seeing_as_system():
        payment, refund = lock_refund(refund_id)
        young = refund.sent_at is not None and at < refund.sent_at + KEY_LIVES
        if refund.status != RefundStatus.UNKNOWN or not young or payment.refund_blocked:
            return False
        _mark_sending(refund, at)
        return True


def _mark_sending(refund: Refund, at: datetime) -> None:
    set_status(refund, RefundStatus.SENDING)
    refund.attempts += 1
    refund.next_try_at = at + CALL_LASTS
    refund.save(update_fields=["status", "attempts", "sent_at", "next_try_at"])


def _order(refund: Refund, payment: Payment) -> RefundOrder:
    charges = [charge.facts for charge in charges_of(payment) if charge.facts.captured_minor]
    alone = "" if payment.external_id == payment.provider_intent_id else payment.external_id
    return RefundOrder(
        reference=refund.reference,
        idempotency_key=f"redress-{refund.reference}",
        charge=charges[-1].object_id if charges else alone,
        intent=payment.provider_intent_id,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        reason=refund.reason,
    )


def _call(refund_id: int, order: RefundOrder, gateway: Gateway, *, at: datetime) -> None:
    try:
        answer = gateway.create_refund(order)
    except (GatewayTimeout, GatewayUnavailable):
        # "Not reached" is treated like "no answer": the key makes a repeat safe, and the list is asked first.
        _leave_unknown(refund_id, at=at)
    except GatewayRefused as refusal:
        _record_refusal(refund_id, refusal, at=at)
    else:
        record_answer(refund_id, answer, at=at)


def record_answer(refund_id: int, answer: RefundFacts, *, at: datetime) -> None:
    """The provider's answer to our call. Its webhook may have been quicker; the newer of both stays."""
    with seeing_as_system():
        payment, refund = lock_refund(refund_id)
        settled_at = at if answer.status == "succeeded" else refund.settled_at
        write_outcome(refund, payment, answer, settled_at=settled_at, at=at)


def _record_refusal(refund_id: int, refusal: GatewayRefused, *, at: datetime) -> None:
    with seeing_as_system():
        payment, refund = lock_refund(refund_id)
        if refund.status == RefundStatus.SENDING:
            failed = RefundFacts(object_id="", status="failed", failure_reason=(refusal.code or "refused")[:60])
            write_outcome(refund, payment, failed, settled_at=None, at=at)


def _suspect(refund_id: int, *, at: datetime) -> RefundOrder | None:
    """Take a refund whose answer is missing; a lost "being sent" becomes "outcome unknown"."""
    with seeing_as_system():
        payment, refund = lock_refund(refund_id)
        if refund.next_try_at is None or refund.next_try_at > at:
            return None
        if refund.status == RefundStatus.SENDING:
            _mark_unknown(refund, at)
        return _order(refund, payment) if refund.status == RefundStatus.UNKNOWN else None


def _leave_unknown(refund_id: int, *, at: datetime) -> None:
    with seeing_as_system():
        _, refund = lock_refund(refund_id)
        if refund.status in {RefundStatus.SENDING, RefundStatus.UNKNOWN}:
            _mark_unknown(refund, at)


def _mark_unknown(refund: Refund, at: datetime) -> None:
    if set_status(refund, RefundStatus.UNKNOWN) and refund.attempts == 1:  # told once, however often it is tried
        events.record(
            kind=EventKind.REFUND_UNKNOWN,
            at=at,
            customer=refund.customer,
            payment=refund.payment,
            refund=refund,
            case_ref=refund.case_ref,
        )
    refund.next_try_at = at + RETRY_AFTER[min(refund.attempts, len(RETRY_AFTER)) - 1]
    refund.save(update_fields=["status", "next_try_at"])


def _leave_to_a_person(refund_id: int, *, at: datetime) -> None:
    """The provider does not have it and forgot the key by now: only somebody who looks there may decide."""
    with seeing_as_system():
        _, refund = lock_refund(refund_id)
        if refund.status == RefundStatus.UNKNOWN:
            refund.next_try_at = None
            refund.failure_reason = "Not found at the provider in time."
            refund.save(update_fields=["next_try_at", "failure_reason"])
