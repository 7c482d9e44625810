"""Disputes as the provider's object tells them. The names of events decide nothing here.

Billing calls these two by their names in the settings: for each dispute object it has merged, and after each change
of a payment. Both run in its transaction, under its locks.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db.models import Q

from billing.actions import events
from billing.actions.contesting import contest_payment
from billing.actions.holding import settle_or_hold
from billing.actions.moments import moment_of
from billing.actions.objects import Known, known_in
from billing.actions.provider_refunds import payment_of
from billing.gateways.deriving import Contradiction
from billing.gateways.facts import DisputeFacts
from billing.models import Payment, ProviderObject
from billing.references import reference_of
from billing.states import EventKind
from disputes.actions.books import book_dispute
from disputes.models import Dispute
from disputes.states import CLOSED, DisputeReason, DisputeStatus


def settle_dispute(row: ProviderObject, *, at: datetime) -> Dispute | Contradiction:
    """Bring the dispute, its payment and the books to what is known.

    Where it does not fit the payment it names, it stands alone until somebody has looked: its deadline runs anyway.
    """
    known = known_in(DisputeFacts, row)
    facts, provider = known.facts, row.provider
    payment = payment_of(charge=facts.charge, intent=facts.intent, provider=provider)
    refused = _mismatch(facts, payment) if payment else None
    if refused:
        payment = None
    if payment:
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
    dispute = _row_of(facts, provider)
    before = _seen(dispute) if dispute.pk else None
    _write(dispute, known, payment)
    dispute.save()
    book_dispute(dispute, facts, at=at)
    if payment:
        _follow(payment)
    _tell(dispute, before, at)
    return refused or dispute


def link_payment(payment: Payment, *, charge_ids: Sequence[str], at: datetime) -> None:
    """Take up disputes that came before this payment, and tell it again what they mean for it."""
    named = Q(provider=payment.provider, provider_payment_id__in=[payment.external_id, *charge_ids], payment=None)
    disputes = list(Dispute.objects.filter(named | Q(payment=payment)).order_by("pk"))
    for dispute in disputes:
        if dispute.payment_id is None:
            row = ProviderObject.objects.get(provider=dispute.provider, external_id=dispute.external_id)
            settle_or_hold([row], partial(settle_dispute, row, at=at))
    if any(dispute.payment_id for dispute in disputes):
        _follow(payment)


def _mismatch(facts: DisputeFacts, payment: Payment) -> Contradiction | None:
    if facts.currency != payment.currency:
        return Contradiction(f"The dispute is in {facts.currency}, its payment in {payment.currency}.")
    if facts.amount_minor > payment.amount_minor:
        return Contradiction("The dispute is about more than its payment.")
    return None


def _row_of(facts: DisputeFacts, provider: str) -> Dispute:
    found = Dispute.objects.select_for_update().filter(provider=provider, external_id=facts.object_id).first()
    return found or Dispute(
        provider=provider,
        external_id=facts.object_id,
        reference=reference_of("D", provider, facts.object_id),
    )


def _write(dispute: Dispute, known: Known[DisputeFacts], payment: Payment | None) -> None:
    facts = known.facts
    dispute.status = facts.status  # the one place in this app that assigns it
    dispute.payment, dispute.customer = payment, payment.customer if payment else None
    dispute.provider_payment_id = facts.charge or facts.intent
    dispute.reason = facts.reason if facts.reason in DisputeReason.values else DisputeReason.GENERAL
    dispute.network_reason_code = facts.network_reason_code
    dispute.amount_minor, dispute.currency = facts.amount_minor, facts.currency
    dispute.opened_at, dispute.due_at = moment_of(facts.created), moment_of(facts.due)
    dispute.has_evidence, dispute.past_due = facts.has_evidence, facts.past_due
    dispute.submission_count = facts.submission_count
    dispute.charge_refundable = facts.charge_refundable
    dispute.balance_minor = facts.balance_minor
    dispute.closed_at = moment_of(known.since(facts.status)) if facts.status in CLOSED else None
    dispute.provider_version = known.told_at


def _follow(payment: Payment) -> None:
    """The payment as its disputes leave it: all of them, since a bank may dispute again after a decision."""
    disputes = list(Dispute.objects.filter(payment=payment))
    changed = contest_payment(
        payment.pk,
        refund_blocked=any(dispute.status not in CLOSED for dispute in disputes),
        lost_minor=sum(dispute.amount_minor for dispute in disputes if dispute.status == DisputeStatus.LOST),
    )
    for field in ("refund_blocked", "refunded_minor", "refund_held_minor", "disputed_lost_minor"):
        setattr(payment, field, getattr(changed, field))


def _seen(dispute: Dispute) -> tuple[object, ...]:
    return (dispute.status, dispute.payment_id, dispute.amount_minor, dispute.due_at, dispute.submission_count)


def _tell(dispute: Dispute, before: tuple[object, ...] | None, at: datetime) -> None:
    if before == _seen(dispute):
        return
    closed = dispute.status in CLOSED
    if closed and (before is None or before[0] not in CLOSED):
        kind = EventKind.DISPUTE_CLOSED
    else:
        kind = EventKind.DISPUTE_OPENED if before is None else EventKind.DISPUTE_CHANGED
    events.record(kind=kind, at=at, customer=dispute.customer, payment=dispute.payment, dispute_id=dispute.pk)
