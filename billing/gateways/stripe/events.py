"""A stored event turned into what it tells: the snapshots of the objects in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from billing.gateways.facts import ChargeFacts, Facts, MethodFacts
from billing.gateways.stripe.billing import invoice_and_parts, read_customer, read_subscription
from billing.gateways.stripe.checkouts import read_session, read_setup
from billing.gateways.stripe.disputes import read_dispute
from billing.gateways.stripe.fields import Json, Unreadable, needed_id, needed_moment, part, reference, text
from billing.gateways.stripe.methods import read_method
from billing.gateways.stripe.payments import charge_and_parts, intent_and_parts, read_invoice_payment, read_refund
from billing.gateways.stripe.payouts import read_payout
from billing.gateways.versions import Snapshot, snapshot


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every event says of itself."""

    event_id: str
    kind: str
    account: str
    api_version: str
    live: bool
    second: int
    object_id: str


def read_envelope(body: Json) -> Envelope:
    if body.get("object", "event") != "event":
        raise Unreadable("This is not an event.")
    live, kind = body.get("livemode"), text(body, "type", 100)
    if not isinstance(live, bool):
        raise Unreadable("livemode is missing.")
    if not kind:
        raise Unreadable("type is missing.")
    item = _object(body)
    return Envelope(
        event_id=needed_id(body),
        kind=kind,
        account=text(body, "account", 64),
        api_version=text(body, "api_version", 40),
        live=live,
        second=needed_moment(body, "created"),
        object_id=reference({"of": item}, "of") or reference(item, "charge"),
    )


def _object(body: Json) -> Json:
    item = part(body, "data").get("object")
    if not isinstance(item, Mapping):
        raise Unreadable("data.object is missing.")
    return item


def _one(read: Callable[[Json], Facts]) -> Callable[[Json, str], Iterator[Facts]]:
    return lambda item, kind: iter((read(item),))


def _parts(read: Callable[[Json], Iterator[Facts]]) -> Callable[[Json, str], Iterator[Facts]]:
    return lambda item, kind: read(item)


def _customer(item: Json, kind: str) -> Iterator[Facts]:
    yield read_customer(item, deleted=kind.endswith(".deleted"))


def _method(item: Json, kind: str) -> Iterator[Facts]:
    yield read_method(item, detached=kind.endswith((".deleted", ".detached")))


def _session(item: Json, kind: str) -> Iterator[Facts]:
    yield read_session(item, kind=kind)


READERS: Final[Mapping[str, Callable[[Json, str], Iterator[Facts]]]] = {
    "charge": _parts(charge_and_parts),
    "payment_intent": _parts(intent_and_parts),
    "refund": _one(read_refund),
    "invoice": _parts(invoice_and_parts),
    "invoice_payment": _one(read_invoice_payment),
    "subscription": _one(read_subscription),
    "customer": _customer,
    "payment_method": _method,
    "card": _method,
    "bank_account": _method,
    "source": _method,
    "dispute": _one(read_dispute),
    "payout": _one(read_payout),
    "checkout.session": _session,
    "setup_intent": _one(read_setup),
}
# The same objects also belong to others than our customers: a connected account's own bank account, say.
NOT_OURS: Final = ("account.", "issuing_", "treasury.")


def is_known(body: Json) -> bool:
    kind, item = text(body, "type", 100), _object(body)
    if kind.startswith(NOT_OURS) or kind == "invoice.upcoming":
        return False
    return text(item, "object") in READERS


def snapshots(body: Json) -> list[Snapshot]:
    """Every object the event tells of, the event's own first. Raises Unreadable."""
    kind, item, second = text(body, "type", 100), _object(body), needed_moment(body, "created")
    facts = list(READERS[text(item, "object")](item, kind))
    used_at = {each.method: each.created for each in facts if isinstance(each, ChargeFacts) and each.method}
    return [snapshot(each, second=_told_at(each, second, used_at)) for each in facts]


def _told_at(facts: Facts, second: int, used_at: Mapping[str, int]) -> int:
    """A charge repeats for ever how the card looked when it was used: that is as old as the charge."""
    if isinstance(facts, MethodFacts) and facts.second_hand:
        return used_at.get(facts.object_id, second)
    return second


def changed_contact(body: Json) -> bool:
    """Does the event say that a customer's address or phone became another one?"""
    before = part(part(body, "data"), "previous_attributes")
    changed = any(before.get(name) for name in ("email", "phone", "address"))
    return changed and text(body, "type", 100) == "customer.updated"
