"""Everybody who may knock, in every state of the second factor, and the objects they knock about."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.test import Client

from supportdesk.people import roles
from supportdesk.people.models import Team, User
from tests.personas import Factor, make_staff, make_user, sign_in


class Caller(Enum):
    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    OTHER_CUSTOMER = "other customer"
    AGENT = "agent"
    AGENT_OTHER_TEAM = "agent of another team"
    AGENT_NO_BILLING = "agent without billing"
    AGENT_UNVERIFIED = "agent without second factor"
    AGENT_STALE = "agent with an old factor"
    AGENT_LEANING = "agent who proved it ten minutes ago"
    SUPERVISOR = "supervisor"
    SUPERVISOR_STALE = "supervisor with an old factor"
    SUPERVISOR_LEANING = "supervisor who proved it ten minutes ago"
    FINANCE = "finance"
    FINANCE_STALE = "finance with an old factor"
    FINANCE_LEANING = "finance who proved it ten minutes ago"
    AUDITOR = "auditor"
    AUDITOR_STALE = "auditor with an old factor"
    ADMINISTRATOR = "administrator"
    ADMINISTRATOR_STALE = "administrator with an old factor"
    DISABLED = "disabled agent"


STAFF: dict[Caller, tuple[str, Factor]] = {
    Caller.AGENT: (roles.AGENT, "fresh"),
    Caller.AGENT_OTHER_TEAM: (roles.AGENT, "fresh"),
    Caller.AGENT_NO_BILLING: (roles.AGENT, "fresh"),
    Caller.AGENT_UNVERIFIED: (roles.AGENT, "none"),
    Caller.AGENT_STALE: (roles.AGENT, "stale"),
    Caller.AGENT_LEANING: (roles.AGENT, "leaned on"),
    Caller.SUPERVISOR: (roles.SUPERVISOR, "fresh"),
    Caller.SUPERVISOR_STALE: (roles.SUPERVISOR, "stale"),
    Caller.SUPERVISOR_LEANING: (roles.SUPERVISOR, "leaned on"),
    Caller.FINANCE: (roles.FINANCE, "fresh"),
    Caller.FINANCE_STALE: (roles.FINANCE, "stale"),
    Caller.FINANCE_LEANING: (roles.FINANCE, "leaned on"),
    Caller.AUDITOR: (roles.AUDITOR, "fresh"),
    Caller.AUDITOR_STALE: (roles.AUDITOR, "stale"),
    Caller.ADMINISTRATOR: (roles.ADMINISTRATOR, "fresh"),
    Caller.ADMINISTRATOR_STALE: (roles.ADMINISTRATOR, "stale"),
    Caller.DISABLED: (roles.AGENT, "fresh"),
}

# Who sees what lies in the queue of the team. (The administrator runs the desk and reads no ticket.)
OF_THE_TEAM = frozenset(STAFF) - {
    Caller.AGENT_OTHER_TEAM,
    Caller.ADMINISTRATOR,
    Caller.ADMINISTRATOR_STALE,
    Caller.DISABLED,
}


@dataclass
class World:
    """``things`` is for the apps' own objects: tests/security/examples.py fills and reads it."""

    team: Team
    other_team: Team
    people: dict[Caller, User]
    things: dict[str, Any] = field(default_factory=dict)

    def client_of(self, caller: Caller) -> Client:
        client = Client(raise_request_exception=False)
        if caller is Caller.ANONYMOUS:
            return client
        sign_in(self.people[caller], factor=STAFF[caller][1] if caller in STAFF else "none", client=client)
        if caller is Caller.DISABLED:  # disabled while signed in: the session is over from the next request on
            User.objects.filter(pk=self.people[caller].pk).update(is_active=False)
        return client


def build() -> World:
    team, other_team = Team.objects.create(name="Payments"), Team.objects.create(name="Policies")
    people = {
        Caller.CUSTOMER: make_user("customer@home.test"),
        Caller.OTHER_CUSTOMER: make_user("other@home.test"),
    }
    for caller, (role, _) in STAFF.items():
        address = f"{caller.name.lower().replace('_', '-')}@desk.test"
        home = other_team if caller is Caller.AGENT_OTHER_TEAM else team
        people[caller] = make_staff(address, role, team=home)
    _take_billing_away(people[Caller.AGENT_NO_BILLING])
    people = {caller: User.objects.with_rights().get(pk=person.pk) for caller, person in people.items()}
    return World(team=team, other_team=other_team, people=people)


def _take_billing_away(user: User) -> None:
    """A role of its own: an agent whose desk sees no payment data."""
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="agent without billing")
    group.permissions.set(Group.objects.get(name=roles.AGENT).permissions.exclude(content_type__app_label="billing"))
    user.groups.set([group])
