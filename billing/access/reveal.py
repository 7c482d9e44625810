"""Masked values that open one at a time, each with a reason. Which fields of which records, is the table here."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model
from django.http import Http404, HttpRequest

from billing.access.cases import Case
from billing.access.factor import SLIDING
from billing.models import Payment, PaymentMethod, Refund, RevealReason

REMEMBERED: Final = "reveal_reasons"


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    value: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Revealable:
    model: type[Model]
    fields: Mapping[str, Field]
    owner: str = "customer_id"


@dataclass(frozen=True, slots=True)
class Revealed:
    label: str
    value: str


def _card(method: PaymentMethod) -> str:
    expires = f"expires {method.exp_month:02d}/{method.exp_year}" if method.exp_month and method.exp_year else ""
    parts = (f"•••• {method.last4}", expires, method.funding, method.bank_name, method.country)
    return " · ".join(part for part in parts if part)


_PROVIDER_REFERENCE = Field("provider's reference", lambda record: record.external_id)
_kinds: dict[str, Revealable] = {
    "payment_method": Revealable(
        PaymentMethod, {"details": Field("card details", _card), "provider_reference": _PROVIDER_REFERENCE}
    ),
    "payment": Revealable(Payment, {"provider_reference": _PROVIDER_REFERENCE}),
    "refund": Revealable(
        Refund,
        {
            "bank_reference": Field("bank reference", lambda refund: refund.bank_reference),
            "provider_reference": _PROVIDER_REFERENCE,
        },
    ),
}


def register(kind: str, revealable: Revealable) -> None:
    """For an app above billing, from its ``ready``: its own records with masked fields."""
    _kinds[kind] = revealable


def field_for(kind: str, field: str) -> Field:
    try:
        return _kinds[kind].fields[field]
    except KeyError:
        raise Http404("No such field.") from None


def reveal_field(case: Case, *, kind: str, object_id: int, field: str) -> Revealed:
    """The value, if the record is the case's customer's. The guard has recorded the look, with its reason."""
    found = field_for(kind, field)
    revealable = _kinds[kind]
    record = revealable.model._default_manager.filter(pk=object_id, **{revealable.owner: case.customer_id}).first()
    if record is None:
        raise Http404("No such record.")
    return Revealed(found.label, found.value(record) or "none")


def remember_reason(request: HttpRequest, case_ref: str, reason: RevealReason) -> None:
    """The reason is asked once for a case, while the work on it lasts; it is recorded with each value all the same."""
    request.session[REMEMBERED] = {case_ref: [reason.value, time.time()]}


def reason_given(request: HttpRequest, case_ref: str) -> RevealReason | None:
    """The reason in this request, or the one given for this case a short while ago."""
    given = request.POST.get("reason") if request.method == "POST" else None
    if given is None:
        given, moment = request.session.get(REMEMBERED, {}).get(case_ref, (None, 0))
        if time.time() - moment > SLIDING.total_seconds():
            return None
    return RevealReason(given) if given in RevealReason.values else None
