"""Every deed on a ticket, said to each reader: staff with a fresh factor, staff without one, and the customer.

Stored are a verb and plain values; the words are here alone. ``locked`` is the redaction rule: what may be said while
payment data is behind the lock. No customer's sentence means the customer is not told of such a deed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from billing.money import Money
from billing.states import EventKind
from supportdesk.tickets.models import TimelineEvent
from supportdesk.tickets.states import Category, Channel, EscalationReason, Priority, TicketStatus, Verb

Say = Callable[[TimelineEvent], str]
DESK: Final = "Redress"


class Reader(Enum):
    AGENT_FRESH = "staff, payment data open"
    AGENT_LOCKED = "staff, payment data locked"
    CUSTOMER = "the customer"


class Locked(Enum):
    """The redaction rule of a verb."""

    SAME = "holds no payment data: said the same with and without the factor"
    HIDDEN = "quotes payment data: another sentence stands in until the factor is proved"


@dataclass(frozen=True, slots=True)
class Sentence:
    agent: Say
    rule: Locked
    locked: Say | None
    customer: Say | None
    # The message beside it says it already, so the agent's conversation leaves the line out.
    has_message: bool = False


def say(event: TimelineEvent, reader: Reader) -> str:
    """The line for this reader; empty where the reader is not told."""
    sentence = SENTENCES[Verb(event.verb)]
    if reader is Reader.CUSTOMER:
        return sentence.customer(event) if sentence.customer else ""
    if reader is Reader.AGENT_LOCKED and sentence.locked:
        return sentence.locked(event)
    return sentence.agent(event)


def _open(agent: Say, customer: Say | None = None, *, has_message: bool = False) -> Sentence:
    return Sentence(agent, Locked.SAME, None, customer, has_message)


def _money(agent: Say, locked: str, customer: Say | None = None) -> Sentence:
    return Sentence(agent, Locked.HIDDEN, lambda event: f"{locked} · opens with the payment data", customer)


def _who(event: TimelineEvent) -> str:
    return event.actor_name or DESK


def _first_name(name: str) -> str:
    return name.partition(" ")[0]


def _label(choices: type[Category | TicketStatus | EscalationReason], value: object) -> str:
    return str(choices(str(value)).label)


def _created_to_customer(event: TimelineEvent) -> str:
    return "We noticed it" if event.data.get("channel") == Channel.MONEY_EVENT else "You told us"


def _assigned(event: TimelineEvent) -> str:
    to = str(event.data.get("to_name", ""))
    return f"{to} took it" if to == event.actor_name else f"{_who(event)} gave it to {to}"


def _assigned_to_customer(event: TimelineEvent) -> str:
    return f"{_first_name(str(event.data.get('to_name', ''))) or 'Somebody'} looks at your question"


def _status(event: TimelineEvent) -> str:
    return f"{_who(event)}: {_label(TicketStatus, event.data['to']).lower()}"


def _status_to_customer(event: TimelineEvent) -> str:
    return "We wait for your answer" if event.data["to"] == TicketStatus.WAITING_CUSTOMER else ""


def _linked(event: TimelineEvent) -> str:
    kind = event.data["kind"]
    return (
        f"{event.actor_name} linked the {kind} it is about" if event.actor_name else f"Linked to the {kind} it is about"
    )


def _solved(event: TimelineEvent) -> str:
    return f"{event.actor_name} solved it" if event.actor_name else "The bill is paid: nothing is left to do"


def _reopened_to_customer(event: TimelineEvent) -> str:
    return "You said something is still wrong" if event.data.get("by_customer") else "We opened it again"


def _amount(event: TimelineEvent) -> str:
    """The amount, read from the refund or credit note itself; without its row in scope there is none."""
    record = event.refund or event.credit_note
    return f" of {Money(record.amount_minor, record.currency).format()}" if record is not None else ""


def _money_back(words: str) -> Say:
    """``{who}`` and ``{amount}`` are ours; nothing a person typed is ever a pattern."""
    return lambda event: words.format(who=_who(event), amount=_amount(event))


def _dispute(words: str) -> Say:
    return lambda event: words.format(reference=event.dispute.reference if event.dispute is not None else "")


def _words(text: str) -> Say:
    return lambda event: text


def _money_event(event: TimelineEvent) -> str:
    return _money_back(MONEY_EVENTS[EventKind(str(event.data["kind"]))][0])(event)


def _money_event_to_customer(event: TimelineEvent) -> str:
    return MONEY_EVENTS[EventKind(str(event.data["kind"]))][1]


def _diagnosed(event: TimelineEvent) -> str:
    """The headline is payment data and stands in the finding; the query that may read it puts it on the event."""
    headline = getattr(event, "headline", None)
    return f"Diagnosed: {headline}" if headline else "Diagnosed"


# For staff, for the customer (empty: not told). Deeds with a verb of their own are not in here.
MONEY_EVENTS: Final[Mapping[EventKind, tuple[str, str]]] = {
    EventKind.PAYMENT_FAILED: ("A payment failed", "A payment did not go through"),
    EventKind.PAYMENT_SUCCEEDED: ("A payment was taken", "Your payment went through"),
    EventKind.PAYMENT_AUTHORISED: ("A payment was authorised, not taken yet", ""),
    EventKind.PAYMENT_CANCELED: ("A payment was cancelled", "A payment was cancelled"),
    EventKind.PAYMENT_NEEDS_CUSTOMER: (
        "A payment waits for the customer's confirmation",
        "A payment waits for you to confirm it with your bank",
    ),
    EventKind.INVOICE_ISSUED: ("A bill was issued", "A new bill is ready"),
    EventKind.INVOICE_PAID: ("A bill was paid", "Your bill is paid"),
    EventKind.INVOICE_UNPAID: ("A bill stays unpaid", "A bill is still open"),
    EventKind.INVOICE_CHANGED: ("A bill changed", "A bill changed"),
    EventKind.AGREEMENT_CHANGED: ("The agreement changed", "Your agreement changed"),
    EventKind.METHOD_CHANGED: ("The payment method changed", "Your way to pay changed"),
    EventKind.REFUND_UNKNOWN: ("The provider has not said what became of a refund; it is being asked", ""),
    EventKind.MONEY_QUESTIONED: ("Finance asks what a payment was for", "We have a question about a payment"),
    EventKind.REFUND_WITHDRAWN: ("{who} withdrew the refund{amount} before anybody decided", ""),
    EventKind.REFUND_STOPPED: (
        "The refund{amount} was approved and not sent: the payment can no longer give it back",
        "Your refund is not sent yet; we look at it again",
    ),
    EventKind.CREDIT_WITHDRAWN: ("{who} withdrew the credit{amount} before anybody decided", ""),
    EventKind.EVENT_HELD: ("A provider's message is held for review", ""),
}

SENTENCES: Final[Mapping[Verb, Sentence]] = {
    Verb.CREATED: _open(_words("Opened"), _created_to_customer, has_message=True),
    Verb.CATEGORISED: _open(lambda e: f"{_who(e)} set the category: {_label(Category, e.data['to'])}"),
    Verb.PRIORITISED: _open(lambda e: f"{_who(e)} set the priority: {Priority(int(e.data['to'])).label}"),
    Verb.ASSIGNED: _open(_assigned, _assigned_to_customer),
    Verb.RELEASED: _open(lambda e: f"{_who(e)} gave it back to the queue"),
    Verb.MOVED: _open(lambda e: f"{_who(e)} moved it to {e.data['to_name']}"),
    Verb.CUSTOMER_WROTE: _open(_words("The customer wrote"), _words("You wrote to us"), has_message=True),
    Verb.REPLIED: _open(
        lambda e: f"{_who(e)} answered", lambda e: f"{_first_name(_who(e))} answered you", has_message=True
    ),
    Verb.NOTED: _open(lambda e: f"{_who(e)} wrote a note", has_message=True),
    Verb.STATUS_CHANGED: _open(_status, _status_to_customer),
    Verb.DIAGNOSED: _money(_diagnosed, "Diagnosed", _words("We looked at your payments")),
    Verb.MONEY_EVENT: _money(_money_event, "Something happened to the money", _money_event_to_customer),
    Verb.REFUND_REQUESTED: _money(
        _money_back("{who} asked for a refund{amount}"), "A refund", _words("We prepared your refund")
    ),
    Verb.REFUND_APPROVED: _money(
        _money_back("{who} approved the refund{amount}"), "A refund", _words("Your refund is approved")
    ),
    Verb.REFUND_REJECTED: _money(_money_back("{who} rejected the refund{amount}"), "A refund"),
    Verb.REFUND_SENT: _money(
        _money_back("The refund{amount} was sent to the bank"), "A refund", _words("We sent the money back")
    ),
    Verb.REFUND_SUCCEEDED: _money(
        _money_back("The bank took the refund{amount}"), "A refund", _words("The bank has your refund")
    ),
    Verb.REFUND_FAILED: _money(
        _money_back("The refund{amount} failed"), "A refund", _words("The refund came back; we look for another way")
    ),
    Verb.CREDIT_REQUESTED: _money(
        _money_back("{who} asked for a credit{amount}"), "A credit", _words("We prepared a correction of your bill")
    ),
    Verb.CREDIT_ISSUED: _money(
        _money_back("A credit{amount} was put on the bill"), "A credit", _words("We put a credit on your bill")
    ),
    Verb.CREDIT_REJECTED: _money(_money_back("{who} rejected the credit{amount}"), "A credit"),
    Verb.DISPUTE_OPENED: _money(
        _dispute("The bank opened dispute {reference}"), "A dispute", _words("Your bank asked us about a charge")
    ),
    Verb.DISPUTE_CHANGED: _money(_dispute("Dispute {reference} changed"), "A dispute"),
    Verb.DISPUTE_CLOSED: _money(
        _dispute("Dispute {reference} is closed"), "A dispute", _words("Your bank has decided about the charge")
    ),
    Verb.ESCALATED: _open(
        lambda e: f"{_who(e)} asked a supervisor: {_label(EscalationReason, e.data['reason']).lower()}",
        _words("We asked a senior colleague to look at it"),
    ),
    Verb.ESCALATION_SENT_BACK: _open(lambda e: f"{_who(e)} sent the escalation back"),
    Verb.ESCALATION_DECIDED: _open(lambda e: f"{_who(e)} decided the escalation"),
    Verb.ESCALATION_TAKEN_OVER: _open(
        lambda e: f"{_who(e)} took the ticket over", lambda e: f"{_first_name(_who(e))} took it over"
    ),
    Verb.SOLVED: _open(_solved, lambda e: "We think it is solved" if e.actor_name else "Nothing is left to do"),
    Verb.CONFIRMED_SOLVED: _open(_words("The customer says it is solved"), _words("You said it is solved")),
    Verb.REOPENED: _open(lambda e: f"{_who(e)} opened it again", _reopened_to_customer),
    Verb.CARD_NUMBER_REMOVED: _open(
        _words("A card number was removed before the message was stored"),
        _words("We removed a card number from what you wrote, to keep it safe"),
    ),
    Verb.LINKED: _open(_linked),
}
