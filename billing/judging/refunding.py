"""Refunds that are late, lost, waiting or refused, and payments that a bank contests."""

from datetime import datetime, timedelta
from random import Random

from billing.judging.calendars import before, moment_on, working_days_after
from billing.judging.lives import take
from billing.judging.taking import _paid_bill
from billing.judging.world import Asked, Dispute, Payment, Refund, World

BANK_SHOWS = 10  # business days in which a refund shows on a card, at the latest


def refund_on_its_way(world: World, random: Random) -> bool:
    """Sent days ago, said to be done or still pending; a bank needs five to ten business days."""
    asked = before(world.at, random, low=0.2, high=9)
    refund = _refund(world, random, asked, random.choice(("pending", "succeeded")))
    if refund.status == "succeeded":
        refund.settled = min(asked + timedelta(hours=random.randint(1, 60)), world.at)
    world.label("refund_on_its_way", refund)
    return True


def refund_late(world: World, random: Random) -> bool:
    """Pending beyond every bank's time."""
    world.label("refund_late", _refund(world, random, before(world.at, random, low=17, high=60), "pending"))
    return True


def refund_arrived(world: World, random: Random) -> bool:
    """Sent and not returned; by now it is with the customer."""
    asked = before(world.at, random, low=17, high=38)
    refund = _refund(world, random, asked, "succeeded")
    refund.settled = asked + timedelta(days=1)
    world.label("refund_arrived", refund)
    return True


def refund_failed(world: World, random: Random) -> bool:
    asked = before(world.at, random, low=2, high=50)
    refund = _refund(world, random, asked, "failed")
    refund.failed, refund.reason = min(asked + timedelta(hours=random.randint(1, 40)), world.at), _why(random)
    world.label("refund_failed", refund)
    return True


def refund_failed_after_success(world: World, random: Random) -> bool:
    """Succeeded, and the bank sent it back days later: the account is closed."""
    asked = before(world.at, random, low=8, high=50)
    refund = _refund(world, random, asked, "failed")
    refund.settled, refund.reason = asked + timedelta(hours=random.randint(1, 40)), _why(random)
    refund.failed = min(refund.settled + timedelta(days=random.randint(1, 5)), world.at)
    world.label("refund_failed_after_success", refund)
    return True


def refund_waiting(world: World, random: Random) -> bool:
    return _asked_at_the_desk(world, random, "refund_waiting", "waits", before(world.at, random, low=0.1, high=6))


def refund_rejected(world: World, random: Random) -> bool:
    return _asked_at_the_desk(world, random, "refund_rejected", "rejected", before(world.at, random, low=0.1, high=25))


def refund_unknown(world: World, random: Random) -> bool:
    """Sent, and the provider did not answer."""
    return _asked_at_the_desk(world, random, "refund_unknown", "unanswered", before(world.at, random, low=0.1, high=2))


def disputed(world: World, random: Random) -> bool:
    dispute = _dispute(world, random, before(world.at, random, low=1, high=6))
    dispute.due = world.at + timedelta(days=random.randint(1, 12))
    if random.random() < 0.3:
        dispute.steps.append(("under_review", dispute.opened + timedelta(hours=9)))
    world.label("disputed", dispute)
    return True


def disputed_and_refunded(world: World, random: Random) -> bool:
    """An agent had refunded a part; the customer went to the bank for all of it."""
    opened = before(world.at, random, low=1, high=6)
    dispute = _dispute(world, random, opened)
    payment = dispute.payment
    asked = opened - timedelta(hours=random.randint(3, 30))
    part = max(1, payment.captured // random.randint(2, 4))
    refund = Refund(world.name("re"), payment, part, asked, "succeeded", settled=asked + timedelta(hours=1))
    world.refunds.append(refund)
    dispute.due = world.at + timedelta(days=random.randint(1, 12))
    world.label("disputed_and_refunded", dispute)
    return True


def dispute_won(world: World, random: Random) -> bool:
    return _decided(world, random, "won")


def dispute_lost(world: World, random: Random) -> bool:
    return _decided(world, random, "lost")


def _decided(world: World, random: Random, word: str) -> bool:
    closed = before(world.at, random, low=1, high=28)
    dispute = _dispute(world, random, closed - timedelta(days=random.randint(20, 60)))
    dispute.steps += [("under_review", dispute.opened + timedelta(days=3)), (word, closed)]
    world.label(f"dispute_{word}", dispute)
    return True


def _dispute(world: World, random: Random, opened: datetime) -> Dispute:
    payment = _old_payment(world, random, opened - timedelta(days=random.randint(2, 40)))
    dispute = Dispute(world.name("dp"), payment, payment.amount, opened, [("needs_response", opened)])
    dispute.reason = random.choice(("fraudulent", "duplicate", "general", "product_not_received"))
    world.disputes.append(dispute)
    world.doors &= {"events"}
    return dispute


def _refund(world: World, random: Random, asked: datetime, status: str) -> Refund:
    payment = _old_payment(world, random, asked - timedelta(days=random.randint(1, 30)))
    amount = payment.captured if random.random() < 0.4 else max(1, payment.captured // random.randint(2, 5))
    refund = Refund(world.name("re"), payment, amount, asked, status)
    if random.random() < 0.5:
        refund.expected = working_days_after(asked.date(), BANK_SHOWS)
    world.refunds.append(refund)
    return refund


def _asked_at_the_desk(world: World, random: Random, code: str, end: str, at: datetime) -> bool:
    payment = _old_payment(world, random, at - timedelta(days=random.randint(1, 30)))
    asked = Asked(world.name("ask"), payment, max(1, payment.captured // 2), at, end)
    world.asked.append(asked)
    world.label(code, asked)
    return True


def _old_payment(world: World, random: Random, at: datetime) -> Payment:
    """A purchase in the shop: a bill and its payment on one day, long enough ago."""
    paid = _paid_bill(world, random)
    card = world.payments_for(paid)[-1].method
    return take(world, None, card, moment_on(at.date(), random), random, amount=random.randint(700, 40_000))


def _why(random: Random) -> str:
    return random.choice(("lost_or_stolen_card", "expired_or_canceled_card", "unknown"))
