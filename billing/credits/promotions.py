"""A promotion's terms, and whether it ought to have applied. The rules are the diagnosis' own (billing.diagnosis)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.diagnosis.coupons import Coupon, CouponTry, CouponVerdict, explain_coupon


@dataclass(frozen=True, slots=True)
class PromotionTerms:
    promotion_id: int
    coupon: Coupon
    percent_off: int | None
    amount_off_minor: int | None

    @property
    def code(self) -> str:
        return self.coupon.code

    def off(self, price_minor: int) -> int:
        """Half a minor unit is rounded in the customer's favour."""
        if self.amount_off_minor is not None:
            return min(self.amount_off_minor, price_minor)
        return -(-price_minor * (self.percent_off or 0) // 100)

    def as_json(self) -> dict[str, Any]:
        coupon = self.coupon
        return {
            "code": coupon.code,
            "percent_off": self.percent_off,
            "amount_off_minor": self.amount_off_minor,
            "currency": coupon.currency,
            "starts_on": coupon.starts_on.isoformat() if coupon.starts_on else None,
            "ends_on": coupon.ends_on.isoformat() if coupon.ends_on else None,
            "minimum_minor": coupon.minimum_minor,
            "uses_allowed": coupon.uses_allowed,
            "uses_so_far": coupon.uses_so_far,
            "products": sorted(coupon.products),
        }


@dataclass(frozen=True, slots=True)
class PromotionTry:
    """What the customer tried: the day, and the bill's own price without tax and earlier discounts."""

    code: str
    on: date
    customer_id: int
    currency: str
    amount_minor: int
    products: frozenset[str] = frozenset()
    earlier_purchases: int = 0
    earlier_uses: int = 0
    other_codes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "on": self.on.isoformat(),
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "products": sorted(self.products),
            "earlier_purchases": self.earlier_purchases,
            "earlier_uses": self.earlier_uses,
            "other_codes": list(self.other_codes),
        }


@dataclass(frozen=True, slots=True)
class PromotionCase:
    terms: PromotionTerms | None  # None: no such code was ever made
    tried: PromotionTry


def judge(terms: PromotionTerms | None, tried: PromotionTry) -> CouponVerdict:
    asked = CouponTry(
        code=tried.code,
        on=tried.on,
        customer_id=tried.customer_id,
        currency=tried.currency,
        amount_minor=tried.amount_minor,
        products=tried.products,
        earlier_purchases=tried.earlier_purchases,
        earlier_uses=tried.earlier_uses,
        other_coupons=tried.other_codes,
    )
    return explain_coupon(terms.coupon if terms else None, asked)
