"""Payments that fail: at the card network, at the bank, at our own door."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from billing.judging.calendars import moment_on, working_days_after
from billing.judging.lives import live_with, new_method
from billing.judging.world import Agreement, Attempt, Bill, Method, Payment, World


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the provider and the network say. The same thing has several codes."""

    decline: str
    number: str = ""
    advice: str = ""


_FUNDS: Final = (_Answer("insufficient_funds", "51"), _Answer("card_velocity_exceeded", "65"))
_SOFT: Final = (*_FUNDS, _Answer("generic_decline", "05"), _Answer("do_not_honor", "05"), _Answer("call_issuer"),
                _Answer("issuer_not_available", "91"), _Answer("processing_error", "96"))  # fmt: skip
_HARD: Final = (_Answer("stolen_card", "43"), _Answer("lost_card", "41"), _Answer("pickup_card", "04"),
                _Answer("fraudulent"), _Answer("generic_decline", "57"),
               _Answer("do_not_honor", "05", "do_not_try_again"),
                _Answer("incorrect_cvc", "82"), _Answer("invalid_account", "14"))  # fmt: skip
_EXPIRED: Final = (_Answer("expired_card", "54"), _Answer("expired_card"), _Answer("generic_decline", "54"))
_STOPPED: Final = (_Answer("stop_payment_order", "R0"), _Answer("stop_payment_order"))
_REVOKED: Final = (_Answer("revocation_of_authorization", "R1"), _Answer("revocation_of_all_authorizations", "R3"))
_CONFIRM: Final = (_Answer("authentication_required", "1A"), _Answer("authentication_required", "65"),
                   _Answer("authentication_required"))  # fmt: skip
_RETURNS: Final = ("R01", "R09", "R02", "R03", "R04", "R16", "R20")
_UNAUTHORISED: Final = ("R05", "R10", "R11", "R29")
_BANKS_OWN: Final = 0.6  # of what a bank says of its debits only the bank's file tells


def payment_declined(world: World, random: Random) -> bool:
    bill = _last_unpaid(world, random, card=True)
    world.label("payment_declined", _refuse(world, bill, random.choice((*_SOFT, *_HARD)), random))
    _maybe_in_grace(world, bill, random)
    return True


def retry_pending(world: World, random: Random) -> bool:
    bill = _last_unpaid(world, random, card=True, age=random.randint(1, 6))
    payment = _refuse(world, bill, random.choice(_SOFT), random, more=random.randint(0, 2))
    bill.next_retry = world.at + timedelta(hours=random.randint(2, 150))
    world.label("retry_pending", payment)
    _maybe_in_grace(world, bill, random)
    return True


def retry_forbidden(world: World, random: Random) -> bool:
    bill = _last_unpaid(world, random, card=True, age=random.randint(1, 6))
    payment = _refuse(world, bill, random.choice(_HARD), random)
    bill.next_retry = world.at + timedelta(hours=random.randint(2, 150))
    world.label("retry_forbidden", payment)
    return True


def retry_overdue(world: World, random: Random) -> bool:
    bill = _last_unpaid(world, random, card=True, age=random.randint(9, 20))
    payment = _refuse(world, bill, random.choice(_SOFT), random)
    bill.next_retry = payment.attempts[-1].at + timedelta(hours=random.randint(30, 100))
    world.label("retry_overdue", payment)
    return True


def customer_step_needed(world: World, random: Random) -> bool:
    """3-D Secure: the bank wants to see the customer, at once or when it was asked without them."""
    bill = _last_unpaid(world, random, card=True)
    if random.random() < 0.5:
        payment = _refuse(world, bill, random.choice(_CONFIRM), random)
    else:
        at = moment_on(bill.issued, random)
        payment = Payment(world.name("pi"), bill, _method_of(world, bill), bill.total, at, status="requires_action")
        world.payments.append(payment)
    world.label("customer_step_needed", payment)
    return True


def card_expired(world: World, random: Random) -> bool:
    """The bank says so, or it says nothing of use and the card in our records is over."""
    bill = _last_unpaid(world, random, card=True)
    method = _method_of(world, bill)
    said = random.choice(_EXPIRED)
    if random.random() < 0.4:
        month = bill.issued.replace(day=1) - timedelta(days=random.randint(1, 50))
        method.exp, said = (month.year, month.month), _Answer("generic_decline", "05")
    world.label("card_expired", _refuse(world, bill, said, random))
    return True


def payment_stopped(world: World, random: Random) -> bool:
    card = random.random() < 0.5
    bill = _last_unpaid(world, random, card=card)
    said = random.choice(_STOPPED) if card else _Answer("payment_stopped", "R08")
    world.label("payment_stopped", _refuse(world, bill, said, random))
    return True


def mandate_revoked(world: World, random: Random) -> bool:
    card = random.random() < 0.5
    bill = _last_unpaid(world, random, card=card)
    said = random.choice(_REVOKED) if card else _Answer("debit_not_authorized", "R07")
    world.label("mandate_revoked", _refuse(world, bill, said, random))
    return True


def debit_returned(world: World, random: Random) -> bool:
    bill = _last_unpaid(world, random, card=False, age=random.randint(9, 24))
    world.label("debit_returned", _return(world, bill, random.choice(_RETURNS), random))
    return True


def debit_unauthorised(world: World, random: Random) -> bool:
    bill = _last_unpaid(world, random, card=False, age=random.randint(9, 24))
    world.label("debit_unauthorised", _return(world, bill, random.choice(_UNAUTHORISED), random))
    return True


def payment_stuck(world: World, random: Random) -> bool:
    bill = _last_unpaid(world, random, card=False, age=random.randint(11, 30))
    payment = Payment(world.name("pi"), bill, _method_of(world, bill), bill.total, moment_on(bill.issued, random))
    payment.status = "processing"
    world.payments.append(payment)
    world.label("payment_stuck", payment)
    return True


def payment_on_its_way(world: World, random: Random) -> bool:
    """Asked for today or yesterday: a bank needs days."""
    bill = _last_unpaid(world, random, card=False, age=random.randint(1, 4))
    payment = Payment(world.name("pi"), bill, _method_of(world, bill), bill.total, moment_on(bill.issued, random))
    payment.status = "processing"
    world.payments.append(payment)
    world.label("payment_on_its_way", payment)
    return True


def details_changed(world: World, random: Random) -> bool:
    """The debit went through, and the bank asks to correct a number before the next one."""
    agreement = _contract(world, random, card=False, age=random.randint(9, 25))
    paid = [each for bill in world.bills_of(agreement) for each in world.payments_for(bill) if each.captured]
    newest = max(paid, key=lambda payment: payment.at)
    newest.attempts[-1].number = random.choice(("C01", "C02", "C03", "C05"))
    _leave_to_the_bank(world, newest, random)
    world.label("details_changed", newest)
    world.doors &= {"files"}
    return True


def hold_ending(world: World, random: Random) -> bool:
    payment = _hold(world, random, ends=world.at + timedelta(hours=random.randint(2, 46)))
    world.label("hold_ending", payment)
    return True


def hold_expired(world: World, random: Random) -> bool:
    payment = _hold(world, random, ends=world.at - timedelta(hours=random.randint(2, 24 * 12)))
    if random.random() < 0.4:
        payment.status = "canceled"  # the provider lets go of it by itself
    world.label("hold_expired", payment)
    return True


def _hold(world: World, random: Random, *, ends: datetime) -> Payment:
    at = ends - timedelta(days=7)
    bill = _last_unpaid(world, random, card=True, age=max(1, (world.at.date() - at.date()).days))
    payment = Payment(world.name("pi"), bill, _method_of(world, bill), bill.total, at, status="authorised")
    payment.authorised_at, payment.hold_ends = at, ends
    payment.attempts.append(Attempt(at, "succeeded", network=payment.method.brand))
    world.payments.append(payment)
    return payment


def _contract(world: World, random: Random, *, card: bool, age: int | None = None) -> Agreement:
    """A contract of its own for what goes wrong, beside those where all is well."""
    method = new_method(world, random, card=card)
    world.methods.append(method)
    age = random.randint(1, 24) if age is None else age
    amount = random.randint(900, 30_000)
    return live_with(world, amount, random, autopay=True, method=method, last_age=age, months=1 if age < 26 else 3)


def _last_unpaid(world: World, random: Random, *, card: bool, age: int | None = None) -> Bill:
    agreement = _contract(world, random, card=card, age=age)
    return _unpay(world, world.bills_of(agreement)[-1])


def _unpay(world: World, bill: Bill) -> Bill:
    gone = {payment.id for payment in world.payments_for(bill)}
    world.payments = [payment for payment in world.payments if payment.bill is not bill]
    world.labels = [label for label in world.labels if label.record not in gone]
    bill.status, bill.paid_at = "open", None
    return bill


def _refuse(world: World, bill: Bill, said: _Answer, random: Random, *, more: int = 0) -> Payment:
    """Asked on its day and refused, and perhaps again on the days after."""
    method = _method_of(world, bill)
    first = min(moment_on(bill.issued, random), world.at - timedelta(hours=3))
    payment = Payment(world.name("pi"), bill, method, bill.total, first, status="failed")
    tries = [first + timedelta(hours=20 * number) for number in range(1 + more)]
    for at in [each for each in tries if each < world.at] or [first]:
        payment.attempts.append(Attempt(at, "declined", said.decline, said.number, said.advice, method.brand))
    payment.failed_at = payment.attempts[-1].at
    world.payments.append(payment)
    _leave_to_the_bank(world, payment, random)
    return payment


def _return(world: World, bill: Bill, code: str, random: Random) -> Payment:
    """A debit that the bank sends back some working days later."""
    method = _method_of(world, bill)
    at = moment_on(bill.issued, random)
    back = moment_on(working_days_after(at.date(), random.randint(1, 3)), random)
    payment = Payment(world.name("pi"), bill, method, bill.total, at, status="failed", failed_at=back)
    payment.attempts.append(Attempt(at, "declined", _RETURN_WORDS.get(code, code), code, network="ach"))
    world.payments.append(payment)
    _leave_to_the_bank(world, payment, random)
    return payment


def _leave_to_the_bank(world: World, payment: Payment, random: Random) -> None:
    """Dollars go by ACH. The company's own file then says what it knew on the day it sent the debit."""
    if not payment.method.card and world.currency == "USD" and random.random() < _BANKS_OWN:
        taken = payment.status == "succeeded"
        payment.told_as = "succeeded" if taken else random.choice(("processing", "succeeded"))


_RETURN_WORDS: Final = {
    "R01": "insufficient_funds",
    "R02": "account_closed",
    "R03": "no_account",
    "R10": "debit_not_authorized",
}


def _method_of(world: World, bill: Bill) -> Method:
    return bill.agreement.method or world.methods[-1]


def _maybe_in_grace(world: World, bill: Bill, random: Random) -> None:
    """A contract whose bill is not paid is in grace at once, or not, as its terms say."""
    agreement = bill.agreement
    if random.random() < 0.4:
        agreement.status = "grace"
        agreement.grace_until = bill.issued + timedelta(days=30)
        world.label("in_grace", agreement)
