from celery import shared_task


@shared_task(name="supportdesk.people.tasks.tell")
def tell(event: int) -> None:
    from supportdesk.people.emails import tell_of_event

    tell_of_event(event_id=event)


@shared_task(name="supportdesk.people.tasks.send_invite")
def send_invite(invite: int) -> None:
    from supportdesk.people.emails import send_invite as send

    send(invite_id=invite)
