"""Giving and taking roles, and keeping the groups in the database equal to the table in code."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from supportdesk.people import roles
from supportdesk.people.actions.events import record
from supportdesk.people.actions.sessions import end_sessions
from supportdesk.people.errors import NotYourself, UnknownRole
from supportdesk.people.models import User
from supportdesk.people.states import Deed


@transaction.atomic
def sync_roles() -> int:
    """Make the groups and their permissions what the table says; returns how many groups had to change.

    Safe to repeat. Two at once wait for each other, on the first group's row.
    """
    known = {f"{app}.{codename}": pk for pk, app, codename in _permissions()}
    changed = 0
    for role, names in roles.PERMISSIONS.items():
        group, created = Group.objects.select_for_update().get_or_create(name=role)
        wanted = {pk for name in names for pk in _expand(name, known)}
        if created or wanted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(wanted)
            changed += 1
    return changed


def _permissions() -> Iterable[tuple[int, str, str]]:
    return Permission.objects.values_list("pk", F("content_type__app_label"), "codename").order_by("pk")


def _expand(name: str, known: dict[str, int]) -> set[int]:
    if name.startswith("view:"):
        prefix = f"{name.removeprefix('view:')}.view_"
        # The payment data permission is a right of its own, not one model's list in the admin.
        return {pk for full, pk in known.items() if full.startswith(prefix) and not full.endswith("_payment_data")}
    if name not in known:
        known[name] = _make_permission(name)
    return {known[name]}


def _make_permission(name: str) -> int:
    """A right that no model declares (yet): its row hangs on the app alone."""
    app_label, codename = name.split(".")
    content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model="right")
    permission, _ = Permission.objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": codename.replace("_", " ").capitalize()}
    )
    return permission.pk


@transaction.atomic
def set_roles(user: User, *, to: Iterable[str], by: User | None, request: HttpRequest | None = None) -> None:
    """The roles are exactly these from now on; every session of the user is over, for rights live in them."""
    if by is not None and by.pk == user.pk:
        raise NotYourself
    names = sorted(set(to))
    groups = list(Group.objects.filter(name__in=names))
    if len(groups) != len(names) or not set(names) <= set(roles.ROLES):
        raise UnknownRole
    locked = User.objects.select_for_update().get(pk=user.pk)
    before = sorted(locked.groups.values_list("name", flat=True))
    if before == names:
        return
    locked.groups.set(groups)
    locked.is_staff = bool(groups)
    locked.save(update_fields=["is_staff"])
    end_sessions(locked)
    record(Deed.ROLES_CHANGED, subject=locked, by=by, detail={"before": before, "after": names}, request=request)
