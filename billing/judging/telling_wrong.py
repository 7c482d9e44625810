"""Bills that say another thing than they should, or than the last one did."""

from datetime import timedelta
from random import Random

from billing.judging.failing import _contract
from billing.judging.lives import _follow_total
from billing.judging.world import Agreement, Line, Promise, World


def bill_higher(world: World, random: Random) -> bool:
    """A rise, an added cover, a plan change in the middle of a month, a tax that is new, a promotion that ended."""
    agreement = _contract(world, random, card=True, age=random.randint(1, 24))
    before, last = world.bills_of(agreement)[-2:]
    more = max(1, agreement.amount // random.randint(4, 20))
    cause = random.choice(("rise", "rider", "proration", "tax", "promotion"))
    if cause == "rise":
        last.lines[0].amount += more
    elif cause == "promotion":
        for bill in world.bills_of(agreement)[:-1]:
            bill.lines.append(Line("discount", "Welcome", -more))
            _follow_total(world, bill)
    else:
        words = {"rider": "Glass cover", "proration": "Remaining time on the larger plan", "tax": "Insurance tax"}
        last.lines.append(Line(cause, words[cause], more, last.issued))
    _follow_total(world, last)
    world.label("bill_higher", last)
    return before.total < last.total


def bill_does_not_add_up(world: World, random: Random) -> bool:
    agreement = _contract(world, random, card=True, age=random.randint(1, 24))
    last = world.bills_of(agreement)[-1]
    last.wrong_by = random.choice((-1, 1)) * random.randint(1, max(1, agreement.amount // 3))
    _follow_total(world, last)
    world.label("bill_does_not_add_up", last)
    world.doors &= {"files"}
    return True


def promotion_missing(world: World, random: Random) -> bool:
    """Promised for a year; on the last bill it is forgotten."""
    agreement, off = _promised(world, random, "discount", "SPRING")
    last = world.bills_of(agreement)[-1]
    for bill in world.bills_of(agreement)[:-1]:
        bill.lines.append(Line("discount", "SPRING", -off))
        _follow_total(world, bill)
    world.label("promotion_missing", last)
    return True


def credit_missing(world: World, random: Random) -> bool:
    """Granted on the phone, and not on the next bill."""
    agreement, _ = _promised(world, random, "credit", "Goodwill credit")
    last = world.bills_of(agreement)[-1]
    world.promises[-1].starts = last.issued - timedelta(days=random.randint(1, 12))
    world.label("credit_missing", last)
    return True


def _promised(world: World, random: Random, kind: str, words: str) -> tuple[Agreement, int]:
    agreement = _contract(world, random, card=True, age=random.randint(1, 24))
    off = max(1, agreement.amount // random.randint(4, 12))
    first = world.bills_of(agreement)[0].issued
    ends = first + timedelta(days=400) if kind == "discount" else None
    world.promises.append(Promise(world.name("pr"), agreement, words, kind, off, first, ends))
    world.doors &= {"files"}
    return agreement, off
