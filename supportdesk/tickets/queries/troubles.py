"""Which tickets a money event concerns."""

from django.db.models import Q, QuerySet

from billing.models import MoneyEvent
from billing.states import EventKind
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import UNSOLVED
from supportdesk.tickets.troubles import Trouble


def tickets_concerned(event: MoneyEvent, trouble: Trouble) -> QuerySet[Ticket]:
    """The case the deed was done for, solved or not; else every unsolved ticket linked to one of its records.

    Locked in the order of their numbers by whoever walks through them.
    """
    if event.case_ref.isdecimal():
        return Ticket.objects.filter(pk=int(event.case_ref))
    about = Q(pk__in=[])
    if trouble.payment_id:
        about |= Q(links__payment=trouble.payment_id) | Q(links__refund__payment=trouble.payment_id)
    if trouble.invoice_id:
        about |= Q(links__invoice=trouble.invoice_id) | Q(links__payment__invoice=trouble.invoice_id)
    if trouble.dispute:
        about |= Q(links__dispute=trouble.dispute.pk)
    if event.kind == EventKind.EVENT_HELD:
        return Ticket.objects.none()
    return Ticket.objects.filter(about, status__in=sorted(UNSOLVED)).distinct().order_by("pk")
