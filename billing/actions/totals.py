"""How much of a payment went back, is promised, or was lost: sums over rows, read after the payment's lock."""

from collections.abc import Iterable
from typing import Final

from billing.actions.objects import Known, known_children, known_object
from billing.gateways.facts import ChargeFacts
from billing.models import Payment, Refund
from billing.states import REFUND_HOLDS_MONEY, RefundStatus

# The provider counts these in what it says was refunded of the charge.
COUNTED_THERE: Final = frozenset(
    {RefundStatus.SENDING, RefundStatus.UNKNOWN, RefundStatus.PENDING, RefundStatus.SUCCEEDED}
)

CAME_BACK: Final = frozenset({RefundStatus.FAILED, RefundStatus.CANCELED})


def write_totals(payment: Payment) -> None:
    """Set the three sums on the locked payment; the caller saves it.

    They never exceed what was captured, in whatever order the facts come in: what was given back counts first, then
    what was lost, then what is promised. A promise that no longer fits is refused when it is approved or sent.
    """
    refunds = list(payment.refunds.all()) if payment.pk else []
    charges = charges_of(payment) if payment.external_id else []
    succeeded = _sum(refunds, {RefundStatus.SUCCEEDED})
    promised = _sum(refunds, REFUND_HOLDS_MONEY) - succeeded
    payment.refunded_minor = min(payment.captured_minor, succeeded + _unexplained(refunds, charges))
    left = payment.captured_minor - payment.refunded_minor
    payment.disputed_lost_minor = min(payment.disputed_lost_minor, left)
    payment.refund_held_minor = min(promised, left - payment.disputed_lost_minor)


def charges_of(payment: Payment) -> list[Known[ChargeFacts]]:
    children = known_children(ChargeFacts, [payment.external_id], provider=payment.provider)
    alone = known_object(ChargeFacts, payment.external_id, provider=payment.provider)
    return children or ([alone] if alone else [])


def _unexplained(refunds: Iterable[Refund], charges: Iterable[Known[ChargeFacts]]) -> int:
    """What the charges say was refunded beyond the refunds we know: made elsewhere, and not told of one by one yet."""
    reported = sum(charge.facts.refunded_minor for charge in charges)
    told_at = max((charge.told_at for charge in charges), default=0)
    known = _sum(refunds, COUNTED_THERE) + sum(
        refund.amount_minor for refund in refunds if _came_back_since(refund, told_at)
    )
    return max(0, reported - known)


def _came_back_since(refund: Refund, told_at: int) -> bool:
    """One of which the provider never told an id did not come back: it was never counted, or it went out after all."""
    if refund.status not in CAME_BACK or not refund.external_id or refund.failed_at is None:
        return False
    return refund.failed_at.timestamp() >= told_at


def _sum(refunds: Iterable[Refund], statuses: Iterable[str]) -> int:
    wanted = set(statuses)
    return sum(refund.amount_minor for refund in refunds if refund.status in wanted)
