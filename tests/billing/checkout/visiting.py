"""What a customer and the provider do on its page, and what is there afterwards."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.inbox import apply_event
from billing.actions.paid_bills import settle_paid_bill
from billing.actions.simulation import send_due_events
from billing.models import Checkout, Invoice, OutboxMessage, Payment, ProviderEvent


def events_happen() -> None:
    """The provider sends what is due, the inbox applies it, and what follows from it is done."""
    with seeing_as_system():
        send_due_events(at=timezone.now() + timedelta(seconds=1))
        for event_id in ProviderEvent.objects.filter(status="received").order_by("pk").values_list("pk", flat=True):
            apply_event(event_id, at=timezone.now())
        for message in OutboxMessage.objects.filter(task="billing.tasks.settle_paid_bill").order_by("pk"):
            settle_paid_bill(message.payload["invoice_id"], at=timezone.now())


def answer(client: Client, page: str, outcome: str) -> str:
    return str(client.post(page, {"outcome": outcome})["Location"])


def rows(bill: Invoice) -> tuple[str, int, list[tuple[str, int]]]:
    with seeing_as_system():
        invoice = Invoice.objects.get(pk=bill.pk)
        payments = list(Payment.objects.filter(invoice=bill).values_list("status", "captured_minor"))
        return invoice.status, Checkout.objects.filter(invoice=bill).count(), payments


def happened(*kinds: str) -> None:
    """Of what is due, the provider gets these through now; the rest is late."""
    with seeing_as_system():
        send_due_events(at=timezone.now() + timedelta(seconds=1))
        waiting = ProviderEvent.objects.filter(status="received", kind__in=kinds).order_by("pk")
        for event_id in waiting.values_list("pk", flat=True):
            apply_event(event_id, at=timezone.now())
