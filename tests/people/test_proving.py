import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.access import factor
from billing.models import OutboxMessage
from supportdesk.people.actions.proving import Answer, check_code
from supportdesk.people.models import CodeGuard, IdentityEvent, TotpDevice, User
from supportdesk.people.states import CODE_LOCK, WRONG_CODES_BEFORE_LOCK
from tests.people.codes import app_of, code_of, wrong_code_of
from tests.personas import make_app, sign_in

PROVE = "/factor/prove/"
HTMX = {"HX-Request": "true"}


def test_right_code_verifies_the_session_and_goes_on(agent: User) -> None:
    client = sign_in(agent, factor="none")

    response = client.post(PROVE, {"code": code_of(agent), "next": "/factor/devices/"})

    assert (response.status_code, response["Location"]) == (302, "/factor/devices/")
    assert client.get("/factor/devices/").status_code == 200
    assert client.session[factor.PROVED_AT] == pytest.approx(timezone.now().timestamp(), abs=5)
    events = IdentityEvent.objects.filter(subject_id=agent.pk, deed="proved")
    assert list(events.values_list("detail", flat=True)) == [{"with": "Phone"}]


def test_session_gets_a_new_key_when_the_factor_is_shown(agent: User) -> None:
    client = sign_in(agent, factor="none")
    before = client.session.session_key

    client.post(PROVE, {"code": code_of(agent)})

    assert client.session.session_key != before


@pytest.mark.parametrize(
    "written", ["{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", " {0}\n", "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}"]
)
def test_code_may_be_written_as_people_write_it(agent: User, written: str) -> None:
    client = sign_in(agent, factor="none")
    assert client.post(PROVE, {"code": written.format(code_of(agent))}).status_code == 302


@pytest.mark.parametrize("rewritten", ["{}", " {} ", "full width", "+{}", "{0[0]}_{0[1]}", "0{}"])
def test_code_opens_once_however_it_is_written_again(agent: User, rewritten: str) -> None:
    code = code_of(agent)
    assert sign_in(agent, factor="none").post(PROVE, {"code": code}).status_code == 302
    wide = "".join(chr(ord(figure) + 0xFEE0) for figure in code)
    again = wide if rewritten == "full width" else rewritten.format(code)

    response = sign_in(agent, factor="none").post(PROVE, {"code": again})

    assert response.status_code == 422


def test_earlier_code_of_the_window_is_used_up_too(agent: User) -> None:
    client = sign_in(agent, factor="none")
    client.post(PROVE, {"code": code_of(agent)})
    assert client.post(PROVE, {"code": code_of(agent, steps=-1)}).status_code == 422


def test_unconfirmed_app_never_verifies(agent: User) -> None:
    planted = TotpDevice.objects.create(user=agent, name="Planted", confirmed=False, seed=app_of(agent).seed)
    TotpDevice.objects.filter(user=agent).exclude(pk=planted.pk).delete()
    client = sign_in(agent, factor="none")
    assert client.post(PROVE, {"code": code_of(agent)}).status_code == 422


def test_code_of_somebody_else_opens_nothing(agent: User, lead: User) -> None:
    client = sign_in(agent, factor="none")
    assert client.post(PROVE, {"code": code_of(lead)}).status_code == 422
    assert app_of(lead).last_used_at is None


def test_second_app_is_as_good_as_the_first(agent: User) -> None:
    make_app(agent, name="Tablet")
    client = sign_in(agent, factor="none")
    assert client.post(PROVE, {"code": code_of(agent)}).status_code == 302


def test_what_cannot_be_a_code_is_not_counted(agent: User) -> None:
    response = sign_in(agent, factor="none").post(PROVE, {"code": "please"})
    assert (response.status_code, CodeGuard.objects.filter(user=agent).count()) == (422, 0)


def test_after_a_wrong_code_the_next_try_has_to_wait(agent: User) -> None:
    now = timezone.now()
    first = check_code(agent, wrong_code_of(agent), at=now)
    early = check_code(agent, code_of(agent), at=now + timedelta(milliseconds=900))
    later = check_code(agent, code_of(agent), at=now + timedelta(milliseconds=1100))
    assert [first.answer, early.answer, later.answer] == [Answer.WRONG, Answer.WAIT, Answer.ACCEPTED]


def wrong_codes(user: User, *, count: int) -> list[Answer]:
    at, answers = timezone.now(), []
    for _ in range(count):
        answers.append(check_code(user, wrong_code_of(user), at=at).answer)
        at += timedelta(minutes=2)
    return answers


def test_ten_wrong_codes_lock_codes_for_half_an_hour_and_tell_the_owner(agent: User) -> None:
    answers = wrong_codes(agent, count=WRONG_CODES_BEFORE_LOCK)

    assert answers == [Answer.WRONG] * 9 + [Answer.LOCKED]
    until = CodeGuard.objects.get(user=agent).locked_until
    assert until is not None
    assert check_code(agent, code_of(agent), at=until - timedelta(seconds=1)).answer is Answer.LOCKED
    event = IdentityEvent.objects.get(subject_id=agent.pk, deed="codes_locked")
    mail = OutboxMessage.objects.get(task="supportdesk.people.tasks.tell")
    assert (mail.payload, CODE_LOCK) == ({"event": event.pk}, timedelta(minutes=30))


def test_lock_ends_by_itself(agent: User) -> None:
    wrong_codes(agent, count=WRONG_CODES_BEFORE_LOCK)
    CodeGuard.objects.filter(user=agent).update(locked_until=timezone.now() - timedelta(seconds=1))
    assert check_code(agent, code_of(agent), at=timezone.now()).answer is Answer.ACCEPTED


def test_lock_says_what_still_works(agent: User) -> None:
    wrong_codes(agent, count=WRONG_CODES_BEFORE_LOCK)
    CodeGuard.objects.filter(user=agent).update(locked_until=timezone.now() + timedelta(minutes=12))

    response = sign_in(agent, factor="none").post(PROVE, {"code": code_of(agent)})

    assert response.status_code == 422
    assert "Codes work again in 12 minutes; a passkey works now." in response.content.decode()


def test_right_code_in_a_fragment_tells_every_lock_on_the_page(agent: User) -> None:
    client = sign_in(agent, factor="stale")

    response = client.post(PROVE, {"code": code_of(agent)}, headers=HTMX)

    assert (response.status_code, response["HX-Reswap"]) == (200, "none")
    assert json.loads(response["HX-Trigger"]).keys() == {"factor-proved", "redress:factor"}
    assert 'id="factor-pill" hx-swap-oob="true"' in response.content.decode()


def test_wrong_code_in_a_fragment_gives_the_lock_back_with_the_reason(agent: User) -> None:
    response = sign_in(agent, factor="stale").post(PROVE, {"code": wrong_code_of(agent)}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422
    assert "This code is not right, or was used already." in page
    assert "<html" not in page


def test_wrong_code_before_a_deed_keeps_saying_what_it_is_for(agent: User) -> None:
    client = sign_in(agent, factor="stale")
    page = client.post(f"{PROVE}?for=deed", {"code": wrong_code_of(agent)}, headers=HTMX).content.decode()
    assert "This code is not right, or was used already." in page
    assert "Nothing was sent, and what you typed is kept." in page
    assert 'hx-post="/factor/prove/?for=deed"' in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_unverified_reaches_the_question_in_one_hop(agent: User, method: str) -> None:
    client = sign_in(agent, factor="none")
    response = getattr(client, method)("/factor/lock/" if method == "post" else "/factor/devices/")
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, PROVE)
    assert client.get(response["Location"]).status_code == 200


def test_unverified_fragment_moves_the_whole_page(agent: User) -> None:
    headers = {**HTMX, "HX-Current-URL": "http://testserver/desk/?queue=late"}
    response = sign_in(agent, factor="none").get("/factor/devices/", headers=headers)
    assert (response.status_code, response.content) == (401, b"")
    assert response["HX-Redirect"] == "/factor/prove/?next=%2Fdesk%2F%3Fqueue%3Dlate"


def test_unverified_stream_is_told_and_not_redirected(agent: User) -> None:
    response = sign_in(agent, factor="none").get("/factor/devices/", headers={"Accept": "text/event-stream"})
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_next_leads_to_our_own_pages_only(agent: User, elsewhere: str) -> None:
    client = sign_in(agent, factor="none")
    response = client.post(PROVE, {"code": code_of(agent), "next": elsewhere})
    assert (response.status_code, response["Location"]) == (302, "/factor/")


def test_customers_have_no_lock_to_open(customer_client: Client) -> None:
    assert customer_client.get(PROVE).status_code == 403


def test_locking_hides_payment_data_and_keeps_the_work_open(agent_client: Client) -> None:
    assert agent_client.get("/factor/codes/").status_code == 200
    agent_client.post("/factor/lock/")
    assert agent_client.get("/factor/codes/").status_code == 302
    assert agent_client.get("/factor/devices/").status_code == 200
