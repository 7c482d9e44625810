"""The simulated provider's own page: a person picks what their bank would answer. No card number is asked for.

What happened is told by events, in the shapes and by the door of any provider's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final

from django.db import transaction

from billing.gateways.base import GatewayRefused, HostedPage, PageOrder
from billing.gateways.facts import CheckoutFacts
from billing.gateways.simulated.events import make_event
from billing.gateways.stripe.checkouts import OUR_BILL, OUR_CHECKOUT
from billing.models import SimulatedObject

SESSION: Final = "checkout.session"
ADDRESS: Final = "/dev/pay/"


class Outcome(StrEnum):
    APPROVED = "approved"
    NO_FUNDS = "insufficient_funds"
    EXPIRED = "expired_card"
    CONFIRM = "confirm"  # the bank asks its customer to confirm (3-D Secure)
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"


SAID: Final = {
    Outcome.NO_FUNDS: ("insufficient_funds", "51", "There is not enough money on the account."),
    Outcome.EXPIRED: ("expired_card", "54", "The card has expired."),
    Outcome.NOT_CONFIRMED: ("authentication_required", "", "You did not confirm it with your bank."),
}


@dataclass(frozen=True, slots=True)
class Session:
    """What the page shows."""

    status: str  # open, confirm, complete, expired
    title: str
    amount_minor: int
    currency: str
    back_to: str
    said: str  # why the last try failed

    @property
    def is_setup(self) -> bool:
        return not self.amount_minor


def open_session(order: PageOrder, *, at: datetime) -> HostedPage:
    session_id = "cs_sim_" + _digest(order.idempotency_key)
    body = {
        "id": session_id,
        "object": SESSION,
        "mode": "payment" if order.amount_minor else "setup",
        "status": "open",
        "customer": order.customer or None,
        "currency": order.currency.lower(),
        "amount": order.amount_minor,
        "title": order.title,
        "bill": order.bill,
        "back_to": order.back_to,
        "expires_at": order.expires_at,
        "said": "",
        "tries": 0,
        "created": int(at.timestamp()),
        "metadata": {OUR_CHECKOUT: order.reference},
    }
    SimulatedObject.objects.get_or_create(
        idempotency_key=order.idempotency_key,
        defaults={"kind": SESSION, "external_id": session_id, "body": body, "created_at": at},
    )
    return HostedPage(session_id, f"{ADDRESS}{session_id}/")


def close_session(session_id: str, *, at: datetime) -> None:
    with transaction.atomic():
        row = _locked(session_id)
        if row is None or row.body["status"] in {"complete", "expired"}:
            raise GatewayRefused("The payment page was used, or has run out.", code="session_closed")
        _end(row, "expired", at=at)


def session_of(session_id: str, *, at: datetime) -> Session | None:
    row = SimulatedObject.objects.filter(kind=SESSION, external_id=session_id).first()
    if row is None:
        return None
    body = row.body
    ran_out = body["status"] in {"open", "confirm"} and body["expires_at"] <= at.timestamp()
    status = "expired" if ran_out else body["status"]
    return Session(status, body["title"], body["amount"], body["currency"].upper(), body["back_to"], body["said"])


def facts_of_session(session_id: str, *, at: datetime) -> CheckoutFacts:
    session = session_of(session_id, at=at)
    if session is None:
        raise GatewayRefused("The payment provider does not know it.", code="resource_missing")
    status = "open" if session.status == "confirm" else session.status
    return CheckoutFacts(object_id=session_id, status=status)


def pick(session_id: str, outcome: Outcome, *, at: datetime) -> str:
    """What the bank answers. Safe to repeat: a session that is complete stays as it ended. Its status afterwards."""
    with transaction.atomic():
        row = _locked(session_id)
        if row is None or row.body["status"] not in {"open", "confirm"} or row.body["expires_at"] <= at.timestamp():
            return str(row.body["status"]) if row else "expired"
        if outcome is Outcome.CONFIRM:
            row.body |= {"status": "confirm", "said": ""}
        elif outcome in SAID:
            _decline(row, outcome, at=at)
        elif row.body["status"] == "confirm" and outcome is not Outcome.CONFIRMED:
            return "confirm"  # what waits for the bank is not approved by another tab
        else:
            _complete(row, at=at)
        row.save(update_fields=["body"])
        return str(row.body["status"])


def _locked(session_id: str) -> SimulatedObject | None:
    return SimulatedObject.objects.select_for_update().filter(kind=SESSION, external_id=session_id).first()


def _decline(row: SimulatedObject, outcome: Outcome, *, at: datetime) -> None:
    code, network_code, words = SAID[outcome]
    row.body["tries"] += 1
    row.body |= {"status": "open", "said": words}
    if row.body["mode"] == "payment":
        charge = {
            **_charge(row, at),
            "status": "failed",
            "paid": False,
            "captured": False,
            "failure_code": code,
            "outcome": {"reason": code, "network_decline_code": network_code or None},
        }
        error = {"last_payment_error": {"code": code}, "status": "requires_payment_method"}
        failed = {**_intent(row, at), **error, "latest_charge": charge}
        make_event("payment_intent.payment_failed", failed, at=at, attempt=row.body["tries"])


def _complete(row: SimulatedObject, *, at: datetime) -> None:
    row.body["tries"] += 1
    row.body["said"] = ""
    method = {**_method(row), "customer": row.body["customer"]}
    if row.body["mode"] == "payment":
        charge = {**_charge(row, at), "status": "succeeded", "paid": True, "captured": True}
        paid = {"status": "succeeded", "amount_received": row.body["amount"], "latest_charge": charge}
        make_event("payment_intent.succeeded", {**_intent(row, at), **paid}, at=at)
    else:
        make_event("payment_method.attached", method, at=at)
        setup = {
            "id": "seti_sim_" + _digest(row.external_id),
            "object": "setup_intent",
            "customer": row.body["customer"],
            "payment_method": method["id"],
            "status": "succeeded",
            "created": int(at.timestamp()),
            "metadata": row.body["metadata"],
        }
        make_event("setup_intent.succeeded", setup, at=at)
    _end(row, "complete", at=at)


def _end(row: SimulatedObject, status: str, *, at: datetime) -> None:
    row.body["status"] = status
    row.save(update_fields=["body"])
    told = {name: row.body[name] for name in ("id", "object", "mode", "status", "customer", "created", "metadata")}
    paid_with = {"payment_intent": _intent_id(row)} if row.body["mode"] == "payment" else {}
    kind = "completed" if status == "complete" else "expired"
    make_event(f"checkout.session.{kind}", {**told, **paid_with}, at=at)


def _intent(row: SimulatedObject, at: datetime) -> Mapping[str, Any]:
    return {
        "id": _intent_id(row),
        "object": "payment_intent",
        "amount": row.body["amount"],
        "amount_received": 0,
        "currency": row.body["currency"],
        "customer": row.body["customer"],
        "created": row.body["created"],
        "payment_method": _method(row)["id"],
        "metadata": {OUR_BILL: row.body["bill"], **row.body["metadata"]},
    }


def _charge(row: SimulatedObject, at: datetime) -> Mapping[str, Any]:
    method = _method(row)
    return {
        "id": f"ch_sim_{_digest(row.external_id)}{row.body['tries']}",
        "object": "charge",
        "amount": row.body["amount"],
        "amount_refunded": 0,
        "currency": row.body["currency"],
        "customer": row.body["customer"],
        "created": int(at.timestamp()),
        "payment_method": method["id"],
        "payment_method_details": {"type": "card", "card": method["card"]},
        "calculated_statement_descriptor": "REDRESS INSURANCE",
    }


def _method(row: SimulatedObject) -> dict[str, Any]:
    """A card that nobody typed: the provider made it up."""
    digest = _digest(row.external_id)
    card = {
        "brand": "visa",
        "last4": "0077",
        "exp_month": 11,
        "exp_year": 2030,
        "funding": "credit",
        "country": "US",
        "network": "visa",
        "fingerprint": f"sim{digest[:12]}",
    }
    return {"id": "pm_sim_" + digest, "object": "payment_method", "type": "card", "card": card}


def _intent_id(row: SimulatedObject) -> str:
    return "pi_sim_" + _digest(row.external_id)


def _digest(seed: str) -> str:
    return blake2b(seed.encode(), digest_size=10).hexdigest()
