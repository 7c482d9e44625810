"""What a payout consists of, and whether each of it is in our books. Read in a staff scope, in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.models import Payment, Payout, Posting, ProviderObject, Refund

SHOWN = 200
# Movements of these have a row of ours behind them; fees and transfers of the provider have none.
OURS = {"charge": "payment", "payment": "payment", "refund": "refund", "payment_refund": "refund"}


@dataclass(frozen=True, slots=True)
class Move:
    type: str
    source: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    reference: str  # of our payment or refund; empty where we know none
    state: str  # "booked", "unbooked", "unknown"; empty where no record of ours is behind it

    @property
    def words(self) -> str:
        return self.type.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Composition:
    moves: Sequence[Move]
    more: int  # beyond those that are shown
    net_minor: int
    unexplained_minor: int  # of the payout; zero where its movements add up to it
    missing: int  # charges and refunds that are not in our books


def composition_of(payout: Payout) -> Composition | None:
    """None: the provider has not said yet."""
    told = ProviderObject.objects.filter(
        provider=payout.provider, kind="balance_move", parent_id=payout.external_id
    ).order_by("external_id")
    facts = list(told.values_list("facts", flat=True))
    if not facts:
        return None
    rows = _records(payout.provider, [str(each["source"]) for each in facts])
    booked = set(Posting.objects.filter(key__in=[key for key, _ in rows.values()]).values_list("key", flat=True))
    moves = [_move(each, rows.get(str(each["source"])), booked) for each in facts]
    net = sum(move.net_minor for move in moves)
    missing = sum(move.state in {"unknown", "unbooked"} for move in moves)
    moves.sort(key=lambda move: (move.state == "booked", move.type, move.source))
    return Composition(moves[:SHOWN], max(0, len(moves) - SHOWN), net, payout.amount_minor - net, missing)


def _records(provider: str, sources: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By the provider's id: the key of its posting and our reference. A charge is known here by its intent."""
    charges = ProviderObject.objects.filter(provider=provider, kind="charge", external_id__in=sources)
    names = {charge: intent or charge for charge, intent in charges.values_list("external_id", "parent_id")}
    names |= {source: source for source in sources if source and source not in names}
    payments = Payment.objects.filter(provider=provider, external_id__in=set(names.values()))
    by_name = {
        name: (f"payment:{pk}", said) for name, pk, said in payments.values_list("external_id", "pk", "reference")
    }
    refunds = Refund.objects.filter(provider=provider, external_id__in=sources)
    found = {source: by_name[name] for source, name in names.items() if name in by_name}
    for source, pk, said in refunds.values_list("external_id", "pk", "reference"):
        found[source] = (f"refund:{pk}", said)
    return found


def _move(facts: dict[str, object], row: tuple[str, str] | None, booked: set[str]) -> Move:
    state = ""
    if row is not None:
        state = "booked" if row[0] in booked else "unbooked"
    elif facts["type"] in OURS:
        state = "unknown"
    return Move(
        type=str(facts["type"]),
        source=str(facts["source"]),
        amount_minor=_minor(facts["amount_minor"]),
        fee_minor=_minor(facts["fee_minor"]),
        net_minor=_minor(facts["net_minor"]),
        reference=row[1] if row else "",
        state=state,
    )


def _minor(value: object) -> int:
    return value if isinstance(value, int) else 0
