"""Payments as the provider knows them, with what was given back of them and what is contested."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from billing.actions import books, events
from billing.actions.attempts import write_attempts
from billing.actions.customers import GUEST, ensure_customer
from billing.actions.methods import ensure_method
from billing.actions.moments import moment_of
from billing.actions.objects import known_children, known_object
from billing.actions.paid_bills import look_whether_paid
from billing.actions.statuses import set_status
from billing.actions.totals import write_totals
from billing.gateways.deriving import Contradiction, PaymentState, derive_payment
from billing.gateways.facts import ChargeFacts, IntentFacts, InvoicePaymentFacts
from billing.models import Checkout, Customer, Invoice, Match, Payment
from billing.models.invoices import OURS
from billing.reconciliation.states import Deed, MatchStatus
from billing.references import reference_of
from billing.states import EventKind, PaymentStatus

TOLD: Final = {
    PaymentStatus.FAILED: EventKind.PAYMENT_FAILED,
    PaymentStatus.SUCCEEDED: EventKind.PAYMENT_SUCCEEDED,
    PaymentStatus.AUTHORISED: EventKind.PAYMENT_AUTHORISED,
    PaymentStatus.CANCELED: EventKind.PAYMENT_CANCELED,
    PaymentStatus.REQUIRES_ACTION: EventKind.PAYMENT_NEEDS_CUSTOMER,
}


def payment_key(*, charge: str, intent: str, provider: str) -> str:
    """By which id a payment is known here: its intent's, or its charge's where there is no intent."""
    if intent:
        return intent
    known = known_object(ChargeFacts, charge, provider=provider)
    return known.facts.intent or charge if known else charge


def settle_payment(key: str, *, provider: str, at: datetime) -> Payment | None:
    """Bring the payment and the books to what is known of its intent and charges. None: nothing is known yet."""
    row = Payment.objects.select_for_update().filter(provider=provider, external_id=key).first()
    state = _state_of(key, provider)
    if state is None:
        return row
    if row is None:
        row = Payment(provider=provider, external_id=key, status="")
        row.reference = reference_of("P", provider, key)
    elif row.currency != state.currency:
        raise Contradiction(f"The payment was in {row.currency}; the event says {state.currency}.")
    was, tried = row.status, row.attempts.count() if row.pk else 0
    _write(row, state, key)
    changed = set_status(row, state.status)
    write_totals(row)
    row.save()
    write_attempts(row, state.attempts)
    books.book_payment(row, at=at)
    if changed or (was == PaymentStatus.FAILED and len(state.attempts) > tried):
        _tell(row, at)
    if changed and row.status == PaymentStatus.SUCCEEDED and row.invoice_id and _paid_by_the_customer(row):
        look_whether_paid(row.invoice_id, because=f"payment:{row.pk}")
    for listener in settings.BILLING_PAYMENT_LISTENERS:
        import_string(listener)(row, charge_ids=state.charge_ids, at=at)
    return row


def _state_of(key: str, provider: str) -> PaymentState | None:
    intent = known_object(IntentFacts, key, provider=provider)
    charges = known_children(ChargeFacts, [key], provider=provider)
    if not charges and (alone := known_object(ChargeFacts, key, provider=provider)):
        charges = [alone]
    if intent is None and not charges:
        return None
    return derive_payment(
        intent.facts if intent else None,
        [charge.facts for charge in charges],
        intent_told=intent.told_at if intent else 0,
        captured_later={
            charge.facts.object_id: second
            for charge in charges
            if charge.since("authorised") and (second := charge.since("captured"))
        },
    )


def _write(row: Payment, state: PaymentState, key: str) -> None:
    row.invoice = _bill_of(row, state, key)
    # Whoever paid our bill on the hosted page is the bill's customer, whether or not the provider knows them.
    ours = row.invoice is not None and state.invoice.startswith(OURS)
    row.customer = row.invoice.customer if row.invoice and ours else _payer(state, key, row.provider)
    row.currency, row.amount_minor, row.captured_minor = state.currency, state.amount_minor, state.captured_minor
    row.provider_intent_id, row.descriptor = state.intent, state.descriptor
    row.created_at = moment_of(state.created)
    row.authorised_at, row.captured_at = moment_of(state.authorised), moment_of(state.captured)
    row.failed_at, row.hold_expires_at = moment_of(state.failed), moment_of(state.hold_expires)
    row.agreement = row.invoice.agreement if row.invoice else None
    if state.method:
        row.method = ensure_method(state.method, provider=row.provider, customer=row.customer)


def _payer(state: PaymentState, key: str, provider: str) -> Customer:
    if state.customer:
        return ensure_customer(state.customer, provider=provider)
    return ensure_customer(f"{GUEST}{key}", provider=provider, name=state.payer_name, email=state.payer_email)


def _bill_of(row: Payment, state: PaymentState, key: str) -> Invoice | None:
    """The provider does not know that finance moved a payment to another bill: its later events move nothing back."""
    told = _bill(row, state, key)
    if row.pk is None or row.invoice_id == (told.pk if told else None):
        return told
    moved = Match.objects.filter(
        payment=row.pk, invoice=row.invoice_id, deed=Deed.MOVE, status=MatchStatus.POSTED
    ).exists()
    return row.invoice if moved else told


def _bill(row: Payment, state: PaymentState, key: str) -> Invoice | None:
    """By what the payment says, by what the bill says, or by the object that ties the two."""
    bills = Invoice.objects.filter(provider=row.provider).order_by("external_id")
    if state.invoice.startswith(OURS):
        return Invoice.objects.filter(number=state.invoice.removeprefix(OURS)).first()
    if state.invoice:
        return bills.filter(external_id=state.invoice).first()
    if said := bills.filter(provider_intent_id__in=[key, *state.charge_ids]).first():
        return said
    ties = known_children(InvoicePaymentFacts, [key, *state.charge_ids], provider=row.provider)
    return bills.filter(external_id__in=[tie.facts.invoice for tie in ties]).first()


def _paid_by_the_customer(row: Payment) -> bool:
    """On the hosted page, or for a bill of ours: no event of the provider will say that such a bill is paid."""
    return row.invoice is not None and (
        not row.invoice.known_to_provider or Checkout.objects.filter(invoice=row.invoice).exists()
    )


def _tell(row: Payment, at: datetime) -> None:
    if row.status in TOLD:
        events.record(
            kind=TOLD[PaymentStatus(row.status)],
            at=at,
            customer=row.customer,
            agreement=row.agreement,
            invoice=row.invoice,
            payment=row,
        )
