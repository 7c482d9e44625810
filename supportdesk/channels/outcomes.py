"""What a question's page says first: what comes of it, and the next date. Pure; for the customer's eyes."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from billing.models import Refund
from billing.money import Money
from billing.states import RefundStatus
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import TicketStatus

Tone = Literal["good", "due", "loss"]


@dataclass(frozen=True, slots=True)
class Outcome:
    tone: Tone
    title: str
    text: str
    next_step: str = ""
    next_on: date | None = None


BEING_SENT = frozenset(
    {RefundStatus.APPROVED, RefundStatus.SENDING, RefundStatus.UNKNOWN, RefundStatus.PENDING, RefundStatus.SUCCEEDED}
)


def outcome_of(ticket: Ticket, refund: Refund | None) -> Outcome:
    """`refund` is the newest one of this question, or None; its payment and method are loaded."""
    if refund is not None and refund.status in BEING_SENT:
        return _money_back(refund)
    if refund is not None and refund.status == RefundStatus.FAILED:
        return Outcome(
            "loss",
            f"Your refund of {_amount(refund)} came back from the bank.",
            "The money is not lost. We look for another way and write to you.",
        )
    if refund is not None and refund.status == RefundStatus.REQUESTED:
        return Outcome("due", "We are preparing a refund for you.", "A second person checks it. You hear from us soon.")
    return _without_money(ticket)


def _money_back(refund: Refund) -> Outcome:
    when = f" by {day_in_words(refund.expected_on)}" if refund.expected_on else ""
    method = refund.payment.method
    where = (
        f"It goes to your {method.brand.title() or 'card'} ending {method.last4}. " if method and method.last4 else ""
    )
    reference = f" The bank's reference is {refund.bank_reference}." if refund.bank_reference else ""
    return Outcome(
        "good",
        f"You get {_amount(refund)} back{when}.",
        f"{where}You do not need to do anything.{reference}",
        next_step="Your bank shows it",
        next_on=refund.expected_on,
    )


def _without_money(ticket: Ticket) -> Outcome:
    match ticket.status:
        case TicketStatus.SOLVED if ticket.ended_by_itself:
            return Outcome("good", "It is paid.", "You do not need to do anything.")
        case TicketStatus.CLOSED:
            return Outcome("good", "This is solved.", "If something is still wrong, say so below.")
        case TicketStatus.SOLVED:
            return Outcome("good", "We think this is solved.", "Please tell us whether it is.")
        case TicketStatus.WAITING_CUSTOMER:
            return Outcome("due", "We wait for your answer.", "Read our last message below and write back.")
        case _:
            return Outcome("due", "We are looking into it.", "We write to you as soon as there is news.")


def day_in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _amount(refund: Refund) -> str:
    return Money(refund.amount_minor, refund.currency).format()
