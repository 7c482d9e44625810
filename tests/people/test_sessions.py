from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from billing.access import factor
from supportdesk.people.actions.accounts import disable
from supportdesk.people.actions.roles import set_roles
from supportdesk.people.actions.sessions import forget_ended_sessions, move_session
from supportdesk.people.models import IdentityEvent, TotpDevice, User
from supportdesk.people.states import IDLE, LONGEST, SEEN_AT, SIGNED_IN_AT
from tests.people.codes import app_of, code_of
from tests.personas import PASSWORD, age_factor, make_app, sign_in

WORK = "/factor/devices/"
SIGN_IN = "/accounts/login/"


def shift(client: Client, key: str, by: timedelta) -> None:
    session = client.session
    session[key] -= by.total_seconds()
    session.save()


def is_signed_in(client: Client) -> bool:
    response = client.get(WORK)
    return response.status_code == 200


def test_staff_idle_out_after_fifteen_minutes(agent_client: Client) -> None:
    shift(agent_client, SEEN_AT, IDLE - timedelta(seconds=5))
    assert is_signed_in(agent_client)
    shift(agent_client, SEEN_AT, IDLE + timedelta(seconds=5))
    assert agent_client.get(WORK)["Location"].startswith(SIGN_IN)


def test_work_extends_the_session_and_polls_do_not(agent_client: Client) -> None:
    shift(agent_client, SEEN_AT, timedelta(minutes=10))
    agent_client.get(WORK, headers={"X-Redress-Poll": "1"})
    polled = agent_client.session[SEEN_AT]
    agent_client.get(WORK)
    worked = agent_client.session[SEEN_AT]
    now = timezone.now().timestamp()
    assert now - polled == pytest.approx(600, abs=5)
    assert now - worked == pytest.approx(0, abs=5)


def test_polls_alone_do_not_keep_a_session_alive(agent_client: Client) -> None:
    shift(agent_client, SEEN_AT, IDLE + timedelta(seconds=5))
    response = agent_client.get(WORK, headers={"X-Redress-Poll": "1", "HX-Request": "true"})
    assert (response.status_code, response.content) == (401, b"")


def test_session_ends_after_twelve_hours_of_work(agent_client: Client) -> None:
    shift(agent_client, SIGNED_IN_AT, LONGEST + timedelta(seconds=5))
    assert agent_client.get(WORK)["Location"].startswith(SIGN_IN)


def test_customers_may_pause(customer_client: Client) -> None:
    shift(customer_client, SEEN_AT, timedelta(hours=3))
    assert customer_client.get("/factor/")["Location"] == "/my/"


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 302)])
def test_factor_is_fresh_for_fifteen_minutes(agent_client: Client, minutes: int, status: int) -> None:
    age_factor(agent_client, timedelta(minutes=minutes))
    assert agent_client.get("/factor/codes/").status_code == status


def test_using_payment_data_slides_the_window_up_to_an_hour(agent_client: Client) -> None:
    session = agent_client.session
    session[factor.PROVED_AT] -= 50 * 60
    session[factor.LEANED_ON_AT] -= 10 * 60
    session.save()

    assert agent_client.get("/factor/codes/").status_code == 200
    assert timezone.now().timestamp() - agent_client.session[factor.LEANED_ON_AT] < 5

    session = agent_client.session
    session[factor.PROVED_AT] -= 11 * 60
    session.save()
    assert agent_client.get("/factor/codes/").status_code == 302


def test_polls_do_not_slide_the_window(agent_client: Client) -> None:
    age_factor(agent_client, timedelta(minutes=10))
    before = agent_client.session[factor.LEANED_ON_AT]
    agent_client.get("/factor/codes/", headers={"X-Redress-Poll": "1"})
    assert agent_client.session[factor.LEANED_ON_AT] == before


@pytest.mark.parametrize("written", ["soon", None, True, 1e40, float("nan"), -5.0])
def test_a_proof_that_cannot_be_read_is_no_proof(agent_client: Client, written: object) -> None:
    session = agent_client.session
    session[factor.PROVED_AT] = written
    session.save()
    assert agent_client.get("/factor/codes/").status_code == 302


def test_a_proof_from_the_future_is_no_proof(agent_client: Client) -> None:
    age_factor(agent_client, -timedelta(minutes=1))
    assert agent_client.get("/factor/codes/").status_code == 302


def test_signing_in_again_starts_unverified(agent: User) -> None:
    client = sign_in(agent)
    client.post(SIGN_IN, {"login": agent.email, "password": PASSWORD})
    client.force_login(agent)
    assert client.get(WORK)["Location"].startswith("/factor/prove/")


def test_deleting_or_unconfirming_a_device_takes_its_sessions_down(agent: User) -> None:
    client = sign_in(agent)
    TotpDevice.objects.filter(user=agent).update(confirmed=False)
    assert client.get(WORK)["Location"].startswith("/factor/prove/")
    assert factor.PROVED_AT in client.session  # and is believed no longer: see factor_age


def test_password_change_leaves_one_session_and_that_unverified(agent: User) -> None:
    here, elsewhere = sign_in(agent), sign_in(agent)
    here.post(f"/accounts/reauthenticate/?next={WORK}", {"password": PASSWORD})
    new = "paper, ink and patience"

    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    agent.refresh_from_db()
    assert check_password(new, agent.password)
    assert here.get(WORK)["Location"].startswith("/factor/prove/")
    assert elsewhere.get(WORK)["Location"].startswith(SIGN_IN)
    assert IdentityEvent.objects.filter(subject_id=agent.pk, deed="password_changed").count() == 1


@pytest.mark.parametrize("address", ["/accounts/email/", "/accounts/password/change/", "/accounts/password/set/"])
@pytest.mark.parametrize("factor_state", ["none", "stale"])
def test_password_alone_does_not_move_a_colleagues_account(agent: User, address: str, factor_state: str) -> None:
    client = sign_in(agent, factor=factor_state)  # type: ignore[arg-type]  # both are factors
    answers = {client.get(address)["Location"], client.post(address, {"email": "thief@evil.test"})["Location"]}
    assert {answer.partition("?")[0] for answer in answers} == {"/factor/prove/"}


def test_role_change_and_disabling_end_all_sessions(agent: User, outsider: User, lead: User) -> None:
    changed, disabled = sign_in(agent), sign_in(outsider)
    set_roles(agent, to=["auditor"], by=lead)
    disable(outsider, by=lead, request=sign_in(lead).get(WORK).wsgi_request)
    for client in (changed, disabled):
        assert client.get(WORK)["Location"].startswith(SIGN_IN)


def test_polls_on_their_way_while_the_session_moves_lose_nothing(agent: User) -> None:
    client = sign_in(agent)
    old = client.cookies["session"].value
    client.post("/factor/prove/", {"code": code_of(agent)})

    late = Client()
    late.cookies["session"] = old
    poll = late.get(WORK, headers={"HX-Request": "true", "X-Redress-Poll": "1"})
    page = late.get(WORK)

    assert (poll.status_code, poll.cookies.get("session")) == (204, None)
    assert (page.status_code, page["Location"], page.cookies.get("session")) == (302, WORK, None)
    assert is_signed_in(client)


def test_moved_mark_is_short_lived(agent: User) -> None:
    from django.contrib.sessions.models import Session

    client = sign_in(agent)
    request = client.get(WORK).wsgi_request
    old = request.session.session_key
    move_session(request)
    left = Session.objects.get(session_key=old).expire_date - timezone.now()
    assert timedelta(seconds=25) < left <= timedelta(seconds=30)


def test_rights_come_with_the_user_in_one_query(agent: User, django_assert_num_queries: "object") -> None:
    from supportdesk.people.backends import RightsBackend

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        user = RightsBackend().get_user(agent.pk)
        assert user is not None
        answers = [user.has_perm(name) for name in ("tickets.work_tickets", "billing.approve_refund")]
        assert answers == [True, False]
        assert user.roles == {"agent"}


def test_signed_in_page_costs_three_queries_of_identity(agent: User, django_assert_num_queries: "object") -> None:
    client = sign_in(agent)
    colleagues = "/factor/staff/"  # not for agents: who asks is looked up, and nothing after it
    assert client.get(colleagues).status_code == 403
    with django_assert_num_queries(3):  # type: ignore[operator]  # session, user with rights, device
        client.get(colleagues)


def test_app_of_another_user_in_the_session_verifies_nobody(agent: User, lead: User) -> None:
    from django_otp import DEVICE_ID_SESSION_KEY

    client = sign_in(agent)
    make_app(lead, name="Other")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = app_of(lead).persistent_id
    session.save()
    assert client.get(WORK)["Location"].startswith("/factor/prove/")


def test_ended_sessions_are_forgotten_and_the_others_kept(agent_client: Client, customer_client: Client) -> None:
    ended, kept = customer_client.session.session_key, agent_client.session.session_key
    Session.objects.filter(session_key=ended).update(expire_date=timezone.now() - timedelta(seconds=1))

    assert forget_ended_sessions(at=timezone.now()) == 1

    assert set(Session.objects.filter(session_key__in=[ended, kept]).values_list("session_key", flat=True)) == {kept}
