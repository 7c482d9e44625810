"""Cards and bank accounts: as payment methods, as the older sources and cards, and as told by a charge."""

from collections.abc import Iterator
from typing import Final

from billing.gateways.facts import MethodFacts
from billing.gateways.stripe.fields import Json, needed_id, part, reference, small, text
from billing.states import MethodKind

BANK_TYPES: Final = frozenset(
    {"us_bank_account", "sepa_debit", "bacs_debit", "au_becs_debit", "acss_debit", "ach_debit", "bank_account"}
)


def read_method(source: Json, *, detached: bool = False) -> MethodFacts:
    """A ``payment_method``, ``source``, ``card`` or ``bank_account``."""
    kind = text(source, "type") if source.get("object") in {"payment_method", "source"} else text(source, "object")
    details = part(source, kind) or source
    return _facts(details, needed_id(source), kind, customer=reference(source, "customer"), detached=detached)


def method_of_charge(source: Json, *, customer: str) -> Iterator[MethodFacts]:
    """What a charge tells of the method it used. Old shapes carry the whole card, newer ones its details and id."""
    details = part(source, "payment_method_details")
    kind = text(details, "type")
    object_id = reference(source, "payment_method")
    if not object_id:
        whole = part(source, "source") or part(source, "card")
        object_id, kind = text(whole, "id"), text(whole, "object") or "card"
        details = {kind: part(whole, kind) or whole}
    if object_id:
        yield _facts(part(details, kind), object_id, kind, customer=customer, second_hand=True)


def _facts(
    details: Json, object_id: str, kind: str, *, customer: str, detached: bool = False, second_hand: bool = False
) -> MethodFacts:
    last4 = text(details, "last4")
    return MethodFacts(
        object_id=object_id,
        customer=customer,
        method_kind=_kind(kind),
        brand=text(details, "brand", 30).lower(),
        last4=last4 if len(last4) == 4 and last4.isascii() and last4.isdigit() else "",
        exp_month=small(details, "exp_month", 12),
        exp_year=small(details, "exp_year", 9999),
        funding=text(details, "funding", 20),
        country=text(details, "country", 2),
        bank_name=text(details, "bank_name", 100),
        fingerprint=text(details, "fingerprint", 64),
        detached=detached,
        second_hand=second_hand,
    )


def _kind(kind: str) -> MethodKind:
    if kind in {"card", "card_present"}:
        return MethodKind.CARD
    return MethodKind.BANK_ACCOUNT if kind in BANK_TYPES else MethodKind.OTHER
