"""Who may see and do what with a ticket. Lists, counts, search, take next and stream topics all start here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404

from billing.access.cases import Case
from supportdesk.people.models import User
from supportdesk.tickets.models import Message, Queue, Ticket
from supportdesk.tickets.states import UNSOLVED, MessageKind, TicketStatus

READ: Final = "tickets.read_tickets"
READ_EVERY_QUEUE: Final = "tickets.read_every_queue"
WORK: Final = "tickets.work_tickets"
REVIEW: Final = "tickets.review_escalations"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether, and if not why not: the same answer draws the button and keeps the door."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES: Final = Answer(allowed=True)


def tickets_visible_to(user: User | AnonymousUser) -> QuerySet[Ticket]:
    """Staff: the queues of their teams, or every queue where the role says so. A customer: what they asked."""
    if not isinstance(user, User) or not user.is_active:
        return Ticket.objects.none()
    if not user.is_staff:
        return Ticket.objects.filter(requester=user)
    if not user.has_perm(READ):
        return Ticket.objects.none()
    if user.has_perm(READ_EVERY_QUEUE):
        return Ticket.objects.all()
    return Ticket.objects.filter(queue__in=queues_of(user))


def queues_of(user: User) -> QuerySet[Queue]:
    """The queues of the user's own teams."""
    return Queue.objects.filter(team__in=user.team_ids)


def queues_visible_to(user: User) -> QuerySet[Queue]:
    if not user.has_perm(READ):
        return Queue.objects.none()
    return Queue.objects.all() if user.has_perm(READ_EVERY_QUEUE) else queues_of(user)


def colleagues_for(ticket: Ticket) -> QuerySet[User]:
    """To whom this ticket may be given: the active staff of its queue's team."""
    staff: QuerySet[User] = User.objects.staff().filter(memberships__team=ticket.queue.team_id, is_active=True)
    return staff.order_by("name", "email")


def messages_visible_to(user: User, ticket: Ticket) -> QuerySet[Message]:
    """A customer never gets a note, on any surface."""
    messages = Message.objects.filter(ticket=ticket)
    return messages if user.is_staff else messages.exclude(kind=MessageKind.NOTE)


def get_ticket_for(
    user: User | AnonymousUser,
    number: int,
    *,
    related: Sequence[str] = ("queue", "assignee", "customer"),
    **extra: Combinable,
) -> Ticket:
    """404 for one that does not exist and for one that is somebody else's, alike. ``extra`` is annotated on it."""
    tickets = tickets_visible_to(user).select_related(*related).annotate(**extra)
    found = tickets.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise Http404("No such ticket.")
    return found


def money_case_for(user: User | AnonymousUser, ref: str) -> Case | None:
    """Billing's question: does this user work on that case, and whose money is it?"""
    if not ref.isascii() or not ref.isdecimal() or len(ref) > 18 or not isinstance(user, User) or not user.is_staff:
        return None
    ticket = tickets_visible_to(user).filter(pk=int(ref), customer__isnull=False).only("pk", "customer_id").first()
    if ticket is None or ticket.customer_id is None:
        return None
    return Case(ref=str(ticket.pk), customer_id=ticket.customer_id)


def may_work_in(user: User, queue: Queue) -> bool:
    """For giving tickets away; the door of the desk itself is the policy on its views."""
    return user.has_perm(WORK) and (user.has_perm(READ_EVERY_QUEUE) or queues_of(user).filter(pk=queue.pk).exists())


def may_write(user: User, ticket: Ticket) -> Answer:
    if not user.has_perm(WORK):
        return Answer(False, "Your role reads tickets and does not answer them.")
    return YES


def may_reply(user: User, ticket: Ticket) -> Answer:
    if not (answer := may_write(user, ticket)):
        return answer
    if ticket.status == TicketStatus.CLOSED:
        return Answer(False, "The customer said this is solved. Open it again to answer.")
    return YES


def may_take(user: User, ticket: Ticket) -> Answer:
    if not (answer := may_write(user, ticket)):
        return answer
    if ticket.assignee_id is not None:
        whose = "You have" if ticket.assignee_id == user.pk else f"{ticket.assignee} has"
        return Answer(False, f"{whose} this ticket already.")
    return YES


def may_change(user: User, ticket: Ticket) -> Answer:
    """Category, priority, queue, owner and waiting: while it is unsolved."""
    if not (answer := may_write(user, ticket)):
        return answer
    if ticket.status not in UNSOLVED:
        return Answer(False, "This ticket is solved. Open it again to change it.")
    return YES


def may_escalate(user: User, ticket: Ticket) -> Answer:
    if not (answer := may_change(user, ticket)):
        return answer
    if ticket.status == TicketStatus.ESCALATED:
        return Answer(False, "A supervisor has it already.")
    return YES


def may_reopen(user: User, ticket: Ticket) -> Answer:
    """Staff who work on it, and the customer whose question it was."""
    if ticket.status in UNSOLVED:
        return Answer(False, "This is open already.")
    return may_write(user, ticket) if user.is_staff else YES


def may_confirm_solved(user: User, ticket: Ticket) -> Answer:
    if user.is_staff or ticket.requester_id != user.pk:
        return Answer(False, "Only the person who asked can say so.")
    if ticket.status == TicketStatus.CLOSED:
        return Answer(False, "You said so already.")
    return YES


def may_review(user: User, ticket: Ticket, *, raised_by_id: int) -> Answer:
    """A second pair of eyes: nobody decides on their own escalation."""
    if not user.has_perm(REVIEW):
        return Answer(False, "Escalations are decided by supervisors.")
    if raised_by_id == user.pk:
        return Answer(False, "You raised this yourself; another supervisor decides.")
    return YES
