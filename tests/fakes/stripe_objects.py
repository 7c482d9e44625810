"""A provider's objects and events, as small as they can be and still be themselves."""

from typing import Any

Json = dict[str, Any]
T0 = 1_790_000_000  # 21 September 2026


def charge(object_id: str = "ch_1", **changes: Any) -> Json:
    made: Json = {
        "id": object_id,
        "object": "charge",
        "amount": 10_000,
        "amount_captured": 10_000,
        "amount_refunded": 0,
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "currency": "usd",
        "created": T0,
        "customer": "cus_1",
        "payment_intent": None,
        "payment_method": "pm_1",
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": "visa",
                "last4": "4242",
                "exp_month": 3,
                "exp_year": 2030,
                "network": "visa",
                "fingerprint": "finger",
            },
        },
        "outcome": {"network_status": "approved_by_network", "reason": None},
    }
    return {**made, **changes}


def failed_charge(object_id: str = "ch_1", *, reason: str = "insufficient_funds", **changes: Any) -> Json:
    outcome = {"network_status": "declined_by_network", "reason": reason, "network_decline_code": "51"}
    said = {"status": "failed", "paid": False, "captured": False, "amount_captured": 0, "failure_code": "card_declined"}
    return charge(object_id, **said, outcome=outcome, **changes)


def intent(object_id: str = "pi_1", **changes: Any) -> Json:
    made: Json = {
        "id": object_id,
        "object": "payment_intent",
        "amount": 10_000,
        "amount_received": 0,
        "currency": "usd",
        "created": T0,
        "customer": "cus_1",
        "payment_method": "pm_1",
        "status": "requires_payment_method",
    }
    return {**made, **changes}


def refund(object_id: str = "re_1", **changes: Any) -> Json:
    made: Json = {
        "id": object_id,
        "object": "refund",
        "amount": 4_000,
        "currency": "usd",
        "charge": "ch_1",
        "payment_intent": None,
        "created": T0 + 100,
        "metadata": {},
        "reason": "requested_by_customer",
        "status": "pending",
    }
    return {**made, **changes}


def dispute(object_id: str = "dp_1", **changes: Any) -> Json:
    made: Json = {
        "id": object_id,
        "object": "dispute",
        "amount": 10_000,
        "currency": "usd",
        "charge": "ch_1",
        "payment_intent": None,
        "created": T0 + 200,
        "reason": "fraudulent",
        "status": "needs_response",
        "is_charge_refundable": False,
        "balance_transactions": [],
        "evidence_details": {"due_by": T0 + 900_000, "has_evidence": False, "past_due": False, "submission_count": 0},
    }
    return {**made, **changes}


def invoice(object_id: str = "in_1", **changes: Any) -> Json:
    line = {"id": "il_1", "amount": 10_000, "description": "Home policy, monthly", "type": "subscription"}
    made: Json = {
        "id": object_id,
        "object": "invoice",
        "amount_due": 10_000,
        "attempt_count": 0,
        "created": T0 - 50,
        "currency": "usd",
        "customer": "cus_1",
        "lines": {"object": "list", "data": [line], "has_more": False},
        "number": "A-0001",
        "status": "open",
        "status_transitions": {"finalized_at": T0 - 40, "paid_at": None},
        "total": 10_000,
    }
    return {**made, **changes}


def subscription(object_id: str = "sub_1", **changes: Any) -> Json:
    plan = {"id": "price_1", "currency": "usd", "unit_amount": 10_000, "recurring": {"interval": "month"}}
    made: Json = {
        "id": object_id,
        "object": "subscription",
        "created": T0 - 1000,
        "start_date": T0 - 1000,
        "current_period_start": T0 - 1000,
        "current_period_end": T0 + 2_500_000,
        "currency": "usd",
        "customer": "cus_1",
        "items": {"data": [{"id": "si_1", "price": plan, "quantity": 1}]},
        "status": "active",
    }
    return {**made, **changes}


def customer(object_id: str = "cus_1", **changes: Any) -> Json:
    return {"id": object_id, "object": "customer", "created": T0 - 2000, "name": "Lena Ortiz", **changes}


def event(kind: str, item: Json, second: int, **changes: Any) -> Json:
    """Its id follows from what it says, so that the same event is the same delivery."""
    made: Json = {
        "id": f"evt_{kind}_{item.get('id')}_{second}",
        "object": "event",
        "api_version": "2026-10-28",
        "created": second,
        "livemode": False,
        "type": kind,
        "data": {"object": item},
    }
    return {**made, **changes}
