"""What a payment is, out of the newest facts about its intent and its charges. Pure: same facts, same answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from billing.gateways.facts import ChargeFacts, IntentFacts
from billing.states import AttemptOutcome, PaymentStatus

WAITING: Final = {
    "requires_payment_method": PaymentStatus.REQUIRES_ACTION,
    "requires_confirmation": PaymentStatus.REQUIRES_ACTION,
    "requires_action": PaymentStatus.REQUIRES_ACTION,
    "processing": PaymentStatus.PROCESSING,
    "requires_capture": PaymentStatus.AUTHORISED,
    "canceled": PaymentStatus.CANCELED,
    "succeeded": PaymentStatus.SUCCEEDED,
}

NOTHING: Final[Mapping[str, int]] = {}


class Contradiction(ValueError):
    """The provider's own objects do not fit together, or not with our record: a person has to look."""


@dataclass(frozen=True, slots=True)
class Attempt:
    external_id: str
    second: int
    outcome: AttemptOutcome
    decline_code: str = ""
    network_code: str = ""
    advice_code: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class PaymentState:
    status: PaymentStatus
    currency: str
    amount_minor: int
    captured_minor: int
    reported_refunded_minor: int  # the charges' own count, whether or not we know the refunds
    created: int
    authorised: int | None
    captured: int | None
    failed: int | None
    hold_expires: int | None
    customer: str
    invoice: str
    method: str
    intent: str
    descriptor: str
    payer_name: str
    payer_email: str
    attempts: tuple[Attempt, ...]
    charge_ids: tuple[str, ...]


def derive_payment(
    intent: IntentFacts | None,
    charges: Iterable[ChargeFacts],
    *,
    intent_told: int = 0,
    captured_later: Mapping[str, int] = NOTHING,
) -> PaymentState:
    """``intent_told`` is the second the intent's facts are from: a later failure outweighs what it waited for.

    ``captured_later`` gives the second of the capture for charges that were authorised first.
    """
    tried = sorted(charges, key=lambda charge: (charge.created, charge.object_id))
    if intent is None and not tried:
        raise Contradiction("Nothing is known of the payment.")
    currency, amount_minor = _money(intent, tried)
    best = _telling(tried)
    captured = max(sum(charge.captured_minor for charge in tried), intent.received_minor if intent else 0)
    status = _status(intent, tried, captured=captured, intent_told=intent_told)
    took = status in {PaymentStatus.SUCCEEDED, PaymentStatus.AUTHORISED, PaymentStatus.CANCELED}
    return PaymentState(
        status=status,
        currency=currency,
        amount_minor=amount_minor,
        captured_minor=captured,
        reported_refunded_minor=sum(charge.refunded_minor for charge in tried),
        created=intent.created if intent else tried[0].created,
        authorised=best.created if best and best.status == "succeeded" and took else None,
        captured=_captured(intent, best, captured_later) if status == PaymentStatus.SUCCEEDED else None,
        failed=(best.created if best else _created(intent)) if status == PaymentStatus.FAILED else None,
        hold_expires=best.hold_expires if best and status == PaymentStatus.AUTHORISED else None,
        customer=_first([intent.customer if intent else "", *(charge.customer for charge in reversed(tried))]),
        invoice=_first([intent.invoice if intent else "", *(charge.invoice for charge in reversed(tried))]),
        method=_first([best.method if best else "", intent.method if intent else ""]),
        intent=intent.object_id if intent else _first(charge.intent for charge in tried),
        descriptor=best.descriptor if best else "",
        payer_name=best.payer_name if best else "",
        payer_email=best.payer_email if best else "",
        attempts=tuple(_attempt(charge) for charge in tried if charge.status != "pending"),
        charge_ids=tuple(charge.object_id for charge in tried),
    )


def _money(intent: IntentFacts | None, tried: Sequence[ChargeFacts]) -> tuple[str, int]:
    currencies = {each.currency for each in (intent, *tried) if each is not None}
    if len(currencies) > 1:
        raise Contradiction(f"Its parts are in {' and '.join(sorted(currencies))}.")
    best = _telling(tried)
    amount_minor = best.amount_minor if best and best.status == "succeeded" else 0
    amount_minor = amount_minor or (intent.amount_minor if intent else 0) or (best.amount_minor if best else 0)
    if amount_minor <= 0:
        raise Contradiction("The payment has no amount.")
    return currencies.pop(), amount_minor


def _telling(tried: Sequence[ChargeFacts]) -> ChargeFacts | None:
    """The charge that tells how it went: the one that succeeded, else the last."""
    telling = [charge for charge in tried if charge.status == "succeeded"] or tried
    return telling[-1] if telling else None


def _status(
    intent: IntentFacts | None, tried: Sequence[ChargeFacts], *, captured: int, intent_told: int
) -> PaymentStatus:
    if captured:
        return PaymentStatus.SUCCEEDED
    best = _telling(tried)
    if best and best.status == "succeeded":
        released = best.released or (intent is not None and intent.status == "canceled")
        return PaymentStatus.CANCELED if released else PaymentStatus.AUTHORISED
    if intent is None:
        return PaymentStatus.FAILED if best and best.status == "failed" else PaymentStatus.PROCESSING
    if intent.status in {"canceled", "succeeded"}:
        return WAITING[intent.status]
    if best and best.status == "failed" and (best.created >= intent_told or intent.status == "requires_payment_method"):
        return PaymentStatus.FAILED
    if intent.status == "requires_payment_method" and intent.ended_by_error:
        return PaymentStatus.FAILED
    return WAITING[intent.status]


def _attempt(charge: ChargeFacts) -> Attempt:
    if charge.status == "succeeded":
        outcome = AttemptOutcome.SUCCEEDED
    else:
        outcome = AttemptOutcome.ERROR if charge.technical else AttemptOutcome.DECLINED
    return Attempt(
        external_id=charge.object_id,
        second=charge.created,
        outcome=outcome,
        decline_code=charge.decline_code,
        network_code=charge.network_code,
        advice_code=charge.advice_code,
        network=charge.network,
    )


def _captured(intent: IntentFacts | None, best: ChargeFacts | None, later: Mapping[str, int]) -> int | None:
    return later.get(best.object_id, best.created) if best else _created(intent)


def _created(intent: IntentFacts | None) -> int | None:
    return intent.created if intent else None


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")
