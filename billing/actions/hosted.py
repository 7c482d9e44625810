"""What the provider tells of its hosted page: a visit ended, a way to pay was given."""

from datetime import datetime

from billing.actions import events
from billing.actions.methods import ensure_method
from billing.actions.objects import Known
from billing.actions.paid_bills import look_whether_paid
from billing.actions.statuses import set_status
from billing.gateways.facts import CheckoutFacts, SetupFacts
from billing.models import Agreement, Checkout
from billing.outbox import enqueue
from billing.states import CheckoutKind, CheckoutStatus, EventKind

ENDS = {"complete": CheckoutStatus.COMPLETE, "expired": CheckoutStatus.EXPIRED}


def settle_checkout(known: Known[CheckoutFacts], *, provider: str, at: datetime) -> Checkout | None:
    """None: the visit is not one of ours, or it is still going on."""
    facts = known.facts
    row = Checkout.objects.select_for_update().filter(provider=provider, reference=facts.our_reference).first()
    if row is None or facts.status not in ENDS:
        return None
    end = ENDS[facts.status]
    if row.status == CheckoutStatus.COMPLETE or not set_status(row, end):
        return row
    row.external_id, row.ended_at = row.external_id or facts.object_id, at
    row.save(update_fields=["status", "external_id", "ended_at"])
    if end == CheckoutStatus.COMPLETE and row.invoice_id is not None:
        look_whether_paid(row.invoice_id, because=f"checkout:{row.pk}")
    return row


def settle_setup(known: Known[SetupFacts], *, provider: str, at: datetime) -> Checkout | None:
    """The agreement is paid with the new method from now on; the provider is told as well."""
    facts = known.facts
    if facts.status != "succeeded" or not facts.method:
        return None
    ours = Checkout.objects.filter(provider=provider, reference=facts.our_reference, kind=CheckoutKind.METHOD)
    found = ours.values_list("pk", "agreement_id").first()
    if found is None:
        return None
    agreement = Agreement.objects.select_for_update().get(pk=found[1])
    row = Checkout.objects.select_for_update().get(pk=found[0])
    if row.method_id is not None:
        return row
    row.method = ensure_method(facts.method, provider=provider, customer=row.customer)
    row.save(update_fields=["method"])
    agreement.payment_method = row.method
    agreement.save(update_fields=["payment_method"])
    events.record(kind=EventKind.METHOD_CHANGED, at=at, customer=row.customer, agreement=agreement)
    enqueue(
        task="billing.tasks.tell_provider_of_method",
        key=f"checkout:{row.pk}:use",
        payload={"checkout_id": row.pk},
    )
    return row
