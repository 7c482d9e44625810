"""Reads about people that more than one place needs."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django_otp import devices_for_user
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from supportdesk.people.errors import InviteUsedUp
from supportdesk.people.factors import digest_of_token, token_of
from supportdesk.people.models import Invite, RecoveryCode, RecoverySet, TotpDevice, User
from supportdesk.people.models.users import UserQuerySet
from supportdesk.people.states import InvitePurpose


def own_factors(user: User) -> list[Device]:
    """Confirmed ones, in the order they were added."""
    found = devices_for_user(user, confirmed=True)
    return sorted(found, key=lambda device: (device.created_at is None, device.created_at, device.pk))


@dataclass(frozen=True, slots=True)
class FactorRow:
    kind: str
    pk: int
    name: str
    what: str
    created_at: datetime | None
    last_used_at: datetime | None
    is_current: bool
    may_be_removed: bool


def factor_rows(user: User) -> list[FactorRow]:
    kinds: dict[type[Device], tuple[str, str]] = {
        TotpDevice: ("app", "Authenticator app"),
        WebAuthnCredential: ("passkey", "Passkey"),
    }
    current = user.otp_device.persistent_id if user.otp_device else ""
    shown = [device for device in own_factors(user) if type(device) in kinds]
    return [
        FactorRow(
            kind=kinds[type(device)][0],
            pk=device.pk,
            name=device.name,
            what=kinds[type(device)][1],
            created_at=device.created_at,
            last_used_at=device.last_used_at,
            is_current=device.persistent_id == current,
            may_be_removed=len(shown) > 1,
        )
        for device in shown
    ]


def has_passkey(user: User) -> bool:
    found: bool = WebAuthnCredential.objects.filter(user=user, confirmed=True).exists()
    return found


def has_factor(user: User) -> bool:
    return any(not isinstance(device, RecoverySet) for device in own_factors(user))


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(recovery_set__user=user, used_at__isnull=True).count()


def staff() -> UserQuerySet:
    found: UserQuerySet = User.objects.staff().with_rights()
    return found.prefetch_related("memberships__team").order_by("name", "email")


def open_invites(*, at: datetime) -> "list[Invite]":
    return list(
        Invite.objects.filter(purpose=InvitePurpose.JOIN, used_at__isnull=True, expires_at__gt=at)
        .select_related("role", "team", "invited_by")
        .order_by("-created_at")[:100]
    )


def token_for(invite: Invite) -> str:
    """The token whose hash is kept, worked out again for the mail; after a key change, by the key it was made with."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_of(str(invite.public_id), key=key)
        if digest_of_token(token) == invite.digest:
            return token
    raise InviteUsedUp
