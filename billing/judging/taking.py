"""Money taken twice, too much, for the wrong bill, or for none."""

from datetime import datetime, timedelta
from random import Random

from billing.judging.calendars import before, moment_on
from billing.judging.failing import _contract, _last_unpaid, _method_of, _unpay
from billing.judging.lives import FOREIGN, add_bill, new_or_card, take, usual_lines
from billing.judging.world import Attempt, Bill, Payment, World


def charged_twice(world: World, random: Random) -> bool:
    """A request repeated after a timeout: seconds apart, hours apart, or a second run the next day."""
    bill = _paid_bill(world, random)
    first = world.payments_for(bill)[-1]
    later = first.at + random.choice((timedelta(seconds=41), timedelta(hours=random.randint(1, 20)), timedelta(days=2)))
    if later > world.at:
        return False
    second = take(world, bill, first.method, later, random, amount=first.amount)
    world.label("charged_twice", second)
    return True


def possible_duplicate(world: World, random: Random) -> bool:
    first, card = before(world.at, random, low=2, high=50), new_or_card(world, random)
    amount = random.randint(300, 9000)
    take(world, None, card, first, random, amount=amount)
    again = first + random.choice((timedelta(seconds=40), timedelta(minutes=7), timedelta(hours=random.randint(1, 22))))
    world.label("possible_duplicate", take(world, None, card, again, random, amount=amount))
    return True


def two_real_purchases(world: World, random: Random) -> bool:
    """Two contracts at the same price, billed on one day, to one card."""
    bill = _paid_bill(world, random)
    first = world.payments_for(bill)[-1]
    twin = _twin(world, bill)
    second = take(world, twin, first.method, first.at + timedelta(minutes=random.randint(1, 600)), random)
    if second.at > world.at:
        return False
    world.label("two_real_purchases", second)
    return True


def hold_falls_away(world: World, random: Random) -> bool:
    """The shop authorised, then took the money with another request: the first is a hold for some days."""
    bill = _paid_bill(world, random, age=random.randint(1, 5))
    taken = world.payments_for(bill)[-1]
    at = taken.at - timedelta(minutes=random.randint(1, 500))
    hold = Payment(world.name("pi"), random.choice((bill, None)), taken.method, taken.amount, at, status="authorised")
    hold.authorised_at, hold.hold_ends = at, at + timedelta(days=7)
    hold.attempts.append(Attempt(at, "succeeded", network=taken.method.brand))
    world.payments.append(hold)
    world.label("hold_falls_away", hold)
    return True


def overpaid(world: World, random: Random) -> bool:
    """The bill was corrected downwards after the payment, or the customer sent too much."""
    bill = _paid_bill(world, random)
    payment = world.payments_for(bill)[-1]
    extra = random.randint(1, max(1, bill.total // 3))
    payment.amount += extra
    payment.captured += extra
    world.label("overpaid", bill)
    return True


def part_paid(world: World, random: Random) -> bool:
    bill = _last_unpaid(world, random, card=True)
    part = max(1, bill.total * random.randint(20, 80) // 100)
    take(world, bill, _method_of(world, bill), _soon_after(world, bill, random), random, amount=part)
    world.label("part_paid", bill)
    return True


def paid_but_open(world: World, random: Random) -> bool:
    """The money came, and the bill was never closed."""
    bill = _paid_bill(world, random, age=random.randint(4, 24))
    bill.status, bill.paid_at = "open", None
    world.label("paid_but_open", bill)
    return True


def paid_void_bill(world: World, random: Random) -> bool:
    """Cancelled while the payment was under way. A new bill for the same days may have come instead."""
    bill = _paid_bill(world, random)
    bill.status, bill.paid_at = "void", None
    world.label("paid_void_bill", world.payments_for(bill)[-1])
    return True


def misapplied_payment(world: World, random: Random) -> bool:
    """The customer paid the new bill; the money was put on the old one, which was paid already."""
    bill = _last_unpaid(world, random, card=True, age=random.randint(3, 20))
    earlier = world.bills_of(bill.agreement)[-2]
    at = _soon_after(world, bill, random)
    payment = take(world, earlier, _method_of(world, bill), at, random, amount=bill.total)
    if random.random() < 0.5:
        payment.intended = bill
        world.doors &= {"files"}
    world.label("misapplied_payment", payment)
    return True


def unapplied_payment(world: World, random: Random) -> bool:
    """A transfer without a usable reference: the money is here, and on no bill."""
    bill = _last_unpaid(world, random, card=True, age=random.randint(3, 20))
    payment = take(world, None, _method_of(world, bill), _soon_after(world, bill, random), random, amount=bill.total)
    world.label("unapplied_payment", payment)
    return True


def wrong_currency(world: World, random: Random) -> bool:
    bill = _paid_bill(world, random)
    payment = world.payments_for(bill)[-1]
    payment.currency = FOREIGN
    world.label("wrong_currency", payment)
    world.doors &= {"files"}
    return True


def billed_twice(world: World, random: Random) -> bool:
    """A second bill for the same days; not paid, or paid as well."""
    bill = _paid_bill(world, random, age=random.randint(2, 20))
    again = add_bill(world, bill.agreement, bill.issued, usual_lines(bill.agreement, bill.issued))
    if random.random() < 0.5:
        take(world, again, _method_of(world, bill), world.payments_for(bill)[-1].at + timedelta(hours=1), random)
    world.label("billed_twice", again)
    return True


def billed_after_end(world: World, random: Random) -> bool:
    """Cancelled in time, and billed again all the same."""
    bill = _paid_bill(world, random)
    bill.agreement.status, bill.agreement.next_bill = "cancelled", None
    bill.agreement.ended = bill.issued - timedelta(days=random.randint(1, 5))
    if random.random() < 0.5:
        _unpay(world, bill)
    world.label("billed_after_end", bill)
    return True


def _paid_bill(world: World, random: Random, *, age: int | None = None) -> Bill:
    """The last bill of a contract of its own, paid by card."""
    agreement = _contract(world, random, card=True, age=age)
    bill = world.bills_of(agreement)[-1]
    if not world.payments_for(bill):
        take(world, bill, _method_of(world, bill), world.at - timedelta(hours=5), random)
    return bill


def _twin(world: World, bill: Bill) -> Bill:
    agreement = bill.agreement
    other = type(agreement)(
        id=world.name("sub"),
        policy=agreement.policy,
        title="Second line",
        amount=agreement.amount,
        months=agreement.months,
        autopay=True,
        method=agreement.method,
        started=bill.issued,
        next_bill=agreement.next_bill,
    )
    world.agreements.append(other)
    return add_bill(world, other, bill.issued, usual_lines(other, bill.issued))


def _soon_after(world: World, bill: Bill, random: Random) -> datetime:
    at = moment_on(bill.issued, random) + timedelta(hours=random.randint(1, 30))
    return min(at, world.at - timedelta(hours=2))
