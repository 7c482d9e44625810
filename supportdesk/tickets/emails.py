"""Mails to the person who asked. They say that there is news and where to read it: a mailbox is no safe place for
amounts, reasons or what an agent wrote, so none of it is in them."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from supportdesk.tickets.models import Ticket


def received(ticket: Ticket, *, card_removed: bool) -> EmailMultiAlternatives:
    return _mail("received", ticket, once=f"{ticket.pk}", card_removed=card_removed)


def answered(ticket: Ticket, *, message_id: int) -> EmailMultiAlternatives:
    return _mail("answered", ticket, once=f"{ticket.pk}.{message_id}")


def money_news(ticket: Ticket, *, event_id: int) -> EmailMultiAlternatives:
    return _mail("money_news", ticket, once=f"{ticket.pk}.{event_id}")


def solved(ticket: Ticket) -> EmailMultiAlternatives:
    return _mail("solved", ticket, once=f"{ticket.pk}.{ticket.reopened_count}")


def _mail(name: str, ticket: Ticket, *, once: str, **more: object) -> EmailMultiAlternatives:
    """``once`` names the occasion: a mail sent again after a crash has the same Message-ID, and mailboxes drop it."""
    # The address comes from the settings alone: a Host header must not choose where a customer is sent.
    address = settings.SITE_ADDRESS + reverse("channels:question", args=[ticket.pk])
    context = {"number": ticket.pk, "name": ticket.requester_name.partition(" ")[0], "address": address, **more}
    folder = f"emails/tickets/{name}"
    subject = " ".join(render_to_string(f"{folder}/message.subject.txt", context).split())
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"{folder}/message.txt", context).strip() + "\n",
        to=[ticket.requester_email],
        headers={
            "Message-ID": f"<{name}.{once}@{urlsplit(settings.SITE_ADDRESS).hostname}>",
            # A machine that answers mails must not answer this one (S-44).
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    mail.attach_alternative(render_to_string(f"{folder}/message.html", context), "text/html")
    return mail
