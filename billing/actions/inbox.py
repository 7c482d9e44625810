"""The inbox of the provider's events: applied once, whatever the deliveries; held where they do not fit."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from billing.actions import events
from billing.actions.applying import apply_snapshots
from billing.actions.statuses import set_status
from billing.actions.words import note_of
from billing.errors import EventNotHeld
from billing.gateways.stripe.events import changed_contact, is_known, snapshots
from billing.gateways.stripe.fields import Unreadable
from billing.models import ProviderEvent
from billing.outbox.failing import MOST_FAILURES
from billing.states import EventKind, InboxStatus

GIVE_UP_AFTER: Final = MOST_FAILURES  # when its task becomes a dead letter


def apply_event(event_id: int, *, at: datetime) -> None:
    """Apply a stored event. Safe to repeat and to run twice at once: the row is locked, and left alone when done."""
    with transaction.atomic():
        event = ProviderEvent.objects.select_for_update().get(pk=event_id)
        if event.status not in {InboxStatus.RECEIVED, InboxStatus.DEAD}:  # a dead one comes again when it is replayed
            return
        if stranger := _not_ours(event):
            _finish(event, InboxStatus.HELD, because=stranger, at=at)
        else:
            _apply(event, at=at)


def apply_held(event_id: int, *, by: AbstractBaseUser, at: datetime) -> ProviderEvent:
    """A person says that it is ours all the same: account and mode are taken as right, the facts must still fit."""
    with transaction.atomic():
        event = _take_held(event_id, by=by, at=at)
        _apply(event, at=at)
    return event


def discard_held(event_id: int, *, by: AbstractBaseUser, note: str, at: datetime) -> ProviderEvent:
    """A person says that it is not for us. It stays in the inbox, with the reason."""
    with transaction.atomic():
        event = _take_held(event_id, by=by, at=at)
        _finish(event, InboxStatus.IGNORED, because=note_of(note, limit=300) or "Discarded.", at=at)
    return event


def note_failure(event_id: int, *, error: str, at: datetime) -> bool:
    """Applying it raised. After a few times it is dead: shown in the admin, and in nobody's way. Is it?"""
    with transaction.atomic():
        event = ProviderEvent.objects.select_for_update().get(pk=event_id)
        if event.status == InboxStatus.RECEIVED:
            event.attempts += 1
            if event.attempts >= GIVE_UP_AFTER:
                _finish(event, InboxStatus.DEAD, because=error, at=at)
            else:
                event.status_reason = error[:300]
                event.save(update_fields=["attempts", "status_reason"])
        return event.status == InboxStatus.DEAD


def _apply(event: ProviderEvent, *, at: datetime) -> None:
    try:
        if not is_known(event.payload):
            _finish(event, InboxStatus.IGNORED, because="A kind of event that nothing here is made from.", at=at)
            return
        told = snapshots(event.payload)
    except Unreadable as unreadable:
        _finish(event, InboxStatus.HELD, because=str(unreadable), at=at)
        return
    changed = changed_contact(event.payload)
    refusals = apply_snapshots(told, provider=event.provider, at=event.happened_at, contact_changed=changed)
    if refusals:
        _finish(event, InboxStatus.HELD, because=refusals[0], at=at)
    else:
        _finish(event, InboxStatus.APPLIED, because="", at=at)


def _not_ours(event: ProviderEvent) -> str:
    """An event of another account, or of test mode among live ones, may be well signed and still not be ours."""
    if event.account and event.account != settings.STRIPE_ACCOUNT:
        return f"It is about the account {event.account}, not ours."
    if event.live != settings.STRIPE_LIVE_MODE:
        return "It is a live event and we run in test mode." if event.live else "It is a test event and we run live."
    return ""


def _take_held(event_id: int, *, by: AbstractBaseUser, at: datetime) -> ProviderEvent:
    event = ProviderEvent.objects.select_for_update().get(pk=event_id)
    if event.status not in {InboxStatus.HELD, InboxStatus.DEAD}:
        raise EventNotHeld
    event.reviewed_by_id, event.reviewed_at = by.pk, at
    return event


def _finish(event: ProviderEvent, status: InboxStatus, *, because: str, at: datetime) -> None:
    newly = set_status(event, status)
    event.status_reason, event.applied_at = because[:300], at
    event.save(update_fields=["status", "status_reason", "applied_at", "attempts", "reviewed_by", "reviewed_at"])
    if newly and status in {InboxStatus.HELD, InboxStatus.DEAD}:
        events.record(kind=EventKind.EVENT_HELD, at=at)
