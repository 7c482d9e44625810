"""Why a promotion code was not taken: every rule it fails, in words, and the day it would have worked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from billing.diagnosis.words import day, money


class CouponFault(StrEnum):
    UNKNOWN_CODE = "unknown_code"
    INACTIVE = "inactive"
    NOT_STARTED = "not_started"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    WRONG_CUSTOMER = "wrong_customer"
    WRONG_PRODUCT = "wrong_product"
    WRONG_CURRENCY = "wrong_currency"
    BELOW_MINIMUM = "below_minimum"
    NOT_FIRST_PURCHASE = "not_first_purchase"
    ALREADY_USED = "already_used"
    NOT_STACKABLE = "not_stackable"
    PAUSED_ACCOUNT = "paused_account"


@dataclass(frozen=True, slots=True)
class Coupon:
    """The terms. What is None or empty sets no bound."""

    code: str
    currency: str | None = None
    active: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    uses_allowed: int | None = None
    uses_so_far: int = 0
    uses_per_customer: int | None = 1
    customer_ids: frozenset[int] = frozenset()
    products: frozenset[str] = frozenset()
    minimum_minor: int = 0
    first_purchase_only: bool = False
    stackable: bool = True


@dataclass(frozen=True, slots=True)
class CouponTry:
    """What the customer wanted to use it for."""

    code: str
    on: date
    customer_id: int
    currency: str
    amount_minor: int
    products: frozenset[str] = frozenset()
    earlier_purchases: int = 0
    earlier_uses: int = 0
    other_coupons: tuple[str, ...] = ()
    account_paused: bool = False


@dataclass(frozen=True, slots=True)
class CouponFailure:
    fault: CouponFault
    agent: str
    customer: str


@dataclass(frozen=True, slots=True)
class CouponVerdict:
    failures: tuple[CouponFailure, ...]
    # The nearest day on which the same try would have passed; None where no day would have helped.
    would_have_worked_on: date | None

    @property
    def answer(self) -> str:
        return " ".join(each.customer for each in self.failures) or "The code is fine."


def explain_coupon(coupon: Coupon | None, tried: CouponTry) -> CouponVerdict:
    if coupon is None or coupon.code.casefold() != tried.code.strip().casefold():
        words = "We do not know this code. Please check each letter of it."
        unknown = CouponFailure(CouponFault.UNKNOWN_CODE, f"No code “{tried.code}” was ever made.", words)
        return CouponVerdict((unknown,), None)
    failures = tuple(found for check in _CHECKS if (found := check(coupon, tried)) is not None)
    dated = {CouponFault.NOT_STARTED: coupon.starts_on, CouponFault.EXPIRED: coupon.ends_on}
    nearest = dated.get(failures[0].fault) if len(failures) == 1 else None
    return CouponVerdict(failures, nearest)


def _inactive(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if coupon.active:
        return None
    return CouponFailure(CouponFault.INACTIVE, "The code was switched off.", "This code is no longer in use.")


def _not_started(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if coupon.starts_on is None or tried.on >= coupon.starts_on:
        return None
    starts = day(coupon.starts_on, at=tried.on)
    return CouponFailure(
        CouponFault.NOT_STARTED, f"It starts on {starts}.", f"This code starts on {starts}. Please try again then."
    )


def _expired(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if coupon.ends_on is None or tried.on <= coupon.ends_on:
        return None
    ended, late = day(coupon.ends_on, at=tried.on), (tried.on - coupon.ends_on).days
    days = "1 day" if late == 1 else f"{late} days"
    return CouponFailure(
        CouponFault.EXPIRED, f"It ended on {ended}, {days} before.", f"This code could be used until {ended}."
    )


def _exhausted(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if coupon.uses_allowed is None or coupon.uses_so_far < coupon.uses_allowed:
        return None
    agent = f"All {coupon.uses_allowed} uses are taken."
    return CouponFailure(CouponFault.EXHAUSTED, agent, "All uses of this code are taken.")


def _wrong_customer(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if not coupon.customer_ids or tried.customer_id in coupon.customer_ids:
        return None
    agent = "It was made for another customer. Do not say for whom."
    return CouponFailure(CouponFault.WRONG_CUSTOMER, agent, "This code is not for your account.")


def _wrong_product(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if not coupon.products or coupon.products & tried.products:
        return None
    names = ", ".join(sorted(coupon.products))
    return CouponFailure(CouponFault.WRONG_PRODUCT, f"It is for {names} only.", f"This code is only for: {names}.")


def _wrong_currency(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if coupon.currency is None or coupon.currency == tried.currency:
        return None
    words = f"This code is for payments in {coupon.currency} only."
    return CouponFailure(
        CouponFault.WRONG_CURRENCY, f"It is in {coupon.currency}, the bill in {tried.currency}.", words
    )


def _below_minimum(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if coupon.currency not in (None, tried.currency) or tried.amount_minor >= coupon.minimum_minor:
        return None
    least, short = (money(minor, tried.currency) for minor in
                    (coupon.minimum_minor, coupon.minimum_minor - tried.amount_minor))  # fmt: skip
    return CouponFailure(
        CouponFault.BELOW_MINIMUM,
        f"The bill is {short} below the minimum of {least}.",
        f"This code needs a bill of {least} or more. Yours is {short} below that.",
    )


def _not_first(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if not coupon.first_purchase_only or tried.earlier_purchases == 0:
        return None
    agent = f"For a first purchase only; there are {tried.earlier_purchases} before."
    return CouponFailure(CouponFault.NOT_FIRST_PURCHASE, agent, "This code is only for your first purchase.")


def _already_used(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if coupon.uses_per_customer is None or tried.earlier_uses < coupon.uses_per_customer:
        return None
    agent = f"Used {tried.earlier_uses} of {coupon.uses_per_customer} times by this customer."
    return CouponFailure(CouponFault.ALREADY_USED, agent, "You have used this code before.")


def _not_stackable(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if coupon.stackable or not tried.other_coupons:
        return None
    others = ", ".join(tried.other_coupons)
    return CouponFailure(
        CouponFault.NOT_STACKABLE, f"It cannot be joined with {others}.", f"This code cannot be used with {others}."
    )


def _paused(coupon: Coupon, tried: CouponTry) -> CouponFailure | None:
    if not tried.account_paused:
        return None
    words = "Your account is paused. Codes work again when it is active."
    return CouponFailure(CouponFault.PAUSED_ACCOUNT, "The account is paused.", words)


_CHECKS: tuple[Callable[[Coupon, CouponTry], CouponFailure | None], ...] = (
    _inactive,
    _not_started,
    _expired,
    _exhausted,
    _wrong_customer,
    _wrong_product,
    _wrong_currency,
    _below_minimum,
    _not_first,
    _already_used,
    _not_stackable,
    _paused,
)
