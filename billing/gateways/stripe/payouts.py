"""Payouts: what the bank statement shows of many payments."""

from billing.gateways.facts.payouts import PAYOUT_STAGE, PayoutFacts
from billing.gateways.stripe.fields import Json, amount, choice, currency, needed_id, needed_moment, part, text


def read_payout(source: Json) -> PayoutFacts:
    return PayoutFacts(
        object_id=needed_id(source),
        status=choice(text(source, "status"), {stage: stage for stage in PAYOUT_STAGE}, "status"),
        amount_minor=amount(source, "amount"),
        currency=currency(source),
        created=needed_moment(source, "created"),
        arrives=needed_moment(source, "arrival_date"),
        descriptor=text(source, "statement_descriptor", 60),
        trace=text(part(source, "trace_id"), "value", 140),
    )
