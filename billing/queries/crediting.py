"""What a credit is worked out from: the bill as it stands, what was paid on it, and what is known of a promotion.

Actions call these after their locks; pages call them to show what would happen.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

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
    """A corrected bill counts what was carried over, as long as that money is still with us."""
    own, before = _kept([invoice]), _kept(_corrected_by(invoice))
    return Standing(
        number=invoice.number,
        currency=invoice.currency,
        total_minor=invoice.total_minor,
        credited_minor=invoice.credited_minor,
        here_minor=own + min(invoice.carried_minor, before),
        written_off_minor=invoice.written_off_minor,
    )


def needed_minor(bill: Invoice) -> int:
    """How much of this bill's own payments has to stay, so that it is paid, or the newest of those in its place."""
    chain = _chain_of(bill)
    newest = chain[-1]
    if newest.status == InvoiceStatus.VOID:
        return 0
    elsewhere = _kept(each for each in chain if each.pk != bill.pk)
    return max(0, newest.creditable_minor - newest.written_off_minor - elsewhere - bill.transferred_minor)


def credit_with_us(customer_id: int, *, currency: str) -> Money:
    """What credit notes left with us of money that was paid, and that neither went back nor pays another bill.

    It pays no later bill by itself: bills are written by the provider, which does not know of it.
    """
    rows = (
        Invoice.objects.filter(customer=customer_id, currency=currency)
        .filter(Q(credited_minor__gt=0) | Q(corrects__isnull=False))
        .exclude(status=InvoiceStatus.DRAFT)
        .annotate(here=_refundable() + F("transferred_minor"))
    )
    bills = {bill.pk: bill for bill in rows}
    replaced = {bill.corrects_id for bill in bills.values()}
    newest = (bill for bill in bills.values() if bill.pk not in replaced)
    return Money(sum(_left_over(bill, bills) for bill in newest), currency)


def _left_over(newest: Any, bills: Mapping[int, Any]) -> int:
    """Of a bill and those that it stands for: what was paid on all of them, and is asked for no longer."""
    bill, here, most = newest, int(newest.here), int(newest.total_minor)
    while bill.corrects_id in bills:
        bill = bills[bill.corrects_id]
        here, most = here + bill.here, max(most, bill.total_minor)
    asked: int = newest.creditable_minor
    return max(0, min(most, here) - asked)


def _refundable() -> Coalesce:
    """Of a bill's payments, as ``Payment.refundable_minor`` has it of one."""
    left = F("captured_minor") - F("refunded_minor") - F("refund_held_minor") - F("disputed_lost_minor")
    taken = Payment.objects.filter(
        invoice=OuterRef("pk"), status=PaymentStatus.SUCCEEDED, currency=OuterRef("currency")
    ).order_by()
    return Coalesce(Subquery(taken.values("invoice").annotate(sum=Sum(left)).values("sum")), 0)


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
    """Money of another currency pays nothing of the bill, however it came to stand on it."""
    return Payment.objects.filter(invoice=invoice, status=PaymentStatus.SUCCEEDED, currency=invoice.currency)


def _kept(bills: Iterable[Invoice]) -> int:
    """Paid on these bills, with us, and not promised back."""
    return sum(
        bill.transferred_minor + sum(payment.refundable_minor for payment in _taken_with(bill)) for bill in bills
    )


def _chain_of(bill: Invoice) -> list[Invoice]:
    """The bills that this one stands for, itself, and those that stand for it: newest last."""
    chain = [*reversed(list(_corrected_by(bill))), bill]
    while (later := Invoice.objects.filter(corrects=chain[-1]).first()) is not None:
        chain.append(later)
    return chain


def _corrected_by(invoice: Invoice) -> Iterator[Invoice]:
    """The bills that this one stands for now, newest first."""
    older = invoice.corrects
    while older is not None:
        yield older
        older = older.corrects
