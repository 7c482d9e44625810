"""The demo's people: they may sign in at once, with a second factor whose codes a command prints."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from supportdesk.people import roles
from supportdesk.people.actions.accounts import put_in_team
from supportdesk.people.actions.roles import set_roles, sync_roles
from supportdesk.people.errors import NotInDemo
from supportdesk.people.factors import code_at, new_seed
from supportdesk.people.models import Team, TotpDevice, User


@dataclass(frozen=True, slots=True)
class Colleague:
    email: str
    name: str
    role: str
    is_lead: bool = False


COLLEAGUES = (
    Colleague("agent@redress.example", "Ana Ruiz", roles.AGENT),
    Colleague("tom@redress.example", "Tom Baker", roles.AGENT),
    Colleague("supervisor@redress.example", "Mira Holt", roles.SUPERVISOR, is_lead=True),
    Colleague("finance@redress.example", "Jonas Lind", roles.FINANCE),
    Colleague("auditor@redress.example", "Edith Okoro", roles.AUDITOR),
    Colleague("admin@redress.example", "Sam Adeyemi", roles.ADMINISTRATOR),
)


@transaction.atomic
def create_demo_staff(*, password: str, team: Team) -> list[User]:
    """Safe to repeat: whoever exists keeps their factor and gets this password and role again."""
    _in_demo_only()
    sync_roles()
    return [_create(colleague, password=password, team=team) for colleague in COLLEAGUES]


@transaction.atomic
def create_demo_customer(*, email: str, name: str, password: str) -> User:
    _in_demo_only()
    return _account(email, name, password)


def current_code(email: str, *, at: datetime) -> str | None:
    """The code that this person's app would show now."""
    _in_demo_only()
    device = TotpDevice.objects.filter(user__email=email, confirmed=True).order_by("pk").first()
    return code_at(device.seed, at, drift=device.drift) if device else None


def _create(colleague: Colleague, *, password: str, team: Team) -> User:
    user = _account(colleague.email, colleague.name, password)
    set_roles(user, to=[colleague.role], by=None)
    user.refresh_from_db()
    if "tickets.work_tickets" in roles.PERMISSIONS[colleague.role]:
        put_in_team(user, team=team, is_lead=colleague.is_lead, by=None)
    if not TotpDevice.objects.filter(user=user, confirmed=True).exists():
        TotpDevice.objects.create(user=user, name="Demo app", confirmed=True, seed=new_seed())
    return user


def _account(email: str, name: str, password: str) -> User:
    user: User = User.objects.get_or_create(email=email, defaults={"name": name})[0]
    user.name = name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def _in_demo_only() -> None:
    if settings.PRODUCTION:
        raise NotInDemo
