"""Who may do what to whose identity, and the only functions from an id or a token to a row."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from billing.access import factor
from supportdesk.people.factors import digest_of_token
from supportdesk.people.models import Invite, TotpDevice, User
from supportdesk.people.queries import has_factor
from supportdesk.people.states import MAY_ENROL_UNTIL, InvitePurpose


def may_enrol(request: HttpRequest, *, user: User, at: datetime) -> bool:
    """With a fresh factor; or, where there is none yet, within the hour after taking up a mailed link.

    A password alone never enrols: whoever stole it would bring a factor of their own.
    """
    if factor.is_fresh(request, at=at):
        return True
    until = request.session.get(MAY_ENROL_UNTIL)
    if not isinstance(until, int | float) or at >= datetime.fromtimestamp(until, tz=UTC):
        return False
    return not has_factor(user)


def get_factor_for(user: User, *, kind: str, pk: int) -> Device:
    models: dict[str, type[Device]] = {"app": TotpDevice, "passkey": WebAuthnCredential}
    if kind not in models:
        raise Http404
    found: Device | None = models[kind].objects.filter(user=user, confirmed=True, pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_invite(token: str, *, purpose: InvitePurpose, at: datetime) -> Invite:
    """404 for whatever is not a live link: forged, cut short, used, expired alike."""
    invite = (
        Invite.objects.filter(purpose=purpose, digest=digest_of_token(token), used_at__isnull=True, expires_at__gt=at)
        .select_related("role", "team", "user")
        .first()
    )
    if invite is None:
        raise Http404
    return invite


def get_enrolment_invite_for(user: User, *, token: str, at: datetime) -> Invite:
    """The link alone is not enough: it works for the person it was mailed to, signed in."""
    invite = get_invite(token, purpose=InvitePurpose.ENROL, at=at)
    if invite.user_id != user.pk:
        raise Http404
    return invite


def get_colleague_for(user: User, *, pk: int) -> User:
    """Staff, for whoever may look after staff (the URL's policy asks that)."""
    found: User | None = User.objects.with_rights().filter(is_staff=True, pk=pk).first()
    if found is None:
        raise Http404
    return found
