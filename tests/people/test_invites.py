from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from supportdesk.people import roles
from supportdesk.people.actions.invites import invite_staff, invite_to_enrol
from supportdesk.people.emails import send_invite
from supportdesk.people.models import IdentityEvent, Invite, Team, TotpDevice, User
from supportdesk.people.queries import token_for
from tests.people.codes import code_of
from tests.personas import PASSWORD, make_user, sign_in

GOOD = {"name": "Nell Park", "password": "three grey herons"}


@pytest.fixture
def invite(team: Team, lead: User) -> Invite:
    return invite_staff(email="nell@desk.test", role=roles.AGENT, team=team, by=lead, at=timezone.now())


def address(invite: Invite) -> str:
    return f"/factor/join/{token_for(invite)}/"


def test_invited_person_sets_a_password_and_enrols_in_the_same_session(invite: Invite, team: Team) -> None:
    client = Client()
    assert client.get(address(invite)).status_code == 200

    response = client.post(address(invite), GOOD)

    user = User.objects.get(email="nell@desk.test")
    assert (response["Location"], user.name, user.roles, user.is_staff) == (
        "/factor/enrol/",
        "Nell Park",
        {"agent"},
        True,
    )
    assert list(user.teams.all()) == [team]
    client.post("/factor/enrol/")
    assert client.post("/factor/enrol/app/", {"code": code_of(user)})["Location"] == "/factor/codes/"
    deeds = IdentityEvent.objects.filter(subject_id=user.pk).order_by("pk").values_list("deed", flat=True)
    assert list(deeds) == ["joined", "signed_in", "factor_enrolled", "proved"]


def test_link_works_once(invite: Invite) -> None:
    Client().post(address(invite), GOOD)
    again = Client()
    assert (again.get(address(invite)).status_code, again.post(address(invite), GOOD).status_code) == (404, 404)


def test_link_works_for_a_day(invite: Invite) -> None:
    Invite.objects.filter(pk=invite.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert Client().get(address(invite)).status_code == 404
    assert invite.expires_at - invite.created_at == timedelta(hours=24)


def test_inviting_again_makes_the_first_link_void(invite: Invite, lead: User) -> None:
    invite_staff(email="Nell@desk.test", role=roles.FINANCE, team=None, by=lead, at=timezone.now())
    assert Client().get(address(invite)).status_code == 404


@pytest.mark.parametrize("change", [str.lower, str.swapcase, lambda t: t[:-1], lambda t: t + "x", lambda t: "null"])
def test_nothing_near_a_token_is_one(invite: Invite, change: "object") -> None:
    token = change(token_for(invite))  # type: ignore[operator]  # each is a function of str
    assert Client().get(f"/factor/join/{token}/").status_code == 404


@pytest.mark.parametrize("empty", ["%20", "%00", "null", "undefined"])
def test_empty_tokens_are_none(invite: Invite, empty: str) -> None:
    assert Client().get(f"/factor/join/{empty}/").status_code == 404


def test_token_has_128_bits_and_only_its_hash_is_kept(invite: Invite) -> None:
    token = token_for(invite)
    assert len(token) == 22
    assert token not in str(Invite.objects.filter(pk=invite.pk).values().get())


def test_token_outlives_a_change_of_the_secret_key(invite: Invite, settings: "object") -> None:
    token, old = token_for(invite), settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, [old]  # type: ignore[attr-defined]
    assert token_for(invite) == token


def test_page_of_a_link_tells_no_other_site_its_address(invite: Invite) -> None:
    response = Client().get(address(invite))
    assert (response["Referrer-Policy"], response["Cache-Control"]) == ("strict-origin", "no-store, private")


@pytest.mark.parametrize("password", ["short", "elevenchars", "Password2026!", "nell@desk.test1"])
def test_weak_password_is_refused_and_the_link_kept(invite: Invite, password: str) -> None:
    response = Client().post(address(invite), {**GOOD, "password": password})
    assert response.status_code == 422
    assert 'value="Nell Park"' in response.content.decode()
    assert User.objects.filter(email="nell@desk.test").count() == 0
    assert Client().get(address(invite)).status_code == 200


def test_customer_who_joins_the_desk_starts_anew(invite: Invite) -> None:
    before = make_user("nell@desk.test")
    old = sign_in(before)
    Client().post(address(invite), GOOD)
    assert old.get("/factor/")["Location"].startswith("/accounts/login/")
    assert User.objects.get(pk=before.pk).roles == {"agent"}


def test_colleague_is_not_taken_over_by_an_invitation(invite: Invite, agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(email=invite.email)
    assert Client().post(address(invite), GOOD).status_code == 404
    agent.refresh_from_db()
    assert (agent.check_password(PASSWORD), agent.name) == (True, "Agent")


def test_disabled_account_is_not_opened_by_an_invitation(invite: Invite) -> None:
    user = make_user("nell@desk.test")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Client().post(address(invite), GOOD).status_code == 404
    assert User.objects.get(pk=user.pk).is_active is False


def test_name_keeps_no_card_number(invite: Invite) -> None:
    page = Client().post(address(invite), {**GOOD, "name": "Nell 4111 1111 1111 1111"})
    assert "This holds a card number." in page.content.decode()
    assert not User.objects.filter(email="nell@desk.test").exists()


def test_invitation_mail_leads_to_our_own_address(invite: Invite, settings: "object") -> None:
    settings.DESK_ADDRESS = "https://desk.example.com"  # type: ignore[attr-defined]
    send_invite(invite_id=invite.pk)
    [message] = mail.outbox
    assert message.to == ["nell@desk.test"]
    assert f"https://desk.example.com{address(invite)}" in message.body
    assert message.subject == "Your invitation to the Redress desk"


def test_enrolment_link_needs_the_person_it_was_mailed_to(agent: User, outsider: User, lead: User) -> None:
    invite = invite_to_enrol(agent, by=lead, at=timezone.now())
    where = f"/factor/enrol/again/{token_for(invite)}/"
    assert sign_in(outsider, factor="none").get(where).status_code == 404
    assert Client().get(where)["Location"].startswith("/accounts/login/")
    TotpDevice.objects.filter(user=agent).delete()
    client = sign_in(agent, factor="none")
    assert client.get(where).status_code == 200
    assert client.post(where)["Location"] == "/factor/enrol/"
    assert client.get("/factor/enrol/").status_code == 200
    assert client.post(where).status_code == 404


@pytest.mark.django_db
def test_operator_invites_the_first_administrator() -> None:
    said = StringIO()
    call_command("invite_staff", "first@desk.test", stdout=said)
    invite = Invite.objects.select_related("role").get()
    assert (invite.email, invite.role and invite.role.name) == ("first@desk.test", "administrator")
    assert said.getvalue().startswith("A link is on its way to first@desk.test")


def test_operator_is_told_who_is_here_already(agent: User) -> None:
    with pytest.raises(CommandError, match="already works here"):
        call_command("invite_staff", agent.email)
    assert Invite.objects.count() == 0


@pytest.mark.django_db
def test_operator_is_told_of_a_wrong_address() -> None:
    with pytest.raises(CommandError, match="nobody is not an email address"):
        call_command("invite_staff", "nobody")
    assert Invite.objects.count() == 0
