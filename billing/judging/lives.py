"""An ordinary customer: bills that follow each other, payments that mostly work, and things that only look odd."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from billing.judging.calendars import before, moment_on, months_after, working_days_after
from billing.judging.world import Agreement, Attempt, Bill, Line, Method, Payment, Refund, World

# Ordinary currencies, with and without decimals, and how many minor units a cheap contract costs.
CURRENCIES: Final = (("USD", 900), ("USD", 4900), ("EUR", 1250), ("GBP", 1099), ("JPY", 1480), ("KWD", 4500))
FOREIGN: Final = "CHF"  # nobody's own: what a payment in a wrong currency is in
BRANDS: Final = ("visa", "mastercard", "amex", "discover")
PRODUCTS: Final = (
    ("Motor policy", True),
    ("Home policy", True),
    ("Streaming", False),
    ("Gym", False),
    ("Phone", False),
)
DEBIT_DAYS: Final = 4  # banking days in which a bank debit is good
NEWS: Final = timedelta(days=60)


def new_world(number: str, *, at: datetime, random: Random) -> World:
    currency, cheap = random.choice(CURRENCIES)
    world = World(number, at, currency)
    world.methods.append(new_method(world, random))
    for _ in range(1 if random.random() < 0.75 else 2):
        live_with(world, cheap * random.randint(1, 9) + random.randint(0, 99), random)
    return world


def new_method(world: World, random: Random, *, card: bool | None = None) -> Method:
    card = random.random() < 0.75 if card is None else card
    year = world.at.year + random.randint(2, 5)
    return Method(
        id=world.name("pm"),
        card=card,
        brand=random.choice(BRANDS) if card else "",
        last4=f"{random.randint(0, 9999):04}",
        fingerprint=f"fp{random.getrandbits(48):012x}",
        exp=(year, random.randint(1, 12)) if card else None,
    )


def live_with(
    world: World,
    amount: int,
    random: Random,
    *,
    autopay: bool | None = None,
    method: Method | None = None,
    months: int | None = None,
    last_age: int | None = None,
) -> Agreement:
    """A contract with its bills, each paid. ``last_age``: how many days ago the last bill was made."""
    title, policy = random.choice(PRODUCTS)
    months = months or random.choice((1, 1, 1, 1, 3, 6, 12))
    longest = 25 if months == 1 else 28 * months
    last = world.at.date() - timedelta(days=random.randint(9, longest) if last_age is None else last_age)
    on = 31 if (last + timedelta(days=1)).day == 1 else last.day
    count = random.randint(2, {1: 7, 3: 4, 6: 3, 12: 3}[months])
    issued = [months_after(last, -months * back, on=on) for back in reversed(range(count))]
    autopay = random.random() < 0.75 if autopay is None else autopay
    method = method or world.methods[0]
    agreement = Agreement(
        id=world.name("sub"),
        policy=policy,
        title=title,
        amount=amount,
        months=months,
        autopay=autopay,
        method=method if autopay or random.random() < 0.3 else None,
        started=issued[0],
        next_bill=months_after(last, months, on=on),
    )
    world.agreements.append(agreement)
    for day in issued:
        bill = add_bill(world, agreement, day, usual_lines(agreement, issued[0]))
        pay_ordinarily(world, bill, random)
    return agreement


def usual_lines(agreement: Agreement, since: date) -> list[Line]:
    return [Line("premium" if agreement.policy else "plan", agreement.title, agreement.amount, since)]


def add_bill(world: World, agreement: Agreement, issued: date, lines: list[Line]) -> Bill:
    number = world.name("N").replace("_", "-")
    end = months_after(issued, agreement.months, on=issued.day) - timedelta(days=1)
    due = issued if agreement.autopay else issued + timedelta(days=14)
    bill = Bill(world.name("in"), number, agreement, lines, issued, due, issued, end)
    world.bills.append(bill)
    return bill


def pay_ordinarily(world: World, bill: Bill, random: Random) -> Payment | None:
    """Automatically on the day it is due, by hand some days before; not yet, where that day is still to come."""
    method = bill.agreement.method or world.methods[0]
    day = bill.due if bill.agreement.autopay else bill.issued + timedelta(days=random.randint(0, 13))
    at = moment_on(day, random)
    if at + timedelta(hours=2) > world.at:
        return None
    return take(world, bill, method, at, random)


def take(
    world: World, bill: Bill | None, method: Method, at: datetime, random: Random, *, amount: int | None = None
) -> Payment:
    """Asked and given. A bank debit is good some days after it was asked for, and until then on its way."""
    asked = amount if amount is not None else bill.total if bill else 0
    payment = Payment(world.name("pi"), bill, method, asked, at, captured=asked, captured_at=at)
    payment.descriptor = "ACME* " + (bill.agreement.title.upper()[:14] if bill else "SHOP")
    payment.attempts.append(Attempt(at, "succeeded", network=method.brand))
    world.payments.append(payment)
    if not method.card:
        good = moment_on(working_days_after(at.date(), random.randint(2, DEBIT_DAYS)), random)
        payment.captured_at = good
        if good > world.at:
            payment.status, payment.captured, payment.captured_at = "processing", 0, None
            payment.attempts = []
            world.label("payment_on_its_way", payment)
            return payment
    if bill is not None and bill.status == "open" and sum(p.captured for p in world.payments_for(bill)) >= bill.total:
        bill.status, bill.paid_at, bill.next_retry = "paid", payment.captured_at, None
    return payment


# What looks odd and is right. Each leaves a history in which nobody has anything to do.


def retried_and_paid(world: World, random: Random) -> None:
    """The first try was refused for want of money, the next one went through."""
    for payment in random.sample(world.payments, min(2, len(world.payments))):
        if payment.bill and payment.method.card and payment.status == "succeeded" and len(payment.attempts) == 1:
            first = payment.at
            if _later(world, payment, timedelta(days=random.randint(1, 3), hours=random.randint(0, 9))):
                payment.at = first
                refused = Attempt(first, "declined", "insufficient_funds", "51", network=payment.method.brand)
                payment.attempts.insert(0, refused)


def failed_then_paid_by_hand(world: World, random: Random) -> None:
    """Declined; the customer then paid with another payment of their own, and the bill is settled."""
    paid = [payment for payment in world.payments if payment.bill and payment.status == "succeeded"]
    if paid:
        good = random.choice(paid)
        when = good.at
        if not _later(world, good, timedelta(hours=random.randint(3, 40))):
            return
        bad = Payment(world.name("pi"), good.bill, good.method, good.amount, when, status="failed", failed_at=when)
        bad.attempts.append(Attempt(when, "declined", "generic_decline", "05", network=good.method.brand))
        world.payments.append(bad)


def _later(world: World, payment: Payment, by: timedelta) -> bool:
    """All of it happened that much later, if there was time for it."""
    if payment.captured_at is None or payment.captured_at + by > world.at:
        return False
    payment.at, payment.captured_at = payment.at + by, payment.captured_at + by
    payment.authorised_at = payment.authorised_at + by if payment.authorised_at else None
    for attempt in payment.attempts:
        attempt.at += by
    if payment.bill is not None and payment.bill.status == "paid":
        payment.bill.paid_at = payment.captured_at
    return True


def held_then_captured(world: World, random: Random) -> None:
    """Authorised first, as shops do, and captured a day or more later: one payment."""
    for payment in world.payments[:3]:
        if payment.method.card and payment.status == "succeeded" and payment.captured_at == payment.at:
            payment.authorised_at = payment.at
            payment.captured_at = min(payment.at + timedelta(hours=random.randint(1, 90)), world.at)
            if payment.bill and payment.bill.status == "paid":
                payment.bill.paid_at = payment.captured_at


def old_price_rise(world: World, random: Random) -> None:
    """The yearly rise: the last two bills are after it, so it is no news any more."""
    for agreement in world.agreements:
        bills = world.bills_of(agreement)
        if len(bills) < 3:
            continue
        for bill in bills[:-2]:
            cheaper = bill.lines[0].amount * random.randint(90, 97) // 100
            _reprice(world, bill, cheaper)


def plan_change_long_ago(world: World, random: Random) -> None:
    for agreement in world.agreements:
        bills = world.bills_of(agreement)
        if len(bills) >= 4:
            bill, extra = bills[-3], max(1, agreement.amount // random.randint(3, 9))
            bill.lines.append(Line("proration", "Remaining time on the larger plan", extra, bill.issued))
            _follow_total(world, bill)


def tax_on_all(world: World, random: Random) -> None:
    """A tax that always was there."""
    rate = random.choice((7, 19, 20))
    for agreement in world.agreements:
        for bill in world.bills_of(agreement):
            bill.lines.append(Line("tax", f"Tax {rate}%", bill.lines[0].amount * rate // 100))
            _follow_total(world, bill)


def promotion_ended_long_ago(world: World, random: Random) -> None:
    for agreement in world.agreements:
        for bill in world.bills_of(agreement)[:-2]:
            bill.lines.append(Line("discount", "Welcome", -max(1, agreement.amount // random.randint(5, 12))))
            _follow_total(world, bill)


def cheaper_now(world: World, random: Random) -> None:
    """The last bill is lower than the one before: nobody calls about that."""
    bills = world.bills_of(world.agreements[0])
    bill = bills[-1]
    bill.lines.append(Line("credit", "Goodwill", -max(1, bill.total // random.randint(6, 12))))
    _follow_total(world, bill)


def same_amount_days_apart(world: World, random: Random) -> None:
    """A shop purchase now and another of the same amount days later: no bill, no fault."""
    amount, first = random.randint(300, 9000), before(world.at, random, low=6, high=55)
    second = first + timedelta(hours=random.randint(25, 120))
    for at in (first, second):
        if at < world.at:
            take(world, None, new_or_card(world, random), at, random, amount=amount)


def same_amount_other_card(world: World, random: Random) -> None:
    """Two people of one household, the same price, the same hour, two cards."""
    amount, first = random.randint(300, 9000), before(world.at, random, low=2, high=50)
    for at in (first, first + timedelta(minutes=random.randint(2, 300))):
        card = new_method(world, random, card=True)
        world.methods.append(card)
        take(world, None, card, at, random, amount=amount)


def refunded_in_part_long_ago(world: World, random: Random) -> None:
    paid = [each for each in world.payments if each.status == "succeeded" and world.at - each.at > timedelta(days=70)]
    if paid:
        payment = random.choice(paid)
        asked = payment.at + timedelta(days=random.randint(2, 5))
        part = max(1, payment.captured // random.randint(2, 9))
        world.refunds.append(
            Refund(world.name("re"), payment, part, asked, "succeeded", settled=asked + timedelta(days=2))
        )


def card_replaced(world: World, random: Random) -> None:
    """The old card has expired since and is gone from the wallet; autopay took the new one in time."""
    old = new_method(world, random, card=True)
    old.exp, old.status = (world.at.year - 1, random.randint(1, 12)), "detached"
    world.methods.append(old)
    for payment in world.payments[:2]:
        if payment.method.card and payment.status == "succeeded" and payment.at.year < world.at.year:
            payment.method = old


def paused_autopay(world: World, random: Random) -> None:
    """Autopay was switched off; the customer pays by hand, in time."""
    agreement = world.agreements[0]
    if agreement.autopay:
        agreement.autopay = False
        for bill in world.bills_of(agreement):
            bill.due = bill.issued + timedelta(days=14)


def declined_long_ago(world: World, random: Random) -> None:
    """A purchase that failed months ago and was never made."""
    at = before(world.at, random, low=45, high=300)
    failed = Payment(world.name("pi"), None, new_or_card(world, random), 2599, at, status="failed", failed_at=at)
    failed.attempts.append(Attempt(at, "declined", "do_not_honor", "05"))
    world.payments.append(failed)


def new_or_card(world: World, random: Random) -> Method:
    card = next((method for method in world.methods if method.card and method.status == "active"), None)
    if card is None:
        card = new_method(world, random, card=True)
        world.methods.append(card)
    return card


def _reprice(world: World, bill: Bill, amount: int) -> None:
    bill.lines[0].amount = amount
    _follow_total(world, bill)


def _follow_total(world: World, bill: Bill) -> None:
    """What was asked for and taken is what the bill says."""
    for payment in world.payments_for(bill):
        payment.amount = bill.total
        payment.captured = bill.total if payment.captured else 0


ODDITIES: Final = (
    retried_and_paid,
    failed_then_paid_by_hand,
    held_then_captured,
    old_price_rise,
    plan_change_long_ago,
    tax_on_all,
    promotion_ended_long_ago,
    cheaper_now,
    same_amount_days_apart,
    same_amount_other_card,
    refunded_in_part_long_ago,
    card_replaced,
    paused_autopay,
    declined_long_ago,
)
