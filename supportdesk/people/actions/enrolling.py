"""Adding, naming and removing second factors. Whoever calls has asked access.why_not_enrol first."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django_otp.models import Device

from billing.outbox import enqueue
from billing.redaction import redact
from supportdesk.people.actions.events import record
from supportdesk.people.actions.proving import Answer, Check, check_enrolment
from supportdesk.people.actions.sessions import accept_proof, end_other_sessions
from supportdesk.people.errors import LastFactor, NothingToConfirm
from supportdesk.people.factors import digest_of_recovery_code, new_recovery_code, new_seed
from supportdesk.people.models import IdentityEvent, RecoveryCode, RecoverySet, TotpDevice, User
from supportdesk.people.queries import own_factors
from supportdesk.people.states import RECOVERY_CODES, Deed


@transaction.atomic
def begin_app(user: User) -> TotpDevice:
    """A fresh secret to scan; one that was begun and not confirmed is thrown away."""
    _lock(user)
    TotpDevice.objects.filter(user=user, confirmed=False).delete()
    begun: TotpDevice = TotpDevice.objects.create(user=user, name="Authenticator app", confirmed=False, seed=new_seed())
    return begun


def confirm_app(request: HttpRequest, *, user: User, code: str, name: str, at: datetime) -> Check:
    """The code shows that the secret arrived. The session is verified by it, all others of this user end."""
    device = TotpDevice.objects.filter(user=user, confirmed=False).first()
    if device is None:
        raise NothingToConfirm
    check = check_enrolment(device, code, at=at)
    if check.answer is Answer.ACCEPTED:
        keep_factor(request, device, user=user, name=name, at=at)
    return check


@transaction.atomic
def keep_factor(request: HttpRequest, device: Device, *, user: User, name: str, at: datetime) -> None:
    _lock(user)
    device.confirmed = True
    device.name = redact(name.strip()).text or device.name
    device.save(update_fields=["confirmed", "name"])
    end_other_sessions(request, user)
    _tell(record(Deed.FACTOR_ENROLLED, subject=user, by=user, detail={"name": device.name}, request=request))
    accept_proof(request, device, at=at)


@transaction.atomic
def rename_factor(device: Device, *, to: str, by: User, request: HttpRequest) -> None:
    before, device.name = device.name, redact(to.strip()).text or device.name
    device.save(update_fields=["name"])
    record(Deed.FACTOR_RENAMED, subject=by, by=by, detail={"before": before, "name": device.name}, request=request)


@transaction.atomic
def remove_factor(device: Device, *, by: User, request: HttpRequest) -> None:
    """Its sessions are over; so are all others of this user. The last factor stays: without one, nobody gets in."""
    _lock(by)
    factors = [factor for factor in own_factors(by) if not isinstance(factor, RecoverySet)]
    if factors == [device]:
        raise LastFactor
    name = device.name
    device.delete()
    end_other_sessions(request, by)
    _tell(record(Deed.FACTOR_REMOVED, subject=by, by=by, detail={"name": name}, request=request))


@transaction.atomic
def make_recovery_codes(user: User, *, request: HttpRequest) -> list[str]:
    """New codes, shown once by the caller and kept as hashes; the old ones are void."""
    _lock(user)
    recovery_set, _ = RecoverySet.objects.get_or_create(user=user, defaults={"name": "Recovery codes"})
    recovery_set.codes.all().delete()
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(recovery_set=recovery_set, digest=digest_of_recovery_code(code, user_id=user.pk)) for code in codes
    )
    _tell(record(Deed.CODES_MADE, subject=user, by=user, request=request))
    return codes


def _lock(user: User) -> None:
    """One change of a person's factors at a time."""
    User.objects.select_for_update(of=("self",)).only("pk").get(pk=user.pk)


def _tell(event: IdentityEvent) -> None:
    enqueue(task="supportdesk.people.tasks.tell", key=f"people.event:{event.pk}", payload={"event": event.pk})
