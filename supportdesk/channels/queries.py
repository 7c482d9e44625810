"""What a customer reads about a question: the outcome first, then the timeline, then the conversation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from billing.access.own import own_customer
from billing.access.scopes import seeing_as_customer
from billing.models import Refund
from billing.states import REFUND_ENDED, EventKind
from supportdesk.channels.outcomes import Outcome, outcome_of
from supportdesk.people.models import User
from supportdesk.tickets.access import messages_visible_to, tickets_visible_to
from supportdesk.tickets.models import Message, Ticket, TimelineEvent
from supportdesk.tickets.states import UNSOLVED, Channel, MessageKind, TicketStatus, Verb
from supportdesk.tickets.timeline import Reader, say

PAGE_SIZE = 20
REFUND_STEPS = (
    Verb.REFUND_REQUESTED,
    Verb.REFUND_APPROVED,
    Verb.REFUND_REJECTED,
    Verb.REFUND_SENT,
    Verb.REFUND_SUCCEEDED,
    Verb.REFUND_FAILED,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the customer's timeline."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message as its reader may see it."""

    at: datetime
    who: str
    mine: bool
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    ticket: Ticket
    steps: list[Step]
    messages: list[Said]
    outcome: Outcome
    asks_if_solved: bool
    closed: bool


def questions_of(user: User, *, before: tuple[datetime, int] | None = None) -> list[Ticket]:
    """A page of the user's questions, newest change first, and one more to tell whether there are older ones."""
    questions: QuerySet[Ticket] = tickets_visible_to(user).order_by("-updated_at", "-pk")
    if before is not None:
        at, number = before
        questions = questions.filter(updated_at__lte=at).exclude(updated_at=at, pk__gte=number)
    shown = questions.only("subject", "status", "channel", "assignee_id", "updated_at", "created_at", "requester_id")
    return list(shown.annotate(money_back=_newest_step_of_a_refund())[: PAGE_SIZE + 1])


def _newest_step_of_a_refund() -> Subquery:
    """The verb alone, which holds no payment data: a list needs no scope for it."""
    steps = Q(verb__in=REFUND_STEPS) | Q(verb=Verb.MONEY_EVENT, data__kind=EventKind.REFUND_STOPPED)
    newest = TimelineEvent.objects.filter(steps, ticket=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(newest.values("verb")[:1])


def asked_about(user: User, reference: str) -> Ticket | None:
    """The user's newest question, not solved yet, about the payment or bill of this number."""
    customer = own_customer(user)
    if customer is None or not reference:
        return None
    about = (
        Q(links__payment__reference=reference)
        | Q(links__invoice__number=reference)
        | Q(links__payment__invoice__number=reference)
    )
    with seeing_as_customer(customer.pk):
        asked = tickets_visible_to(user).filter(about, customer=customer, status__in=sorted(UNSOLVED))
        return asked.exclude(channel=Channel.MONEY_EVENT).order_by("-created_at", "-pk").first()


def question_for(user: User, ticket: Ticket) -> Question:
    """Called in the customer's own scope: the refunds and sealed answers it may show are the customer's."""
    events = TimelineEvent.objects.filter(ticket=ticket).order_by("at", "pk")
    events = events.select_related("refund", "credit_note", "dispute")
    refund = (
        Refund.objects.filter(case_ref=str(ticket.pk))
        .exclude(status__in=REFUND_ENDED)
        .select_related("payment__method")
        .order_by("-requested_at", "-pk")
        .first()
    )
    messages = messages_visible_to(user, ticket).select_related("money_body").order_by("created_at", "pk")
    return Question(
        ticket=ticket,
        steps=_steps(events),
        messages=[_said(message, user) for message in messages],
        outcome=outcome_of(ticket, refund),
        asks_if_solved=ticket.status == TicketStatus.SOLVED and not ticket.ended_by_itself,
        closed=ticket.status == TicketStatus.CLOSED or ticket.ended_by_itself,
    )


def _steps(events: Iterable[TimelineEvent]) -> list[Step]:
    """What the customer is told. The same sentence twice in a row is one step, the later one; that we looked at the
    payments, which is found anew with every event, stands once.
    """
    steps: list[Step] = []
    looked = False
    for event in events:
        words = say(event, Reader.CUSTOMER)
        if not words or (event.verb == Verb.DIAGNOSED and looked):
            continue
        looked = looked or event.verb == Verb.DIAGNOSED
        if steps and steps[-1].words == words:
            steps[-1] = Step(event.at, words)
        else:
            steps.append(Step(event.at, words))
    return steps


def _said(message: Message, user: User) -> Said:
    mine = message.kind == MessageKind.CUSTOMER
    body = message.money_body.body if message.quotes_payment_data and hasattr(message, "money_body") else message.body
    who = "You" if mine else message.author_name.partition(" ")[0]
    return Said(at=message.created_at, who=who, mine=mine, text=body)
