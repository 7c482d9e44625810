from celery import shared_task

from billing.outbox.work import OutsideTask


@shared_task(base=OutsideTask)
def tell(event: int) -> None:
    from supportdesk.people.emails import tell_of_event

    tell_of_event(event_id=event)


@shared_task(base=OutsideTask)
def send_invite(invite: int) -> None:
    from supportdesk.people.emails import send_invite as send

    send(invite_id=invite)
