"""Sends a customer to the provider's hosted page: to pay a bill, or to change how they pay.

The call stands between two transactions, never in one. A visit is written down first, with the key under which the
provider is asked: a double click, a second tab and a retry after a lost answer all end on the same page, which the
provider lets be paid once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from billing.access.scopes import seeing_as_system
from billing.actions.customers import GUEST
from billing.actions.objects import known_object
from billing.actions.statuses import set_status
from billing.actions.totals import charges_of
from billing.errors import BillNotPayable
from billing.gateways.base import Gateway, GatewayRefused, GatewayTimeout, GatewayUnavailable, HostedPage, PageOrder
from billing.gateways.facts import CheckoutFacts, IntentFacts
from billing.locks import lock_invoice
from billing.models import Agreement, Checkout, Customer, Invoice, Payment
from billing.models.checkouts import WITH_THE_CUSTOMER
from billing.models.invoices import OURS
from billing.money import Money
from billing.providers import can_be_asked
from billing.queries.crediting import standing_of
from billing.references import new_reference
from billing.states import CheckoutKind, CheckoutStatus, InvoiceStatus, PaymentStatus

LIVES: Final = timedelta(minutes=60)  # Stripe takes 30 minutes to 24 hours
SPARE: Final = timedelta(minutes=5)  # nobody is sent to a page that is about to close
UNREACHABLE: Final = "The payment page cannot be reached right now. Nothing was paid. Please try again in a minute."
IN_USE: Final = "This bill is being paid in another window. Give it a minute, then look again."
ON_ITS_WAY: Final = "A payment for this bill is on its way. Your bank has not answered yet."


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is written down, and what the provider is asked. ``url`` where it was asked before."""

    checkout_id: int
    kind: CheckoutKind
    order: PageOrder
    url: str


def start_bill_payment(invoice_id: int, *, gateway: Gateway, at: datetime) -> str:
    """Where to send the customer. Raises BillNotPayable, with a sentence for them."""
    if stale := _stale_page(invoice_id, at=at):
        _close(stale, gateway, at=at)
    with seeing_as_system():
        invoice = lock_invoice(invoice_id)
        due = refuse_payment(invoice)
        visit = _open_visit(invoice, due, at=at) or _new_visit(
            Checkout(
                kind=CheckoutKind.PAYMENT,
                customer=invoice.customer,
                invoice=invoice,
                agreement=invoice.agreement,
                amount_minor=due.minor,
                currency=due.currency,
            ),
            at=at,
        )
    return visit.url or _ask(visit, gateway)


def start_method_change(agreement_id: int, *, gateway: Gateway, at: datetime) -> str:
    with seeing_as_system():
        agreement = Agreement.objects.select_for_update(of=("self",)).select_related("customer").get(pk=agreement_id)
        if not _known_customer(agreement.customer):
            raise BillNotPayable("We cannot change this on the page yet. Ask us, and we send you a link.")
        before = Checkout.objects.filter(
            agreement=agreement, kind=CheckoutKind.METHOD, status__in=WITH_THE_CUSTOMER, expires_at__gt=at + SPARE
        )
        found = before.order_by("-pk").first()
        visit = (
            _visit(found)
            if found
            else _new_visit(
                Checkout(
                    kind=CheckoutKind.METHOD,
                    customer=agreement.customer,
                    agreement=agreement,
                    currency=agreement.currency,
                ),
                at=at,
            )
        )
    return visit.url or _ask(visit, gateway)


def refuse_payment(invoice: Invoice) -> Money:
    """What is to pay of the bill, as locked; raises why nothing is."""
    if invoice.status not in {InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE}:
        raise BillNotPayable("There is nothing to pay on this bill.")
    if Payment.objects.filter(invoice=invoice, status=PaymentStatus.PROCESSING).exists():
        raise BillNotPayable(ON_ITS_WAY)
    if any(map(_awaits_its_payment, Checkout.objects.filter(invoice=invoice, status=CheckoutStatus.COMPLETE))):
        raise BillNotPayable(ON_ITS_WAY)
    due = standing_of(invoice).due_minor
    if not due:
        raise BillNotPayable("This bill is paid. Thank you.")
    if not can_be_asked(settings.PAYMENT_PROVIDER, amount_minor=due, currency=invoice.currency):
        raise BillNotPayable("Our payment provider cannot take this amount. Ask us how else you can pay it.")
    return Money(due, invoice.currency)


def _awaits_its_payment(visit: Checkout) -> bool:
    """Events come in any order: that a page was finished may be told before, or long before, what came of it."""
    page = known_object(CheckoutFacts, visit.external_id, provider=visit.provider)
    if page is None or not page.facts.intent:
        return False
    payment = Payment.objects.filter(provider=visit.provider, external_id=page.facts.intent).first()
    if payment is None:
        return True
    if payment.status in {PaymentStatus.SUCCEEDED, PaymentStatus.CANCELED}:
        return False
    intent = known_object(IntentFacts, page.facts.intent, provider=visit.provider)
    newest = max((known.told_at for known in (intent, *charges_of(payment)) if known), default=0)
    # A failure from before the end was an earlier try on the same page.
    return payment.status != PaymentStatus.FAILED or newest <= (page.since("complete") or page.told_at)


def _stale_page(invoice_id: int, *, at: datetime) -> Checkout | None:
    """An open page for another amount than is due now, or one that is about to close: it must not be paid any more."""
    with seeing_as_system():
        invoice = lock_invoice(invoice_id)
        found = _open_of(invoice)
        if found is None or (found.expires_at > at + SPARE and found.amount_minor == standing_of(invoice).due_minor):
            return None
        return found


def _close(checkout: Checkout, gateway: Gateway, *, at: datetime) -> None:
    try:
        unused = not checkout.external_id or _ended_unused(checkout, gateway, at=at)
    except (GatewayTimeout, GatewayUnavailable) as away:
        raise BillNotPayable(UNREACHABLE) from away
    if not unused:
        raise BillNotPayable(IN_USE)
    with seeing_as_system():
        row = Checkout.objects.select_for_update().get(pk=checkout.pk)
        if row.status in WITH_THE_CUSTOMER:
            set_status(row, CheckoutStatus.EXPIRED)
            row.ended_at = at
            row.save(update_fields=["status", "ended_at"])


def _ended_unused(checkout: Checkout, gateway: Gateway, *, at: datetime) -> bool:
    """Closing is refused where the page ran out and where it was paid, at its last moment say: the provider tells."""
    try:
        gateway.close_page(checkout.external_id)
    except GatewayRefused:
        try:
            return gateway.read_page(checkout.external_id).status == "expired"
        except GatewayRefused:  # it does not know the page at all
            return at > checkout.expires_at + LIVES
    return True


def _open_of(invoice: Invoice) -> Checkout | None:
    return Checkout.objects.filter(invoice=invoice, kind=CheckoutKind.PAYMENT, status__in=WITH_THE_CUSTOMER).first()


def _open_visit(invoice: Invoice, due: Money, *, at: datetime) -> Visit | None:
    found = _open_of(invoice)
    if found is None:
        return None
    if found.amount_minor != due.minor or found.expires_at <= at + SPARE:
        raise BillNotPayable(IN_USE)  # it became stale between the look and the lock
    return _visit(found)


def _new_visit(checkout: Checkout, *, at: datetime) -> Visit:
    checkout.reference, checkout.provider = new_reference("V"), settings.PAYMENT_PROVIDER
    checkout.created_at, checkout.expires_at = at, at + LIVES
    checkout.save(force_insert=True)
    return _visit(checkout)


def _visit(checkout: Checkout) -> Visit:
    invoice, customer = checkout.invoice, checkout.customer
    order = PageOrder(
        reference=checkout.reference,
        idempotency_key=f"redress-{checkout.reference}",
        customer=_known_customer(customer),
        email=customer.email,
        currency=checkout.currency,
        back_to=settings.SITE_ADDRESS + reverse("billing:visit", args=[checkout.reference]),
        expires_at=int(checkout.expires_at.timestamp()),
        title=f"Bill {invoice.number}" if invoice else "",
        bill=f"{OURS}{invoice.number}" if invoice else "",
        amount_minor=checkout.amount_minor,
    )
    url = checkout.url if checkout.status == CheckoutStatus.OPEN else ""
    return Visit(checkout.pk, CheckoutKind(checkout.kind), order, url)


def _known_customer(customer: Customer) -> str:
    """Somebody who paid once as a guest, or came by a file, has an id that this provider does not know."""
    theirs = customer.provider == settings.PAYMENT_PROVIDER and not customer.external_id.startswith(GUEST)
    return customer.external_id if theirs else ""


def _ask(visit: Visit, gateway: Gateway) -> str:
    start = gateway.start_payment if visit.kind is CheckoutKind.PAYMENT else gateway.start_method_setup
    try:
        page = start(visit.order)
    except (GatewayTimeout, GatewayUnavailable, GatewayRefused) as error:
        raise BillNotPayable(UNREACHABLE) from error  # asked again with the same key, it is the same page
    if not _is_the_providers(page):
        raise BillNotPayable(UNREACHABLE)
    with seeing_as_system():
        row = Checkout.objects.select_for_update().get(pk=visit.checkout_id)
        if row.status == CheckoutStatus.STARTING:
            set_status(row, CheckoutStatus.OPEN)
            row.external_id, row.url = page.object_id, page.url
            row.save(update_fields=["status", "external_id", "url"])
    return page.url


def _is_the_providers(page: HostedPage) -> bool:
    """A customer who is about to pay is sent to one place alone, whatever an answer says."""
    at, home = urlsplit(page.url), urlsplit(settings.PAYMENT_PAGE_ORIGIN)
    if settings.PAYMENT_PROVIDER == "simulated":
        return not at.scheme and not at.netloc and at.path.startswith("/dev/pay/")
    return (at.scheme, at.netloc) == (home.scheme, home.netloc)
