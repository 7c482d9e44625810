"""Facts that do not fit are kept and not applied; the events that told them are held until they do."""

from collections.abc import Callable, Sequence

from django.db import transaction

from billing.actions.statuses import set_status
from billing.gateways.deriving import Contradiction
from billing.models import ProviderEvent, ProviderObject
from billing.states import InboxStatus


def settle_or_hold(rows: Sequence[ProviderObject], settle: Callable[[], object]) -> str:
    """Settle, or undo what was half done, note on the objects why, and give the reason.

    A ``settle`` that *returns* a contradiction has kept what can stand by itself, and says what cannot.
    """
    try:
        with transaction.atomic():
            told = settle()
    except Contradiction as contradiction:
        told = contradiction
    because = str(told) if isinstance(told, Contradiction) else ""
    for row in rows:
        _note_refusal(row, because=because)
    return because


def _note_refusal(row: ProviderObject, *, because: str) -> None:
    """Why the object's facts stay out of billing's rows; empty once they fit, which lets its held events go."""
    because, before = because[:300], row.refused_because
    if because == before:
        return
    row.refused_because = because
    row.save(update_fields=["refused_because"])
    if not because:
        _release(row, before)


def _release(row: ProviderObject, because: str) -> None:
    held = ProviderEvent.objects.filter(
        provider=row.provider, object_id=row.external_id, status=InboxStatus.HELD, status_reason=because
    )
    for event in held:
        set_status(event, InboxStatus.APPLIED)
        event.status_reason = "Held at first; what came later made it fit."
        event.save(update_fields=["status", "status_reason"])
