"""Celery's entry points: ids in, load, one action. Deliveries may repeat; the base class makes that harmless."""

from celery import shared_task
from django.utils import timezone

from billing.outbox.work import OnceTask, OutsideTask
from supportdesk.tickets import emails
from supportdesk.tickets.models import Ticket, TimelineEvent
from supportdesk.tickets.queries.queue import promises_due
from supportdesk.tickets.states import Verb


@shared_task(base=OnceTask)
def hear_money_event(event_id: int) -> None:
    from supportdesk.tickets.actions.money import record_money_event

    record_money_event(event_id, at=timezone.now())


@shared_task(base=OnceTask)
def diagnose(ticket: int) -> None:
    from supportdesk.tickets.actions.findings import refresh_findings

    refresh_findings(Ticket.objects.get(pk=ticket), at=timezone.now())


@shared_task
def return_promises() -> None:
    """Every minute: tickets whose promise comes due go back to the queue. A second run finds nothing left to do."""
    from supportdesk.tickets.actions.status import return_when_promised

    at = timezone.now()
    for ticket in promises_due(at=at):
        return_when_promised(ticket, at=at)


@shared_task(base=OutsideTask)
def mail_received(ticket: int) -> None:
    asked = Ticket.objects.get(pk=ticket)
    removed = TimelineEvent.objects.filter(ticket=asked, verb=Verb.CARD_NUMBER_REMOVED).exists()
    emails.received(asked, card_removed=removed).send()


@shared_task(base=OutsideTask)
def mail_answered(ticket: int, message: int) -> None:
    emails.answered(Ticket.objects.get(pk=ticket), message_id=message).send()


@shared_task(base=OutsideTask)
def mail_money_news(ticket: int, event: int) -> None:
    emails.money_news(Ticket.objects.get(pk=ticket), event_id=event).send()


@shared_task(base=OutsideTask)
def mail_solved(ticket: int) -> None:
    emails.solved(Ticket.objects.get(pk=ticket)).send()
