"""Tells the provider what was settled here, so that it does not collect it as well. Each call knows its key."""

from collections.abc import Callable

from billing.access.scopes import seeing_as_system
from billing.gateways.base import CreditOrder, Gateway, GatewayRefused
from billing.models import Agreement, Checkout, CreditNote, Invoice
from billing.states import InvoiceStatus


def tell_of_credit(credit_id: int, *, gateway: Gateway) -> None:
    """A provider that refuses knows better: its bill is closed, and there is nothing that it would collect."""
    with seeing_as_system():
        credit = CreditNote.objects.select_related("invoice").get(pk=credit_id)
        invoice = credit.invoice
        order = CreditOrder(
            idempotency_key=f"redress-{credit.reference}",
            invoice=invoice.external_id,
            amount_minor=credit.amount_minor,
            settled=invoice.status == InvoiceStatus.PAID,
            number=credit.number,
        )
    _unless_refused(lambda: gateway.credit_bill(order))


def tell_of_payment(invoice_id: int, *, gateway: Gateway) -> None:
    with seeing_as_system():
        invoice = Invoice.objects.get(pk=invoice_id)
    _unless_refused(
        lambda: gateway.settle_bill(invoice.external_id, idempotency_key=f"redress-bill-{invoice.pk}-settled")
    )


def tell_of_method(checkout_id: int, *, gateway: Gateway) -> None:
    with seeing_as_system():
        checkout = Checkout.objects.select_related("agreement", "method").get(pk=checkout_id)
        agreement, method = checkout.agreement, checkout.method
    if agreement is not None and method is not None and _known(agreement):
        _unless_refused(
            lambda: gateway.use_method(
                agreement.external_id, method.external_id, idempotency_key=f"redress-{checkout.reference}-use"
            )
        )


def _known(agreement: Agreement) -> bool:
    return bool(agreement.external_id)


def _unless_refused(call: Callable[[], None]) -> None:
    try:
        call()
    except GatewayRefused:
        return
