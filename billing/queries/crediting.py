"""What a credit is worked out from: the bill as it stands, what was paid on it, and what is known of a promotion.

Actions call these after their locks; pages call them to show what would happen.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet, Sum

from billing.credits.balance import Standing
from billing.credits.plans import ApplyPromotion, Bill, BillLine, Deed
from billing.credits.promotions import PromotionCase, PromotionTerms, PromotionTry
from billing.diagnosis.coupons import Coupon
from billing.models import CreditNote, CreditNoteLine, Invoice, Payment, Promotion
from billing.money import Money
from billing.states import CREDIT_ENDED, InvoiceStatus, LineKind, PaymentStatus

PRICE = frozenset({LineKind.PREMIUM, LineKind.RIDER, LineKind.PLAN, LineKind.PRORATION, LineKind.OTHER})


def bill_of(invoice: Invoice) -> Bill:
    """With what is credited of each line, and what somebody has asked to credit of it."""
    credited = (
        CreditNoteLine.objects.filter(credit_note__invoice=invoice, bill_line__isnull=False)
        .exclude(credit_note__status__in=CREDIT_ENDED)
        .values_list("bill_line")
        .annotate(sum=Sum("amount_minor"))
    )
    taken = {position: int(amount) for position, amount in credited}
    lines = tuple(
        BillLine(
            position=line.position,
            kind=LineKind(line.kind),
            description=line.description,
            amount_minor=line.amount_minor,
            credited_minor=taken.get(line.position, 0),
            since_on=line.since_on,
        )
        for line in invoice.lines.all()
    )
    return Bill(invoice.number, invoice.currency, invoice.total_minor, invoice.credited_minor, lines)


def standing_of(invoice: Invoice) -> Standing:
    """A corrected bill counts what was carried over, as long as those payments still have it."""
    own = sum(payment.refundable_minor for payment in _taken_with(invoice))
    before = sum(payment.refundable_minor for bill in _corrected_by(invoice) for payment in _taken_with(bill))
    return Standing(
        number=invoice.number,
        currency=invoice.currency,
        total_minor=invoice.total_minor,
        credited_minor=invoice.credited_minor,
        here_minor=own + min(invoice.carried_minor, before),
    )


def credit_with_us(customer_id: int, *, currency: str) -> Money:
    """What credit notes left with us of money that was paid, and that neither went back nor pays another bill.

    It pays no later bill by itself: bills are written by the provider, which does not know of it.
    """
    bills = Invoice.objects.filter(customer=customer_id, currency=currency, credited_minor__gt=0)
    taken = Prefetch("payments", queryset=Payment.objects.filter(status=PaymentStatus.SUCCEEDED), to_attr="taken")
    rows = bills.exclude(status=InvoiceStatus.DRAFT).select_related("corrected_by").prefetch_related(taken)
    return Money(sum(min(bill.credited_minor, _left_over(bill)) for bill in rows), currency)


def _left_over(bill: Any) -> int:
    later = getattr(bill, "corrected_by", None)  # its reverse relation raises an AttributeError where there is none
    needed = later.carried_minor if later else bill.total_minor - bill.credited_minor - bill.carried_minor
    kept: int = sum(payment.refundable_minor for payment in bill.taken)
    return max(0, kept - max(0, int(needed)))


def payment_to_send_back_from(invoice: Invoice, *, amount_minor: int) -> Payment | None:
    """The newest payment that can give it all back: of this bill, or of the one it corrects."""
    for bill in (invoice, *_corrected_by(invoice)):
        for payment in _taken_with(bill).select_related("method").order_by("-created_at", "-pk"):
            if payment.refundable_minor >= amount_minor and not payment.refund_blocked:
                return payment
    return None


def promotion_case(invoice: Invoice, deed: Deed) -> PromotionCase | None:
    """The promotion's terms, and the bill as if the code had been tried on it. None for other deeds."""
    if not isinstance(deed, ApplyPromotion):
        return None
    promotion = Promotion.objects.filter(code__iexact=deed.code.strip()).first()
    lines = list(invoice.lines.all())
    purchases = Invoice.objects.filter(customer=invoice.customer_id, issued_on__lt=invoice.issued_on)
    tried = PromotionTry(
        code=deed.code.strip(),
        on=deed.on,
        customer_id=invoice.customer_id,
        currency=invoice.currency,
        amount_minor=sum(line.amount_minor for line in lines if line.kind in PRICE),
        products=frozenset({invoice.agreement.kind}) if invoice.agreement else frozenset(),
        earlier_purchases=purchases.exclude(status__in=[InvoiceStatus.DRAFT, InvoiceStatus.VOID]).count(),
        earlier_uses=_uses(promotion).filter(customer=invoice.customer_id).count() if promotion else 0,
        other_codes=tuple(line.description for line in lines if line.kind == LineKind.DISCOUNT),
    )
    return PromotionCase(_terms(promotion) if promotion else None, tried)


def _terms(promotion: Promotion) -> PromotionTerms:
    coupon = Coupon(
        code=promotion.code,
        currency=promotion.currency,
        active=promotion.active,
        starts_on=promotion.starts_on,
        ends_on=promotion.ends_on,
        uses_allowed=promotion.uses_allowed,
        uses_so_far=_uses(promotion).count(),
        uses_per_customer=promotion.uses_per_customer,
        products=frozenset(promotion.products),
        minimum_minor=promotion.minimum_minor,
        first_purchase_only=promotion.first_purchase_only,
        stackable=promotion.stackable,
    )
    return PromotionTerms(promotion.pk, coupon, promotion.percent_off, promotion.amount_off_minor)


def _uses(promotion: Promotion) -> QuerySet[CreditNote]:
    return CreditNote.objects.filter(promotion=promotion).exclude(status__in=CREDIT_ENDED)


def _taken_with(invoice: Invoice) -> QuerySet[Payment]:
    return Payment.objects.filter(invoice=invoice, status=PaymentStatus.SUCCEEDED)


def _corrected_by(invoice: Invoice) -> Iterator[Invoice]:
    """The bills that this one stands for now, newest first."""
    older = invoice.corrects
    while older is not None:
        yield older
        older = older.corrects
