from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from billing.models import OutboxMessage
from supportdesk.people.actions.sessions import allow_enrolment
from supportdesk.people.models import IdentityEvent, RecoveryCode, TotpDevice, User
from supportdesk.people.states import MAY_ENROL_UNTIL
from tests.people.codes import app_of, code_of, wrong_code_of
from tests.personas import make_app, make_staff, sign_in


@pytest.fixture
def newcomer(agent: User) -> User:
    """Staff who joined and has no factor yet."""
    user = make_staff("new@desk.test", "agent")
    TotpDevice.objects.filter(user=user).delete()
    return user


def with_link(user: User, *, minutes: int = 60) -> Client:
    """Signed in by password after taking up a mailed link."""
    client = sign_in(user, factor="none")
    session = client.session
    session[MAY_ENROL_UNTIL] = (timezone.now() + timedelta(minutes=minutes)).timestamp()
    session.save()
    return client


def begin(client: Client) -> str:
    client.post("/factor/enrol/")
    return client.get("/factor/enrol/app/").content.decode()


def test_newcomer_enrols_with_a_picture_and_the_secret_in_text(newcomer: User) -> None:
    client = with_link(newcomer)
    page = begin(client)
    seed = app_of(newcomer).seed
    assert 'src="data:image/svg+xml' in page
    assert "-".join(seed[start : start + 4] for start in range(0, len(seed), 4)) in page

    response = client.post("/factor/enrol/app/", {"code": code_of(newcomer), "name": "Work phone"})

    assert (response.status_code, response["Location"]) == (302, "/factor/codes/")
    assert client.get("/factor/codes/").status_code == 200  # verified and fresh by it
    assert app_of(newcomer).name == "Work phone"
    events = IdentityEvent.objects.filter(subject_id=newcomer.pk).order_by("pk").values_list("deed", flat=True)
    assert list(events)[-2:] == ["factor_enrolled", "proved"]


def test_wrong_code_enrols_nothing_and_keeps_the_picture(newcomer: User) -> None:
    client = with_link(newcomer)
    begin(client)
    response = client.post("/factor/enrol/app/", {"code": wrong_code_of(newcomer), "name": "Mine"})
    assert response.status_code == 422
    assert 'value="Mine"' in response.content.decode()
    assert app_of(newcomer).confirmed is False


@pytest.mark.parametrize("address", ["/factor/enrol/", "/factor/enrol/app/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_password_alone_never_enrols(newcomer: User, address: str, method: str) -> None:
    response = getattr(sign_in(newcomer, factor="none"), method)(address, {"code": "123456"})
    assert response.status_code == 403
    assert TotpDevice.objects.filter(user=newcomer).count() == 0


@pytest.mark.parametrize("factor", ["none", "stale"])
def test_who_has_a_factor_shows_it_before_adding_another(agent: User, factor: str) -> None:
    client = sign_in(agent, factor=factor)  # type: ignore[arg-type]  # both are factors
    for address in ("/factor/enrol/", "/factor/enrol/app/"):
        assert client.post(address)["Location"] == "/factor/prove/"
    assert client.post("/factor/passkeys/register/begin/").status_code == 403
    assert TotpDevice.objects.filter(user=agent).count() == 1


def test_mailed_link_does_not_add_a_second_factor_without_the_first(agent: User) -> None:
    assert with_link(agent).post("/factor/enrol/")["Location"] == "/factor/prove/"


def test_mailed_link_is_good_for_an_hour(newcomer: User) -> None:
    assert with_link(newcomer, minutes=-1).post("/factor/enrol/").status_code == 403


def test_signing_in_again_forgets_the_link(newcomer: User) -> None:
    client = with_link(newcomer)
    sign_in(newcomer, factor="none", client=client)
    assert client.post("/factor/enrol/").status_code == 403


def test_starting_again_throws_the_unconfirmed_secret_away(newcomer: User) -> None:
    client = with_link(newcomer)
    begin(client)
    first = app_of(newcomer).seed
    begin(client)
    assert TotpDevice.objects.filter(user=newcomer).count() == 1
    assert app_of(newcomer).seed != first


def test_adding_a_factor_ends_every_other_session(agent: User) -> None:
    here, elsewhere = sign_in(agent), sign_in(agent)
    begin(here)
    here.post("/factor/enrol/app/", {"code": code_of(agent)})
    assert here.get("/factor/devices/").status_code == 200
    assert elsewhere.get("/factor/devices/")["Location"].startswith("/accounts/login/")


def test_owner_is_told_of_a_new_factor(agent: User) -> None:
    client = sign_in(agent)
    begin(client)
    client.post("/factor/enrol/app/", {"code": code_of(agent)})
    event = IdentityEvent.objects.get(deed="factor_enrolled")
    assert OutboxMessage.objects.filter(key=f"people.event:{event.pk}").count() == 1


def test_recovery_codes_are_shown_once_and_kept_as_hashes(agent: User) -> None:
    client = sign_in(agent)
    page = client.post("/factor/codes/").content.decode()
    codes = [line.split("</code>")[0] for line in page.split('<code class="ref">')[1:]]

    assert len(codes) == 10
    assert {len(code.replace("-", "")) * 5 for code in codes} == {120}  # bits
    assert codes[0] not in client.get("/factor/codes/").content.decode()
    stored = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(code.replace("-", "") in stored for code in codes)

    opened = sign_in(agent, factor="none").post("/factor/prove/", {"code": codes[0].lower()})
    again = sign_in(agent, factor="none").post("/factor/prove/", {"code": codes[0]})
    assert (opened.status_code, again.status_code) == (302, 422)


def test_new_recovery_codes_make_the_old_ones_void(agent: User) -> None:
    client = sign_in(agent)
    page = client.post("/factor/codes/").content.decode()
    old = page.split('<code class="ref">')[1].split("</code>")[0]
    client.post("/factor/codes/")
    assert RecoveryCode.objects.count() == 10
    assert sign_in(agent, factor="none").post("/factor/prove/", {"code": old}).status_code == 422


def test_recovery_code_of_somebody_else_opens_nothing(agent: User, lead: User) -> None:
    page = sign_in(lead).post("/factor/codes/").content.decode()
    code = page.split('<code class="ref">')[1].split("</code>")[0]
    assert sign_in(agent, factor="none").post("/factor/prove/", {"code": code}).status_code == 422


def test_last_factor_stays(agent: User) -> None:
    client = sign_in(agent)
    client.post("/factor/codes/")
    device = app_of(agent)
    response = client.post(f"/factor/devices/app/{device.pk}/remove/", follow=True)
    assert "This is your only second factor." in response.content.decode()
    assert TotpDevice.objects.filter(pk=device.pk).count() == 1


def test_removing_the_device_of_a_session_ends_what_it_opened(agent: User) -> None:
    here, elsewhere = sign_in(agent), sign_in(agent)
    shown = app_of(agent)
    make_app(agent, name="Tablet")

    here.post(f"/factor/devices/app/{shown.pk}/remove/")

    assert here.get("/factor/devices/")["Location"].startswith("/factor/prove/")
    assert elsewhere.get("/factor/devices/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("deed", ["rename", "remove"])
def test_device_of_somebody_else_does_not_exist(agent_client: Client, lead: User, deed: str) -> None:
    device = app_of(lead)
    answers = {
        agent_client.post(f"/factor/devices/{kind}/{pk}/{deed}/", {"name": "x"}).status_code
        for kind, pk in [("app", device.pk), ("app", 10**12), ("passkey", device.pk), ("fax", device.pk)]
    }
    assert answers == {404}
    assert app_of(lead).name == "Phone"


def test_device_can_be_renamed(agent: User) -> None:
    device = app_of(agent)
    sign_in(agent).post(f"/factor/devices/app/{device.pk}/rename/", {"name": "Old phone"})
    assert app_of(agent).name == "Old phone"


def test_a_dump_of_the_database_shows_no_seed(agent: User) -> None:
    seed = app_of(agent).seed
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM people_totpdevice AS t")
        dump = "\n".join(row[0] for row in cursor.fetchall())
    assert "v1|" in dump
    assert seed not in dump


def test_allow_enrolment_writes_the_moment_into_the_session(newcomer: User) -> None:
    client = with_link(newcomer)
    request = client.get("/factor/enrol/").wsgi_request
    until = timezone.now() + timedelta(minutes=5)
    allow_enrolment(request, until=until)
    assert request.session[MAY_ENROL_UNTIL] == until.timestamp()
