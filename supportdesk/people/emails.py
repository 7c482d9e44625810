"""One function a message. Links lead to DESK_ADDRESS; no message holds a code of the second factor."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from supportdesk.people.models import IdentityEvent, Invite
from supportdesk.people.queries import token_for
from supportdesk.people.states import Deed, InvitePurpose, ResetReason


def tell_of_event(*, event_id: int) -> None:
    """To the person whose identity it is: something about your sign-in changed; if it was not you, say so."""
    event = IdentityEvent.objects.get(pk=event_id)
    address = settings.DESK_ADDRESS + reverse("people:devices")
    why = ResetReason(event.detail["why"]).label if event.deed == Deed.FACTOR_RESET else ""
    context = {"event": event, "devices_url": address, "why": why}
    _send(f"emails/people/{event.deed}", to=event.subject_email, context=context)


def send_invite(*, invite_id: int) -> None:
    invite = Invite.objects.select_related("role", "team", "invited_by").get(pk=invite_id)
    name = "people:join" if invite.purpose == InvitePurpose.JOIN else "people:enrol_again"
    link = settings.DESK_ADDRESS + reverse(name, args=[token_for(invite)])
    _send(f"emails/people/invite_{invite.purpose}", to=invite.email, context={"invite": invite, "link": link})


def _send(name: str, *, to: str, context: dict[str, Any]) -> None:
    subject = " ".join(render_to_string(f"{name}.subject.txt", context).split())
    message = EmailMultiAlternatives(subject, render_to_string(f"{name}.txt", context), to=[to])
    message.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
    message.send()
