"""The demo's cases: one of each trouble, with the records that prove it and the question that was asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.actions.refunds import request_refund
from billing.credits.plans import Correct, Goodwill
from billing.models import Payment
from billing.states import InvoiceStatus, LineKind, RefundReason
from supportdesk.demo.records import Account
from supportdesk.people.models import User
from supportdesk.tickets.actions.links import link_record
from supportdesk.tickets.actions.opening import Writer, open_ticket
from supportdesk.tickets.actions.work import claim
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import Category, Channel
from supportdesk.tickets.troubles import Record

PREMIUM, RIDER, FEE, DISCOUNT = LineKind.PREMIUM, LineKind.RIDER, LineKind.FEE, LineKind.DISCOUNT


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wrote, and the record it is about."""

    account: Account
    subject: str
    text: str
    category: Category
    hours_ago: float
    about: Record | None
    # Asked for by the agent on the ticket, above what they may send alone: a second person has something to decide.
    to_give_back: tuple[Payment, int] | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """Who signs in with the demo's customer account, and who asks for refunds before the demo begins."""

    customer_user: User
    agent: User


def open_cases(*, now: datetime, cast: Cast) -> list[Ticket]:
    """Make every case; call it once, in the system scope."""
    tickets = []
    for number, make in enumerate(CASES, 1):
        asked = make(now, 10_000 + number, cast)
        ticket = _open(asked, now=now)
        if asked.to_give_back is not None:
            _ask_for_refund(ticket, *asked.to_give_back, by=cast.agent, at=now - timedelta(minutes=20))
        tickets.append(ticket)
    return tickets


def _open(asked: Asked, *, now: datetime) -> Ticket:
    customer = asked.account.customer
    at = now - timedelta(hours=asked.hours_ago)
    ticket = open_ticket(
        writer=Writer(name=customer.name, email=customer.email, requester=customer.user, customer=customer),
        subject=asked.subject,
        text=asked.text,
        channel=Channel.FORM,
        key=f"demo-{customer.reference}",
        at=at,
        category=asked.category,
        about=asked.account.agreement.title,
    )
    if asked.about is not None:
        link_record(ticket, asked.about, by=None, at=at)
    return ticket


def _ask_for_refund(ticket: Ticket, payment: Payment, amount_minor: int, *, by: User, at: datetime) -> None:
    claim(ticket, by=by, at=at)
    request_refund(
        payment.pk,
        amount_minor=amount_minor,
        reason=RefundReason.CANCELLED,
        by=by,
        case_ref=str(ticket.pk),
        idempotency_key=f"demo-refund-of-{ticket.pk}",
        at=at,
    )


def charged_twice(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Lena Ortiz",
        email="customer@redress.example",
        title="Motor policy",
        reference="44-1907",
        amount_minor=125_00,
        years=7,
    )
    account.customer.user = cast.customer_user
    account.customer.save(update_fields=["user"])
    first = ((PREMIUM, "Monthly premium", 100_00), (FEE, "Administrative fee", 15_00))
    lines = ((PREMIUM, "Monthly premium", 100_00), (RIDER, "Policy rider", 10_00), (FEE, "Administrative fee", 15_00))
    too_early = account.bill(days_ago=131, lines=lines)
    account.pay(too_early, days_ago=131)
    account.pay(account.bill(days_ago=101, lines=first), days_ago=101)
    account.pay(account.bill(days_ago=70, lines=lines, since={2: 101}), days_ago=70)
    late = account.bill(days_ago=40, lines=lines, since={2: 101})
    account.pay(late, days_ago=40)
    without_rider = Correct(((1, 100_00), (2, 0), (3, 15_00)))
    account.credit(too_early, without_rider, note="The rider began a month later.", by=cast.agent, days_ago=120)
    account.credit(late, Goodwill(5_00), note="She waited long for an answer.", by=cast.agent, days_ago=38)
    account.bill(days_ago=1, lines=lines, since={2: 101}, status=InvoiceStatus.OPEN, due_in=12)
    bill = account.bill(days_ago=9, lines=lines, since={2: 101})
    account.pay(bill, days_ago=9)
    second = account.pay(bill, days_ago=9, seconds=41)
    return Asked(
        account,
        "Charged twice for my premium",
        "Hello, my premium was taken two times on the same day. I only have one policy with you."
        " Please give one back, my rent is due on Friday.",
        Category.MISSING_OR_DUPLICATE,
        0.7,
        second,
    )


def refund_failed(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Sam Okafor",
        email="sam.okafor@example.com",
        title="Home policy",
        reference="45-2210",
        amount_minor=84_26,
    )
    lines = ((PREMIUM, "Monthly premium", 69_26), (FEE, "Administrative fee", 15_00))
    bill = account.bill(days_ago=52, lines=lines)
    payment = account.pay(bill, days_ago=52)
    # The last digits make the simulated provider take the refund and bring it back half a minute later.
    refund = request_refund(
        payment.pk,
        amount_minor=84_26,
        reason=RefundReason.CANCELLED,
        by=cast.agent,
        case_ref="",
        idempotency_key=f"demo-refund-{number}",
        at=now - timedelta(days=16),
    )
    return Asked(
        account,
        "Refund still not here",
        "You promised my money back two weeks ago and my bank shows nothing.",
        Category.REFUND_LATE,
        1.2,
        refund,
    )


def autopay_in_grace(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Mei Tanaka",
        email="mei.tanaka@example.com",
        title="Life policy",
        reference="46-0318",
        amount_minor=61_00,
        card=("mastercard", "5454", 4, 2),
    )
    lines = ((PREMIUM, "Monthly premium", 46_00), (FEE, "Administrative fee", 15_00))
    account.pay(account.bill(days_ago=48, lines=lines), days_ago=48)
    bill = account.bill(days_ago=18, lines=lines, status=InvoiceStatus.OPEN)
    payment = account.decline(bill, code="insufficient_funds", network_code="51", tries=(18, 13, 8), next_in=2)
    account.in_grace(days_left=12)
    return Asked(
        account,
        "Autopay declined, policy lapses",
        "I got a mail that my policy ends. I do not understand, you always take it from my card.",
        Category.AUTOPAY,
        0.3,
        payment,
    )


def bill_went_up(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Jon Weiss",
        email="jon.weiss@example.com",
        title="Motor policy",
        reference="44-2071",
        amount_minor=140_00,
    )
    before = (
        (PREMIUM, "Monthly premium", 115_00),
        (FEE, "Administrative fee", 15_00),
        (DISCOUNT, "Spring promotion", -5_00),
    )
    after = ((PREMIUM, "Monthly premium", 115_00), (RIDER, "Glass rider", 10_00), (FEE, "Administrative fee", 15_00))
    account.pay(account.bill(days_ago=38, lines=before), days_ago=38)
    bill = account.bill(days_ago=8, lines=after, since={2: 12})
    account.pay(bill, days_ago=8)
    return Asked(
        account,
        "My bill went up by $15",
        "Last month I paid less. What changed?",
        Category.WRONG_AMOUNT,
        0.4,
        bill,
    )


def unknown_charge(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Ida Novak",
        email="ida.novak@example.com",
        title="Home policy",
        reference="45-0990",
        amount_minor=136_67,
    )
    lines = ((PREMIUM, "Monthly premium", 395_00), (FEE, "Administrative fee", 15_00))
    bill = account.bill(days_ago=12, lines=lines)
    payment = account.pay(bill, days_ago=12)
    account.contest(payment, reason="fraudulent", days_ago=2, days_to_answer=9)
    return Asked(
        account,
        "Card used without permission",
        "There is a charge of 410 dollars from you that I did not make. I called my bank already.",
        Category.UNAUTHORISED,
        1.5,
        payment,
    )


def misapplied(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Rosa Lind",
        email="rosa.lind@example.com",
        title="Motor policy",
        reference="44-1001",
        amount_minor=98_00,
    )
    lines = ((PREMIUM, "Monthly premium", 83_00), (FEE, "Administrative fee", 15_00))
    wrong = account.bill(days_ago=36, lines=lines)
    meant = account.bill(days_ago=6, lines=lines, status=InvoiceStatus.OPEN)
    account.pay(wrong, days_ago=36)
    payment = account.pay(wrong, days_ago=4)
    Payment.objects.filter(pk=payment.pk).update(intended_invoice=meant)
    return Asked(
        account,
        "Payment shows on the wrong bill",
        "I paid the new bill but you say that it is open. The money is gone from my account.",
        Category.MISSING_OR_DUPLICATE,
        2.2,
        payment,
    )


def only_a_hold(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Theo Brandt",
        email="theo.brandt@example.com",
        title="Family plan",
        reference="61-3302",
        amount_minor=29_00,
    )
    bill = account.bill(days_ago=2, lines=((LineKind.PLAN, "Family plan", 29_00),))
    account.pay(bill, days_ago=2)
    hold = account.hold(bill, days_ago=2, seconds=-70)
    return Asked(
        account, "Two times 29 dollars", "My bank shows 29.00 twice!", Category.MISSING_OR_DUPLICATE, 0.9, hold
    )


def card_expired(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Vera Kovacs",
        email="vera.kovacs@example.com",
        title="Studio plan",
        reference="62-1177",
        amount_minor=49_00,
        card=("visa", "0341", max(now.month - 1, 1), -1),
    )
    bill = account.bill(days_ago=5, lines=((LineKind.PLAN, "Studio plan", 49_00),), status=InvoiceStatus.OPEN)
    payment = account.decline(bill, code="expired_card", network_code="54", tries=(5,))
    return Asked(
        account,
        "My payment did not go through",
        "It says declined. My card works in the shop.",
        Category.PAYMENT_FAILED,
        1.1,
        payment,
    )


def stolen_card(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Emil Dahl",
        email="emil.dahl@example.com",
        title="Motor policy",
        reference="44-3118",
        amount_minor=92_00,
    )
    lines = ((PREMIUM, "Monthly premium", 77_00), (FEE, "Administrative fee", 15_00))
    bill = account.bill(days_ago=3, lines=lines, status=InvoiceStatus.OPEN)
    payment = account.decline(bill, code="stolen_card", network_code="43", tries=(3,))
    return Asked(
        account,
        "Card refused again",
        "Why do you not take my card? There is money on it.",
        Category.PAYMENT_FAILED,
        3.1,
        payment,
    )


def nothing_wrong(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Nadia Haddad",
        email="nadia.haddad@example.com",
        title="Home policy",
        reference="45-7731",
        amount_minor=74_00,
    )
    lines = ((PREMIUM, "Monthly premium", 59_00), (FEE, "Administrative fee", 15_00))
    for days_ago in (95, 65, 35, 5):
        account.pay(account.bill(days_ago=days_ago, lines=lines), days_ago=days_ago)
    return Asked(
        account,
        "Did my payment arrive?",
        "I want to be sure that my last payment arrived.",
        Category.PROOF_NEEDED,
        5,
        None,
    )


def cancelled_midyear(now: datetime, number: int, cast: Cast) -> Asked:
    account = Account.make(
        now=now,
        number=number,
        name="Hanna Berg",
        email="hanna.berg@example.com",
        title="Home policy",
        reference="45-6042",
        amount_minor=540_00,
    )
    bill = account.bill(days_ago=92, lines=((PREMIUM, "Premium of the whole year", 540_00),))
    payment = account.pay(bill, days_ago=92)
    return Asked(
        account,
        "House sold, rest of the year back",
        "I paid a whole year in advance and sold the house after three months. You confirmed that the policy has"
        " ended. When do I get the other nine months back?",
        Category.POLICY_CHANGE,
        2.6,
        payment,
        to_give_back=(payment, 405_00),
    )


CASES: tuple[Callable[[datetime, int, Cast], Asked], ...] = (
    charged_twice,
    refund_failed,
    autopay_in_grace,
    bill_went_up,
    unknown_charge,
    misapplied,
    only_a_hold,
    card_expired,
    stolen_card,
    nothing_wrong,
    cancelled_midyear,
)
