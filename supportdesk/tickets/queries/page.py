"""What the ticket page shows beside the conversation: who else has it open, and what was typed and not sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from billing.states import RefundReason
from supportdesk.people.models import User
from supportdesk.tickets.models import Draft, DraftMoneyBody, Presence, Ticket
from supportdesk.tickets.refund_asked import RefundAsked

# Three missed heartbeats and somebody is gone.
GONE_AFTER: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    text: str
    saved_at: datetime
    version: int
    locked: bool  # it quotes payment data, which is locked
    quotes: bool
    refund: RefundAsked | None = None  # goes with it when it is sent


def others_present(ticket: Ticket, *, besides: User, at: datetime) -> str:
    """ "Tom is reading", "Tom is writing · Mira is reading"; empty when nobody else is here."""
    here = Presence.objects.filter(ticket=ticket, seen_at__gte=at - GONE_AFTER).exclude(agent=besides)
    rows = here.select_related("agent").order_by("-writing", "agent__name")[:3]
    return " · ".join(f"{row.agent.get_short_name()} is {'writing' if row.writing else 'reading'}" for row in rows)


def has_draft(*, agent: User) -> Exists:
    """For the ticket's own query: most tickets have no draft, and theirs need not be asked for."""
    return Exists(Draft.objects.filter(ticket=OuterRef("pk"), agent=agent))


def draft_of(ticket: Ticket, *, agent: User) -> KeptDraft | None:
    """Sealed text arrives only while payment data is open; without it the page says that a draft waits."""
    draft = Draft.objects.filter(ticket=ticket, agent=agent).select_related("money_body").first()
    if draft is None:
        return None
    sealed: DraftMoneyBody | None = getattr(draft, "money_body", None)
    return KeptDraft(
        text=sealed.body if sealed else draft.body,
        saved_at=draft.saved_at,
        version=draft.ticket_version,
        locked=draft.quotes_payment_data and sealed is None,
        quotes=draft.quotes_payment_data,
        refund=_refund_of(sealed) if sealed else None,
    )


def _refund_of(kept: DraftMoneyBody) -> RefundAsked | None:
    if kept.refund_payment_id is None or kept.refund_amount_minor is None:
        return None
    reason = RefundReason(kept.refund_reason)
    return RefundAsked(kept.refund_payment_id, kept.refund_amount_minor, kept.refund_currency, reason)
