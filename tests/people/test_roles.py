from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import override_settings

from supportdesk.people import roles
from supportdesk.people.actions.roles import set_roles, sync_roles
from supportdesk.people.errors import NotYourself, UnknownRole
from supportdesk.people.models import IdentityEvent, User

pytestmark = pytest.mark.django_db


def names_of(role: str) -> set[str]:
    held = Permission.objects.filter(group__name=role).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in held}


@pytest.mark.parametrize("role", roles.ROLES)
def test_groups_are_what_the_table_says_after_migrate(role: str) -> None:
    plain = {name for name in roles.PERMISSIONS[role] if not name.startswith("view:")}
    views = {name.removeprefix("view:") for name in roles.PERMISSIONS[role] if name.startswith("view:")}
    rest = names_of(role) - plain
    assert plain <= names_of(role)
    assert {(name.partition(".")[0], name.partition(".")[2].partition("_")[0]) for name in rest} <= {
        (app, "view") for app in views
    }


def test_a_permission_slipped_into_the_database_is_taken_out_again() -> None:
    agents = Group.objects.get(name=roles.AGENT)
    agents.permissions.add(Permission.objects.get(codename="approve_refund"))
    said = StringIO()
    call_command("sync_roles", stdout=said)
    assert "billing.approve_refund" not in names_of(roles.AGENT)
    assert said.getvalue() == "1 roles changed.\n"


def test_syncing_twice_changes_nothing() -> None:
    sync_roles()
    assert sync_roles() == 0


def test_agents_and_administrators_hold_exactly_this(agent: User, lead: User) -> None:
    assert names_of(roles.AGENT) == {
        "billing.request_credit",
        "billing.request_refund",
        "billing.reveal_payment_data",
        "billing.view_payment_data",
        "tickets.read_tickets",
        "tickets.work_tickets",
    }
    assert "billing.view_payment_data" not in names_of(roles.ADMINISTRATOR)
    assert "tickets.read_tickets" not in names_of(roles.ADMINISTRATOR)


def test_superuser_flag_opens_nothing(customer: User) -> None:
    customer.is_superuser = True  # type: ignore[misc]  # there is no such column; the attempt must be worth nothing
    assert customer.has_perm("tickets.work_tickets") is False


def test_disabled_staff_hold_nothing(agent: User) -> None:
    agent.is_active = False
    assert (agent.has_perm("tickets.work_tickets"), agent.has_module_perms("tickets")) == (False, False)


def test_invented_role_is_refused_and_nothing_changes(agent: User, lead: User) -> None:
    with pytest.raises(UnknownRole):
        set_roles(agent, to=["agent", "root"], by=lead)
    assert User.objects.get(pk=agent.pk).roles == {"agent"}
    assert IdentityEvent.objects.filter(by_id=lead.pk).count() == 0


def test_group_that_is_no_role_is_refused(agent: User, lead: User) -> None:
    Group.objects.create(name="friends")
    with pytest.raises(UnknownRole):
        set_roles(agent, to=["friends"], by=lead)


def test_nobody_changes_their_own_roles(lead: User) -> None:
    with pytest.raises(NotYourself):
        set_roles(lead, to=["administrator"], by=lead)


def test_setting_the_same_roles_ends_no_session(agent: User, lead: User) -> None:
    before = User.objects.get(pk=agent.pk).session_epoch
    set_roles(agent, to=["agent"], by=lead)
    assert User.objects.get(pk=agent.pk).session_epoch == before


@override_settings(PRODUCTION=True)
def test_demo_people_exist_in_the_demo_only() -> None:
    from supportdesk.people.actions.demo import create_demo_customer, create_demo_staff, current_code
    from supportdesk.people.errors import NotInDemo
    from supportdesk.people.models import Team

    team = Team.objects.create(name="Demo")
    for deed in (
        lambda: create_demo_staff(password="x", team=team),
        lambda: create_demo_customer(email="a@b.test", name="A", password="x"),
        lambda: current_code("a@b.test", at=None),  # type: ignore[arg-type]  # refused before it is read
    ):
        with pytest.raises(NotInDemo):
            deed()
    assert User.objects.count() == 0
