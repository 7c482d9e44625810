import pytest
from django.test import Client

from billing.models import OutboxMessage
from supportdesk.people import roles
from supportdesk.people.models import IdentityEvent, Invite, RecoveryCode, Team, TotpDevice, User
from tests.personas import make_staff, sign_in


@pytest.fixture
def administrator(db: None) -> User:
    return make_staff("admin@desk.test", roles.ADMINISTRATOR)


def reset(client: Client, user: User, why: str = "lost") -> int:
    return client.post(f"/factor/staff/{user.pk}/reset/", {"why": why}).status_code


def test_supervisor_resets_a_lost_factor(agent: User, lead: User) -> None:
    theirs = sign_in(agent)
    theirs.post("/factor/codes/")

    assert reset(sign_in(lead), agent) == 302

    assert TotpDevice.objects.filter(user=agent).count() == 0
    assert RecoveryCode.objects.count() == 0
    assert theirs.get("/factor/devices/")["Location"].startswith("/accounts/login/")
    event = IdentityEvent.objects.get(deed="factor_reset")
    assert (event.subject_id, event.by_id, event.detail["why"]) == (agent.pk, lead.pk, "lost")
    assert Invite.objects.get().user == agent
    tasks = OutboxMessage.objects.filter(
        key__in=[f"people.event:{event.pk}", f"people.invite:{Invite.objects.get().pk}"]
    )
    assert sorted(tasks.values_list("task", flat=True)) == [
        "supportdesk.people.tasks.send_invite",
        "supportdesk.people.tasks.tell",
    ]


def test_after_a_reset_the_password_alone_enrols_nothing(agent: User, lead: User) -> None:
    reset(sign_in(lead), agent)
    agent.refresh_from_db()
    assert sign_in(agent, factor="none").post("/factor/enrol/").status_code == 403


def test_nobody_resets_themselves(lead: User) -> None:
    client = sign_in(lead)
    assert reset(client, lead) == 302
    assert TotpDevice.objects.filter(user=lead).count() == 1
    assert IdentityEvent.objects.filter(deed="factor_reset").count() == 0


@pytest.mark.parametrize("factor", ["none", "stale"])
def test_resetting_needs_a_fresh_factor(agent: User, lead: User, factor: str) -> None:
    assert reset(sign_in(lead, factor=factor), agent) == 302  # type: ignore[arg-type]
    assert TotpDevice.objects.filter(user=agent).count() == 1


def test_agents_reset_nobody(agent_client: Client, outsider: User) -> None:
    assert reset(agent_client, outsider) == 403
    assert TotpDevice.objects.filter(user=outsider).count() == 1


def test_administrators_reset_nobody_and_are_not_asked_to(administrator: User, agent: User) -> None:
    client = sign_in(administrator)

    assert reset(client, agent) == 403
    page = client.get(f"/factor/staff/{agent.pk}/")

    assert TotpDevice.objects.filter(user=agent).count() == 1
    assert (page.status_code, "Reset the second factor" in page.content.decode()) == (200, False)
    assert "Disable this account" in page.content.decode()


def test_reset_needs_a_reason_from_the_list(agent: User, lead: User) -> None:
    assert reset(sign_in(lead), agent, why="because") == 422
    assert TotpDevice.objects.filter(user=agent).count() == 1


def test_customers_are_not_colleagues(lead_client: Client, customer: User) -> None:
    assert lead_client.get(f"/factor/staff/{customer.pk}/").status_code == 404
    assert reset(lead_client, customer) == 404


def test_administrator_gives_and_takes_roles(administrator: User, agent: User) -> None:
    client, theirs = sign_in(administrator), sign_in(agent)

    client.post(f"/factor/staff/{agent.pk}/roles/", {"roles": ["finance", "auditor"]})

    changed = User.objects.get(pk=agent.pk)
    assert (changed.roles, changed.has_perm("tickets.work_tickets")) == ({"finance", "auditor"}, False)
    assert theirs.get("/factor/devices/").status_code == 302
    detail = {"before": ["agent"], "after": ["auditor", "finance"]}
    assert IdentityEvent.objects.filter(deed="roles_changed", by_id=administrator.pk).get().detail == detail


def test_who_loses_every_role_is_a_customer(administrator: User, agent: User) -> None:
    sign_in(administrator).post(f"/factor/staff/{agent.pk}/roles/", {})
    changed = User.objects.get(pk=agent.pk)
    assert (changed.is_staff, changed.roles, changed.has_perm("tickets.work_tickets")) == (False, frozenset(), False)


def test_supervisors_do_not_give_roles(lead_client: Client, agent: User) -> None:
    assert lead_client.post(f"/factor/staff/{agent.pk}/roles/", {"roles": ["administrator"]}).status_code == 403
    assert User.objects.get(pk=agent.pk).roles == {"agent"}


def test_administrator_gives_themselves_nothing(administrator: User) -> None:
    sign_in(administrator).post(f"/factor/staff/{administrator.pk}/roles/", {"roles": ["finance", "administrator"]})
    assert User.objects.get(pk=administrator.pk).roles == {"administrator"}


def test_invented_roles_are_refused(administrator: User, agent: User) -> None:
    response = sign_in(administrator).post(f"/factor/staff/{agent.pk}/roles/", {"roles": ["root"]})
    assert response.status_code == 422
    assert User.objects.get(pk=agent.pk).roles == {"agent"}


def test_disabled_account_is_out_at_once_and_can_come_back(administrator: User, agent: User) -> None:
    client, theirs = sign_in(administrator), sign_in(agent)
    client.post(f"/factor/staff/{agent.pk}/disable/")
    assert theirs.get("/factor/devices/")["Location"].startswith("/accounts/login/")
    client.post(f"/factor/staff/{agent.pk}/enable/")
    assert User.objects.get(pk=agent.pk).is_active is True


def test_nobody_disables_themselves(administrator: User) -> None:
    sign_in(administrator).post(f"/factor/staff/{administrator.pk}/disable/")
    assert User.objects.get(pk=administrator.pk).is_active is True


def test_administrator_invites_by_a_form(administrator: User, team: Team) -> None:
    data = {"email": "New@desk.test", "role": "agent", "team": team.pk}
    assert sign_in(administrator).post("/factor/staff/invite/", data).status_code == 302
    invite = Invite.objects.get()
    assert (invite.email, invite.team, invite.invited_by) == ("new@desk.test", team, administrator)


def test_colleagues_are_not_invited_twice(administrator: User, agent: User) -> None:
    response = sign_in(administrator).post("/factor/staff/invite/", {"email": agent.email, "role": "agent"})
    assert response.status_code == 422
    assert "This person already works here." in response.content.decode()
    assert Invite.objects.count() == 0


@pytest.mark.parametrize("count", [1, 4])
def test_list_of_colleagues_costs_the_same_for_any_number(
    lead: User, team: Team, count: int, django_assert_num_queries: "object"
) -> None:
    for number in range(count):
        make_staff(f"agent{number}@desk.test", roles.AGENT, team=team)
    client = sign_in(lead)
    client.get("/factor/staff/")
    # Three of identity; people, memberships, teams, invites; and what waits for the lead's decision.
    with django_assert_num_queries(8):  # type: ignore[operator]  # pytest-django's fixture
        page = client.get("/factor/staff/").content.decode()
    assert page.count("@desk.test</td>") == count + 1
