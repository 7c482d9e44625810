"""Payouts: what the bank statement shows of many payments."""

from billing.gateways.facts.payouts import PAYOUT_STAGE, BalanceMoveFacts, PayoutFacts
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


def read_balance_move(source: Json, *, payout: str) -> BalanceMoveFacts:
    """As listed for that payout; the object itself does not name it."""
    return BalanceMoveFacts(
        object_id=needed_id(source),
        payout=payout,
        type=text(source, "type", 40),
        source=text(source, "source"),
        amount_minor=amount(source, "amount"),
        fee_minor=amount(source, "fee"),
        net_minor=amount(source, "net"),
        currency=currency(source),
    )
