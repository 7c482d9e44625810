"""Payouts as the provider knows them: what reconciliation expects on the bank instead of each of their payments."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from billing.access.scopes import seeing_as_system
from billing.actions.moments import moment_of
from billing.actions.objects import known_in, merge_snapshot
from billing.actions.statuses import set_status
from billing.gateways.base import Gateway, GatewayError
from billing.gateways.facts.payouts import BalanceMoveFacts, PayoutFacts
from billing.gateways.stripe.fields import Unreadable
from billing.gateways.stripe.payouts import read_balance_move
from billing.gateways.versions import snapshot
from billing.locks import lock_objects
from billing.models import Payout, PayoutStatus, ProviderObject

log = logging.getLogger("redress.inbox")

ASKED_ABOUT_FOR: Final = timedelta(days=30)
AT_ONCE: Final = 20
PAYOUT_ITSELF: Final = "payout"


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


def list_moves_of_payouts(*, gateway: Gateway, at: datetime) -> int:
    """Ask what the payouts of the last weeks consist of, each once; how many answers there were. Safe to repeat."""
    known = ProviderObject.objects.filter(
        provider=OuterRef("provider"), kind=BalanceMoveFacts.KIND, parent_id=OuterRef("external_id")
    )
    with seeing_as_system():
        untold = Payout.objects.filter(status=PayoutStatus.PAID, created_at__gt=at - ASKED_ABOUT_FOR)
        asked = list(
            untold.exclude(Exists(known)).order_by("created_at").values_list("provider", "external_id")[:AT_ONCE]
        )
    answered = 0
    for provider, payout in asked:
        try:
            moves = [read_balance_move(move, payout=payout) for move in gateway.list_payout(payout)]
        except (GatewayError, Unreadable) as error:
            log.warning("no answer about payout %s: %s", payout, error)
            continue
        _keep_moves([move for move in moves if move.type != PAYOUT_ITSELF], provider=provider, at=at)
        answered += bool(moves)
    return answered


def _keep_moves(moves: list[BalanceMoveFacts], *, provider: str, at: datetime) -> None:
    """All of a payout or none: what is there counts as told."""
    with transaction.atomic(), seeing_as_system():
        lock_objects(provider, [move.object_id for move in moves])
        for move in moves:
            merge_snapshot(snapshot(move, second=int(at.timestamp())), provider=provider)
