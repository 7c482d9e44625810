"""Disputes. What counts is the object: events named ``funds_reinstated`` are also sent for disputes that stay lost."""

from typing import Final

from billing.gateways.facts import DisputeFacts
from billing.gateways.facts.ranks import DISPUTE_STAGE
from billing.gateways.stripe.fields import (
    Json,
    Unreadable,
    amount,
    choice,
    currency,
    flag,
    items,
    moment,
    needed_moment,
    part,
    reference,
    text,
)

STATUS: Final = {
    **{status: status for status in DISPUTE_STAGE},
    "charge_refunded": "warning_closed",  # until 2017: an inquiry that a refund settled
}


def read_dispute(source: Json) -> DisputeFacts:
    charge = reference(source, "charge")
    if not charge:
        raise Unreadable("charge is missing.")
    evidence = part(source, "evidence_details")
    moves = list(items(source, "balance_transactions"))
    return DisputeFacts(
        # Until 2013 a dispute had no id of its own: a charge had one dispute at most.
        object_id=text(source, "id") or f"dispute_of_{charge}",
        charge=charge,
        intent=reference(source, "payment_intent"),
        status=choice(text(source, "status"), STATUS, "status"),
        reason=text(source, "reason", 40),
        network_reason_code=_network_code(source),
        amount_minor=amount(source, "amount"),
        currency=currency(source),
        created=needed_moment(source, "created"),
        due=moment(evidence, "due_by") or moment(source, "evidence_due_by"),
        has_evidence=flag(evidence, "has_evidence") or isinstance(source.get("evidence"), str),
        past_due=flag(evidence, "past_due"),
        submission_count=amount(evidence, "submission_count"),
        charge_refundable=flag(source, "is_charge_refundable"),
        balance_minor=sum(amount(moved, "amount") for moved in moves),
        fee_minor=sum(amount(moved, "fee") for moved in moves),
        fee_currency=currency(moves[0]) if moves else "",
    )


def _network_code(source: Json) -> str:
    card = part(part(source, "payment_method_details"), "card")
    return text(source, "network_reason_code", 20) or text(card, "network_reason_code", 20)
