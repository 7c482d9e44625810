"""What an agent types is kept while typing, for each agent and ticket, whoever the ticket goes to meanwhile."""

from datetime import datetime

from django.db import transaction

from billing.access.scopes import seeing_as_system
from billing.redaction import mentions_money
from supportdesk.people.models import User
from supportdesk.tickets.actions.words import refuse_card_numbers
from supportdesk.tickets.models import Draft, DraftMoneyBody, Message, Ticket
from supportdesk.tickets.refund_asked import RefundAsked


@transaction.atomic
def autosave_draft(
    ticket: Ticket,
    text: str,
    *,
    by: User,
    version: int,
    key: str,
    at: datetime,
    refund: RefundAsked | None = None,
) -> Draft | None:
    """Keep the text, or drop the draft when it is empty. ``version`` is the conversation it was written against.

    ``key`` is the composer's own: where it was sent meanwhile, a save that comes late must not bring the text back.
    ``refund`` is what the text promises: the two are kept, and locked, together.
    """
    refuse_card_numbers(text)
    if not text.strip() or Message.objects.filter(idempotency_key=key).exists():
        drop_draft(ticket, by=by)
        return None
    sealed = refund is not None or mentions_money(text)
    facts = {"ticket_version": version, "saved_at": at, "quotes_payment_data": sealed, "body": "" if sealed else text}
    draft, _ = Draft.objects.update_or_create(ticket=ticket, agent=by, defaults=facts)
    with seeing_as_system():  # written, not read: what they typed themselves
        if sealed:
            DraftMoneyBody.objects.update_or_create(draft=draft, defaults={"body": text, **_columns(refund)})
        else:
            DraftMoneyBody.objects.filter(draft=draft).delete()
    return draft


def drop_draft(ticket: Ticket, *, by: User) -> None:
    """Sent, or emptied."""
    with seeing_as_system():
        Draft.objects.filter(ticket=ticket, agent=by).delete()


def _columns(refund: RefundAsked | None) -> dict[str, object]:
    return {
        "refund_payment_id": refund.payment_id if refund else None,
        "refund_amount_minor": refund.amount_minor if refund else None,
        "refund_currency": refund.currency if refund else "",
        "refund_reason": refund.reason if refund else "",
    }
