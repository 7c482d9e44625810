from datetime import timedelta
from typing import Any

from django.utils import timezone

from supportdesk.people import roles
from supportdesk.people.actions.invites import invite_staff, invite_to_enrol
from supportdesk.people.models import TotpDevice
from supportdesk.people.queries import token_for
from tests.personas import make_app
from tests.security.examples import Example
from tests.security.world import Caller, World

NOBODY_ELSE = frozenset({Caller.AGENT})


def prepare(world: World) -> None:
    agent = world.people[Caller.AGENT]
    make_app(agent, name="Spare")
    world.things["app"] = TotpDevice.objects.filter(user=agent).latest("pk")
    now = timezone.now() - timedelta(minutes=1)
    invite = invite_staff(email="new@desk.test", role=roles.AGENT, team=None, by=None, at=now)
    world.things["join"] = token_for(invite)
    world.things["again"] = token_for(invite_to_enrol(agent, by=world.people[Caller.SUPERVISOR], at=now))


def _app(world: World) -> dict[str, Any]:
    return {"kind": "app", "pk": world.things["app"].pk}


def _colleague(world: World) -> dict[str, Any]:
    return {"pk": world.people[Caller.DISABLED].pk}


EXAMPLES = {
    **{
        f"people:{name}": Example()
        for name in (
            "home",
            "prove",
            "lock",
            "devices",
            "enrol",
            "enrol_app",
            "codes",
            "passkey_prove_begin",
            "passkey_prove_complete",
            "staff",
            "invite",
        )
    },
    # Without a fresh factor or a mailed link nobody registers a passkey, whatever their role.
    "people:passkey_register_begin": Example(also=frozenset({403})),
    "people:passkey_register_complete": Example(also=frozenset({403})),
    "people:rename": Example(_app, seen_by=NOBODY_ELSE, data=lambda world: {"name": "Old phone"}),
    "people:remove": Example(_app, seen_by=NOBODY_ELSE),
    "people:enrol_again": Example(lambda world: {"token": world.things["again"]}, seen_by=NOBODY_ELSE),
    "people:join": Example(lambda world: {"token": world.things["join"]}),
    "people:colleague": Example(_colleague),
    "people:reset_factor": Example(_colleague),
    "people:set_roles": Example(_colleague, data=lambda world: {"roles": ["agent"]}),
    "people:disable": Example(_colleague),
    "people:enable": Example(_colleague),
    **{
        f"account_{name}": Example()
        for name in (
            "login",
            "logout",
            "inactive",
            "signup",
            "request_login_code",
            "confirm_login_code",
            "email_verification_sent",
            "reset_password",
            "confirm_password_reset_code",
            "complete_password_reset",
            "password_reset_completed",
            "reauthenticate",
            "email",
            "change_password",
            "set_password",
        )
    },
}
