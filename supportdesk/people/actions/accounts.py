"""What one person does to another's account. Never to one's own: that would need no second pair of eyes."""

from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.http import HttpRequest
from django_otp import devices_for_user

from billing.outbox import enqueue
from supportdesk.people.actions.events import record
from supportdesk.people.actions.invites import invite_to_enrol
from supportdesk.people.actions.sessions import end_sessions, say_access_changed
from supportdesk.people.errors import NotYourself
from supportdesk.people.models import CodeGuard, Membership, Team, User
from supportdesk.people.states import Deed, ResetReason


class Switch(Protocol):
    def __call__(self, user: User, *, by: User, request: HttpRequest) -> None: ...


@transaction.atomic
def reset_second_factor(user: User, *, by: User, why: ResetReason, at: datetime, request: HttpRequest) -> None:
    """All factors and recovery codes are gone, all sessions over; a link to enrol again goes to the person's mail."""
    _not_oneself(user, by)
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    removed = [device.name for device in devices_for_user(locked, confirmed=None)]
    for device in devices_for_user(locked, confirmed=None):
        device.delete()
    CodeGuard.objects.filter(user=locked).delete()
    end_sessions(locked)
    detail = {"removed": removed, "why": why.value}
    event = record(Deed.FACTOR_RESET, subject=locked, by=by, detail=detail, request=request)
    enqueue(task="supportdesk.people.tasks.tell", key=f"people.event:{event.pk}", payload={"event": event.pk})
    invite_to_enrol(locked, by=by, at=at)


@transaction.atomic
def disable(user: User, *, by: User, request: HttpRequest) -> None:
    _not_oneself(user, by)
    _set_active(user, False)
    record(Deed.DISABLED, subject=user, by=by, request=request)


@transaction.atomic
def enable(user: User, *, by: User, request: HttpRequest) -> None:
    _not_oneself(user, by)
    _set_active(user, True)
    record(Deed.ENABLED, subject=user, by=by, request=request)


@transaction.atomic
def put_in_team(user: User, *, team: Team, is_lead: bool, by: User | None, request: HttpRequest | None = None) -> None:
    Membership.objects.update_or_create(user=user, team=team, defaults={"is_lead": is_lead})
    say_access_changed(user)
    record(Deed.TEAM_CHANGED, subject=user, by=by, detail={"joined": team.name, "is_lead": is_lead}, request=request)


@transaction.atomic
def take_out_of_team(user: User, *, team: Team, by: User, request: HttpRequest | None = None) -> None:
    Membership.objects.filter(user=user, team=team).delete()
    say_access_changed(user)
    record(Deed.TEAM_CHANGED, subject=user, by=by, detail={"left": team.name}, request=request)


def _set_active(user: User, active: bool) -> None:
    User.objects.filter(pk=user.pk).update(is_active=active)
    user.is_active = active
    end_sessions(user)


def _not_oneself(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise NotYourself
