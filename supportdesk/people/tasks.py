from celery import shared_task
from django.utils import timezone

from billing.outbox.work import OutsideTask


@shared_task(base=OutsideTask)
def tell(event: int) -> None:
    from supportdesk.people.emails import tell_of_event

    tell_of_event(event_id=event)


@shared_task(base=OutsideTask)
def send_invite(invite: int) -> None:
    from supportdesk.people.emails import send_invite as send

    send(invite_id=invite)


@shared_task
def forget_ended_sessions() -> None:
    """Every hour: the rows of sessions that are over, which nothing else removes."""
    from supportdesk.people.actions.sessions import forget_ended_sessions as forget

    forget(at=timezone.now())
