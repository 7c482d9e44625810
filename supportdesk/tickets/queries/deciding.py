"""What waits for this person's decision: what a colleague asked for and a second person has to say yes or no to."""

from dataclasses import dataclass
from typing import Final

from billing.queries.deciding import Waiting, WaitingForSecond
from supportdesk.people.models import User
from supportdesk.tickets.access import REVIEW, tickets_visible_to
from supportdesk.tickets.models import Escalation
from supportdesk.tickets.queries.queue import COUNTED, CappedCount
from supportdesk.tickets.states import EscalationStatus

REFUNDS: Final = "billing.approve_refund"
CREDITS: Final = "billing.approve_credit"
MATCHES: Final = "billing.reconcile_statements"
DECIDE: Final = (REFUNDS, CREDITS, MATCHES, REVIEW)


def may_decide(user: User) -> bool:
    return any(user.has_perm(permission) for permission in DECIDE)


@dataclass(frozen=True, slots=True)
class ToDecide:
    """By the permission that it takes; one kind is missing where the person may not decide it, or nothing waits."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def to_decide_by(user: User) -> ToDecide:
    """In one query, and without what they asked for themselves. Counts are no payment data, so no lock is before it."""
    escalations = Escalation.objects.filter(status=EscalationStatus.WAITING, ticket__in=tickets_visible_to(user))
    counted = User.objects.annotate(
        money=WaitingForSecond(user.pk, most=COUNTED), escalations=CappedCount(escalations.exclude(raised_by=user))
    )
    money, escalated = counted.values_list("money", "escalations").get(pk=user.pk)
    waiting = Waiting(*money)
    found = {REFUNDS: waiting.refunds, CREDITS: waiting.credits, MATCHES: waiting.matches, REVIEW: escalated}
    return ToDecide({needs: count for needs, count in found.items() if count and user.has_perm(needs)})
