"""Checking a code of the second factor: one guess at a time, every wrong one counted for good.

The count is written in a transaction of its own (``durable``: it refuses to be part of another one), so a view that
raises afterwards, or a request that is rolled back, does not give the guess back.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import transaction
from django_otp.models import Device

from billing.outbox import enqueue
from supportdesk.people.actions.events import record
from supportdesk.people.factors import digest_of_recovery_code, matching_step
from supportdesk.people.models import CodeGuard, RecoveryCode, RecoverySet, TotpDevice, User
from supportdesk.people.states import (
    CODE_LOCK,
    WRONG_CODES_BEFORE_LOCK,
    Deed,
    DeedOutcome,
    is_recovery_shaped,
    is_totp_shaped,
    normalised_code,
    wait_after,
)


class Answer(Enum):
    ACCEPTED = "accepted"
    MALFORMED = "malformed"
    WRONG = "wrong"
    WAIT = "wait"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Check:
    answer: Answer
    device: Device | None = None
    until: datetime | None = None  # when the next try is admitted


def check_code(user: User, raw: str, *, at: datetime) -> Check:
    """A code of an authenticator app or a recovery code. An accepted one is used up.

    Safe to call by twenty requests at once with the same code: one is accepted.
    """
    code = normalised_code(raw)
    if not is_totp_shaped(code) and not is_recovery_shaped(code):
        return Check(Answer.MALFORMED)  # cannot be a guess, so it is not counted as one
    with transaction.atomic(durable=True):
        guard = _lock_guard(user)
        if (refused := _not_yet(guard, at)) is not None:
            return refused
        device = _use_totp(user, code, at) if is_totp_shaped(code) else _use_recovery_code(user, code, at)
        return _count_wrong(user, guard, at) if device is None else _forget_wrong(guard, device)


def check_enrolment(device: TotpDevice, raw: str, *, at: datetime) -> Check:
    """The first code of an app that is being enrolled. Guesses count like any others."""
    code = normalised_code(raw)
    if not is_totp_shaped(code):
        return Check(Answer.MALFORMED)
    with transaction.atomic(durable=True):
        guard = _lock_guard(device.user)
        if (refused := _not_yet(guard, at)) is not None:
            return refused
        locked = TotpDevice.objects.select_for_update().filter(pk=device.pk, confirmed=False).first()
        if locked is None or not _take(locked, code, at):
            return _count_wrong(device.user, guard, at)
        return _forget_wrong(guard, locked)


def _lock_guard(user: User) -> CodeGuard:
    CodeGuard.objects.bulk_create([CodeGuard(user=user)], ignore_conflicts=True)
    return CodeGuard.objects.select_for_update().get(user=user)


def _not_yet(guard: CodeGuard, at: datetime) -> Check | None:
    if guard.locked_until is not None and at < guard.locked_until:
        return Check(Answer.LOCKED, until=guard.locked_until)
    if guard.last_failed_at is not None:
        next_try = guard.last_failed_at + wait_after(guard.failures)
        if at < next_try:
            return Check(Answer.WAIT, until=next_try)
    return None


def _use_totp(user: User, code: str, at: datetime) -> TotpDevice | None:
    devices = TotpDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk")
    return next((device for device in devices if _take(device, code, at)), None)


def _take(device: TotpDevice, code: str, at: datetime) -> bool:
    found = matching_step(device.seed, code, at, drift=device.drift, last_step=device.last_step)
    if found is None:
        return False
    device.last_step, device.drift = found
    device.last_used_at = at
    device.save(update_fields=["last_step", "drift", "last_used_at"])
    return True


def _use_recovery_code(user: User, code: str, at: datetime) -> RecoverySet | None:
    used = RecoveryCode.objects.filter(
        recovery_set__user=user,
        recovery_set__confirmed=True,
        digest=digest_of_recovery_code(code, user_id=user.pk),
        used_at__isnull=True,
    ).update(used_at=at)
    if not used:
        return None
    shown: RecoverySet = RecoverySet.objects.get(user=user)
    shown.last_used_at = at
    shown.save(update_fields=["last_used_at"])
    return shown


def _forget_wrong(guard: CodeGuard, device: Device) -> Check:
    guard.failures, guard.last_failed_at, guard.locked_until = 0, None, None
    guard.save(update_fields=["failures", "last_failed_at", "locked_until"])
    return Check(Answer.ACCEPTED, device=device)


def _count_wrong(user: User, guard: CodeGuard, at: datetime) -> Check:
    guard.failures += 1
    guard.last_failed_at = at
    if guard.failures < WRONG_CODES_BEFORE_LOCK:
        guard.save(update_fields=["failures", "last_failed_at"])
        return Check(Answer.WRONG, until=at + wait_after(guard.failures))
    guard.failures, guard.last_failed_at, guard.locked_until = 0, None, at + CODE_LOCK
    guard.save(update_fields=["failures", "last_failed_at", "locked_until"])
    detail = {"wrong_codes": WRONG_CODES_BEFORE_LOCK}
    event = record(Deed.CODES_LOCKED, subject=user, by=None, detail=detail, outcome=DeedOutcome.REFUSED)
    enqueue(task="supportdesk.people.tasks.tell", key=f"people.event:{event.pk}", payload={"event": event.pk})
    return Check(Answer.LOCKED, until=guard.locked_until)
