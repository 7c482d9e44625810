"""Contracts that lapse, bills nobody paid, and automatic payment that cannot work."""

from calendar import monthrange
from datetime import date, timedelta
from random import Random

from billing.judging.calendars import months_after
from billing.judging.failing import _contract, _last_unpaid, _unpay
from billing.judging.lives import live_with, new_method
from billing.judging.world import Agreement, World


def overdue(world: World, random: Random) -> bool:
    """Paid by hand, and this time nobody paid."""
    agreement = _by_hand(world, random, age=random.randint(16, 27))
    bill = _unpay(world, world.bills_of(agreement)[-1])
    world.label("overdue", bill)
    return True


def in_grace(world: World, random: Random) -> bool:
    agreement = _by_hand(world, random, age=random.randint(16, 27))
    bill = _unpay(world, world.bills_of(agreement)[-1])
    agreement.status, agreement.grace_until = "grace", bill.issued + timedelta(days=30)
    world.label("in_grace", agreement)
    return True


def lapsed(world: World, random: Random) -> bool:
    agreement = _by_hand(world, random, age=random.randint(31, 90), months=6)
    bill = _unpay(world, world.bills_of(agreement)[-1])
    agreement.status, agreement.next_bill = "lapsed", None
    agreement.ended = bill.issued + timedelta(days=30)
    world.label("lapsed", agreement)
    return True


def lapsed_though_paid(world: World, random: Random) -> bool:
    """The money came, and nobody told the contract."""
    agreement = _by_hand(world, random, age=random.randint(31, 90), months=6)
    bill = world.bills_of(agreement)[-1]
    if bill.status != "paid":
        return False
    if random.random() < 0.5:
        agreement.status, agreement.ended = "lapsed", world.at.date() - timedelta(days=random.randint(0, 20))
        agreement.next_bill = None
    else:
        agreement.status, agreement.grace_until = "grace", world.at.date() + timedelta(days=random.randint(1, 20))
    world.label("lapsed_though_paid", agreement)
    return True


def first_payment_missing(world: World, random: Random) -> bool:
    agreement = _by_hand(world, random, age=random.randint(16, 27))
    first = world.bills_of(agreement)[-1]
    earlier = {bill.id for bill in world.bills_of(agreement)[:-1]}
    gone = {payment.id for payment in world.payments if payment.bill and payment.bill.id in earlier}
    world.payments = [payment for payment in world.payments if payment.id not in gone]
    world.bills = [bill for bill in world.bills if bill.id not in earlier]
    _unpay(world, first)
    agreement.status, agreement.started = "pending", first.issued
    world.label("first_payment_missing", agreement)
    return True


def autopay_missed(world: World, random: Random) -> bool:
    """Automatic payment is on, the card is good, and the job that asks did not run."""
    bill = _last_unpaid(world, random, card=random.random() < 0.7, age=random.randint(3, 24))
    world.label("autopay_missed", bill)
    return True


def autopay_without_method(world: World, random: Random) -> bool:
    agreement = _contract(world, random, card=True, age=random.randint(9, 24))
    agreement.method = None
    world.label("autopay_without_method", agreement)
    # The customer's other ways to pay would be taken by default; here there is none.
    for other in [each for each in world.agreements if each is not agreement and each.autopay]:
        other.autopay = False
        for bill in world.bills_of(other):
            bill.due = bill.issued + timedelta(days=14)
    return True


def method_removed(world: World, random: Random) -> bool:
    """The customer took the card out of the wallet; the contract still points at it."""
    agreement = _contract(world, random, card=random.random() < 0.7, age=random.randint(9, 24))
    method = agreement.method or world.methods[-1]
    method.status = "detached"
    world.label("method_removed", agreement)
    return True


def card_expiring(world: World, random: Random) -> bool:
    """Good today, not on the day of the next bill."""
    today = world.at.date()
    months = 1 if today.day > 20 else random.choice((3, 6))
    agreement = _contract(world, random, card=True, age=random.randint(9, 20))
    agreement.months = months
    last = world.bills_of(agreement)[-1].issued
    agreement.next_bill = months_after(last, months, on=last.day)
    end_of_month = date(today.year, today.month, monthrange(today.year, today.month)[1])
    if agreement.next_bill <= end_of_month or agreement.method is None:
        return False
    agreement.method.exp = (today.year, today.month)
    world.label("card_expiring", agreement)
    return True


def bill_missing(world: World, random: Random) -> bool:
    agreement = _contract(world, random, card=True, age=random.randint(9, 24))
    late = random.randint(4, 25)
    was_due = world.at.date() - timedelta(days=late)
    move = (agreement.next_bill or was_due) - was_due
    if move < timedelta():
        return False
    for bill in world.bills_of(agreement):
        bill.issued, bill.due = bill.issued - move, bill.due - move
        bill.start, bill.end = bill.start - move, bill.end - move
        bill.paid_at = bill.paid_at - move if bill.paid_at else None
        for payment in world.payments_for(bill):
            payment.at -= move
            payment.captured_at = payment.captured_at - move if payment.captured_at else None
            for attempt in payment.attempts:
                attempt.at -= move
    agreement.started = agreement.started - move if agreement.started else None
    agreement.next_bill = was_due
    world.label("bill_missing", agreement)
    return True


def _by_hand(world: World, random: Random, *, age: int, months: int = 1) -> Agreement:
    method = new_method(world, random)
    world.methods.append(method)
    amount = random.randint(900, 30_000)
    return live_with(world, amount, random, autopay=False, method=method, last_age=age, months=months)
