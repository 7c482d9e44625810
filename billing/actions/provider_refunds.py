"""What the provider says about refunds: those we asked for, and those made elsewhere, in its own dashboard say."""

from datetime import datetime
from hashlib import sha256
from typing import Final

from django.utils import timezone

from billing.actions import books, events
from billing.actions.moments import moment_of
from billing.actions.objects import Known
from billing.actions.payments import payment_key
from billing.actions.statuses import set_status
from billing.actions.totals import write_totals
from billing.business_days import add_business_days
from billing.gateways.deriving import Contradiction
from billing.gateways.facts import RefundFacts
from billing.locks import lock_payment
from billing.models import Payment, PaymentAttempt, Refund
from billing.references import reference_of
from billing.states import REFUND_STEPS, EventKind, RefundStatus

BANK_TAKES: Final = 10  # business days until a card shows it: 5 to 10 (FACTS, refunds)
SAID: Final = {
    "pending": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELED,
}
TOLD: Final = {
    RefundStatus.PENDING: EventKind.REFUND_SENT,
    RefundStatus.SUCCEEDED: EventKind.REFUND_SUCCEEDED,
    RefundStatus.FAILED: EventKind.REFUND_FAILED,
    RefundStatus.CANCELED: EventKind.REFUND_FAILED,
}


def settle_refund(known: Known[RefundFacts], *, provider: str, at: datetime) -> Refund | None:
    """Bring the refund, its payment and the books to what is known. None: its payment has not been told of yet."""
    facts = known.facts
    payment = payment_of(charge=facts.charge, intent=facts.intent, provider=provider) or _asked_by_us(facts)
    if payment is None:
        return None
    payment = lock_payment(payment.pk)
    refund = _row_of(facts, payment)
    _refuse_mismatch(facts, payment, refund)
    if refund is None:
        refund = _made_elsewhere(facts, payment)
    refund.provider_version = known.told_at
    settled_at = moment_of(known.since("succeeded"))
    write_outcome(refund, payment, facts, settled_at=settled_at, at=moment_of(known.told_at))
    return refund


def payment_of(*, charge: str, intent: str, provider: str) -> Payment | None:
    """The payment that a charge belongs to, whether it is known by its intent, by itself, or as one attempt."""
    key = payment_key(charge=charge, intent=intent, provider=provider)
    found = Payment.objects.filter(provider=provider, external_id__in={key, charge} - {""}).order_by("pk").first()
    if found is None and charge:
        attempt = PaymentAttempt.objects.filter(payment__provider=provider, external_id=charge)
        found = Payment.objects.filter(attempts__in=attempt).first()
    return found


def _asked_by_us(facts: RefundFacts) -> Payment | None:
    """A payment that came by a file is not known to the provider by an id of its own; our reference on it is."""
    if not facts.our_reference:
        return None
    return Payment.objects.filter(refunds__reference=facts.our_reference, refunds__sent_at__isnull=False).first()


def write_outcome(
    refund: Refund, payment: Payment, facts: RefundFacts, *, settled_at: datetime | None, at: datetime
) -> None:
    """Both rows are locked by the caller. What would be a step back is old news and changes nothing.

    That it failed is our own word alone while the provider named no id of it: its word, whenever it comes, wins.
    ``settled_at`` stays when the bank sends the money back later: that it was there is what the customer was told.
    """
    status = SAID[facts.status]
    changed = _walk(refund, status)
    if refund.status != status:
        return
    refund.external_id = refund.external_id or facts.object_id
    refund.next_try_at = None
    refund.bank_reference = facts.bank_reference or refund.bank_reference
    refund.sent_at = refund.sent_at or moment_of(facts.created or None) or at
    refund.settled_at = settled_at
    if status in {RefundStatus.FAILED, RefundStatus.CANCELED}:
        refund.failed_at, refund.expected_on = at, None
        refund.failure_reason = facts.failure_reason or refund.failure_reason or "unknown"
    else:
        refund.failed_at, refund.failure_reason = None, ""
        refund.expected_on = add_business_days(timezone.localdate(refund.sent_at), BANK_TAKES)
    refund.save()
    write_totals(payment)
    payment.save(update_fields=["refunded_minor", "refund_held_minor", "disputed_lost_minor"])
    books.book_refund(refund, at=at)
    if changed:
        events.record(
            kind=TOLD[status],
            at=at,
            customer=refund.customer,
            payment=payment,
            refund=refund,
            case_ref=refund.case_ref,
        )


def _walk(refund: Refund, status: RefundStatus) -> bool:
    """Step to the status along the table, through "on its way" where there is no direct step."""
    if refund.pk is None:
        return True
    if refund.status == status or (refund.status == RefundStatus.FAILED and refund.external_id):
        return False
    for stop in (status, RefundStatus.PENDING):
        if stop in REFUND_STEPS[refund.status] and status in {stop, *REFUND_STEPS[stop]}:
            if set_status(refund, stop) and stop != status:
                refund.save(update_fields=["status"])
                set_status(refund, status)
            return True
    return False


def _row_of(facts: RefundFacts, payment: Payment) -> Refund | None:
    """By the provider's id; or, where its event is quicker than its answer, by our reference on it."""
    ours = Refund.objects.select_for_update().filter(payment=payment)
    known = ours.filter(external_id=facts.object_id).first()
    if known is None and facts.our_reference:
        known = ours.filter(external_id="", reference=facts.our_reference, sent_at__isnull=False).first()
    return known


def _refuse_mismatch(facts: RefundFacts, payment: Payment, refund: Refund | None) -> None:
    if facts.currency != payment.currency:
        raise Contradiction(f"The refund is in {facts.currency}, its payment in {payment.currency}.")
    if facts.amount_minor <= 0:
        raise Contradiction("The refund has no amount.")
    if facts.amount_minor > payment.amount_minor:
        raise Contradiction("The refund is larger than its payment.")
    if refund is not None and facts.amount_minor != refund.amount_minor:
        raise Contradiction("The refund's amount is not the one that was asked for.")


def _made_elsewhere(facts: RefundFacts, payment: Payment) -> Refund:
    reference = reference_of("R", payment.provider, facts.object_id)
    return Refund(
        customer=payment.customer,
        payment=payment,
        provider=payment.provider,
        external_id=facts.object_id,
        reference=reference,
        status=SAID[facts.status],
        amount_minor=facts.amount_minor,
        currency=facts.currency,
        reason=facts.reason,
        idempotency_key=f"provider:{reference}",
        request_hash=sha256(facts.object_id.encode()).hexdigest(),
        requested_at=moment_of(facts.created),
    )
