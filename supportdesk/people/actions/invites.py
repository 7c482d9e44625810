"""Links by mail: to join the desk, or to enrol a second factor again after a reset."""

import uuid
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from billing.outbox import enqueue
from billing.redaction import redact
from supportdesk.people.actions.events import record
from supportdesk.people.actions.sessions import allow_enrolment, end_sessions
from supportdesk.people.errors import AlreadyHere, InviteUsedUp, UnknownRole
from supportdesk.people.factors import digest_of_token, token_of
from supportdesk.people.models import Invite, Membership, Team, User
from supportdesk.people.roles import ROLES
from supportdesk.people.states import ENROL_WITHIN, INVITE_LIFE, Deed, InvitePurpose


@transaction.atomic
def invite_staff(
    *, email: str, role: str, team: Team | None, by: User | None, at: datetime, request: HttpRequest | None = None
) -> Invite:
    """A single-use link for a day. Inviting the same address again makes the earlier link void."""
    if role not in ROLES:
        raise UnknownRole
    if User.objects.staff().filter(email=email).exists():
        raise AlreadyHere
    void_invites(email=email, at=at)
    group = Group.objects.get(name=role)
    invite = _make(InvitePurpose.JOIN, email=email, by=by, at=at, role=group, team=team)
    subject = User.objects.filter(email=email).first() or User(pk=0, email=email.lower())
    detail = {"role": role, "team": team.name if team else ""}
    record(Deed.INVITED, subject=subject, by=by, detail=detail, request=request)
    return invite


@transaction.atomic
def invite_to_enrol(user: User, *, by: User, at: datetime) -> Invite:
    void_invites(email=user.email, at=at)
    return _make(InvitePurpose.ENROL, email=user.email, by=by, at=at, user=user)


def void_invites(*, email: str, at: datetime) -> None:
    Invite.objects.filter(email__iexact=email, used_at__isnull=True).update(used_at=at)


@transaction.atomic
def join(invite: Invite, *, name: str, password: str, at: datetime, request: HttpRequest) -> User:
    """The link proves the address; the password is set here, the second factor at once after it."""
    if invite.role is None:
        raise InviteUsedUp
    _use(invite, at)
    user = User.objects.select_for_update(of=("self",)).filter(email=invite.email).first() or User(email=invite.email)
    if user.is_staff or not user.is_active:  # since the link was sent, somebody decided otherwise
        raise InviteUsedUp
    user.name, user.is_staff = redact(name.strip()).text, True
    user.set_password(password)
    user.save()
    user.groups.set([invite.role])
    if invite.team is not None:
        Membership.objects.get_or_create(team=invite.team, user=user)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    end_sessions(user)  # whoever signed in with this address as a customer starts anew, as staff
    record(Deed.JOINED, subject=user, by=user, detail={"role": invite.role.name}, request=request)
    return user


@transaction.atomic
def take_up_enrolment(invite: Invite, *, user: User, at: datetime, request: HttpRequest) -> None:
    if invite.user_id != user.pk:
        raise InviteUsedUp
    _use(invite, at)
    allow_enrolment(request, until=at + ENROL_WITHIN)


def _make(purpose: InvitePurpose, *, email: str, by: User | None, at: datetime, **what: object) -> Invite:
    public_id = uuid.uuid4()
    digest = digest_of_token(token_of(str(public_id), key=settings.SECRET_KEY))
    invite = Invite.objects.create(
        purpose=purpose,
        email=email.lower(),
        public_id=public_id,
        digest=digest,
        invited_by=by,
        created_at=at,
        expires_at=at + INVITE_LIFE,
        **what,
    )
    enqueue(
        task="supportdesk.people.tasks.send_invite", key=f"people.invite:{invite.pk}", payload={"invite": invite.pk}
    )
    return invite


def _use(invite: Invite, at: datetime) -> None:
    """Claimed by one request, whatever the number of clicks."""
    if not Invite.objects.filter(pk=invite.pk, used_at__isnull=True, expires_at__gt=at).update(used_at=at):
        raise InviteUsedUp
