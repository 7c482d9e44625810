"""Payouts as the provider knows them: what reconciliation expects on the bank instead of each of their payments."""

from datetime import UTC, datetime

from billing.actions.moments import moment_of
from billing.actions.objects import known_in
from billing.actions.statuses import set_status
from billing.gateways.facts.payouts import PayoutFacts
from billing.models import Payout, ProviderObject


def settle_payout(row: ProviderObject, *, at: datetime) -> Payout | None:
    """Bring our payout to the newest that was told of it. None: it moves nothing. The row's object is locked."""
    facts = known_in(PayoutFacts, row).facts
    if not facts.amount_minor:
        return None
    known = Payout.objects.select_for_update().filter(provider=row.provider, external_id=row.external_id).first()
    payout = known or Payout(provider=row.provider, external_id=row.external_id, status="")
    set_status(payout, facts.status)
    payout.amount_minor, payout.currency = facts.amount_minor, facts.currency
    payout.created_at = moment_of(facts.created) or at
    payout.arrives_on = datetime.fromtimestamp(facts.arrives, UTC).date()
    payout.descriptor, payout.bank_reference = facts.descriptor, facts.trace
    payout.save()
    return payout
