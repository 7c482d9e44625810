"""What must hold between the columns of one row, and what an empty one stands for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from billing.states import AgreementStatus, AttemptOutcome, MethodStatus, PaymentStatus, RefundReason

Values = dict[str, Any]
Parts = Sequence[Mapping[str, Any]] | None


def _customer(values: Values, parts: Parts) -> Values:
    return values | {"language": values["language"] or "en"}


def _method(values: Values, parts: Parts) -> Values:
    return values | {"status": values["status"] or MethodStatus.ACTIVE.value, "brand": values["brand"].lower()}


def _agreement(values: Values, parts: Parts) -> Values:
    if values["status"] == AgreementStatus.GRACE and values["grace_until"] is None:
        raise ValueError("status is grace, so grace_until is needed.")
    if (values["amount"] or 0) < 0:
        raise ValueError("amount is below zero.")
    return values | {
        "amount": values["amount"] or 0,
        "interval_months": values["interval_months"] or 1,
        "autopay": bool(values["autopay"]),
    }


def _invoice(values: Values, parts: Parts) -> Values:
    start, end = values["period_start"], values["period_end"]
    if start and end and end < start:
        raise ValueError("period_end is before period_start.")
    return values


def _payment(values: Values, parts: Parts) -> Values:
    amount, taken = values["amount"], values["status"] == PaymentStatus.SUCCEEDED
    captured = values["captured"] if values["captured"] is not None else amount if taken else 0
    if amount <= 0:
        raise ValueError("amount is not above zero.")
    if captured < 0 or (captured > 0) != taken:
        raise ValueError(f"captured and status {values['status']} do not fit: only what succeeded was taken.")
    moments = [part["at"] for part in parts or ()]
    if moments != sorted(moments):
        raise ValueError("attempts are not in the order in which they were made.")
    failed = values["failed_at"]
    if values["status"] == PaymentStatus.FAILED and failed is None:
        failed = moments[-1] if moments else values["created_at"]
    _refuse_contradicting(values["status"], parts)
    return values | {
        "captured": captured,
        "captured_at": (values["captured_at"] or values["created_at"]) if taken else values["captured_at"],
        "failed_at": failed,
    }


def _refuse_contradicting(status: str, parts: Parts) -> None:
    """A bank may return a debit it had approved; it cannot have refused the last time what succeeded."""
    if status == PaymentStatus.SUCCEEDED and parts and parts[-1]["outcome"] != AttemptOutcome.SUCCEEDED:
        raise ValueError("status is succeeded, and the last attempt is not.")


def _refund(values: Values, parts: Parts) -> Values:
    if values["amount"] <= 0:
        raise ValueError("amount is not above zero.")
    failed = values["status"] in {"failed", "canceled"}
    return values | {
        "reason": values["reason"] or RefundReason.GOODWILL.value,
        "sent_at": values["sent_at"] or values["requested_at"],
        "settled_at": values["settled_at"] or (values["requested_at"] if values["status"] == "succeeded" else None),
        "failed_at": (values["failed_at"] or values["requested_at"]) if failed else None,
    }


def _promise(values: Values, parts: Parts) -> Values:
    if values["amount"] <= 0:
        raise ValueError("amount is not above zero.")
    if values["ends_on"] and values["ends_on"] < values["starts_on"]:
        raise ValueError("ends_on is before starts_on.")
    return values


SENSE: Final[Mapping[str, Callable[[Values, Parts], Values]]] = {
    "customers": _customer,
    "methods": _method,
    "agreements": _agreement,
    "invoices": _invoice,
    "payments": _payment,
    "refunds": _refund,
    "promises": _promise,
}
