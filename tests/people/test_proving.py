from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.access import factor
from supportdesk.people.factors import code_at
from supportdesk.people.models import IdentityEvent, TotpDevice, User
from tests.personas import sign_in

PROVE = reverse("people:prove") if False else "/factor/prove/"


def app_of(user: User) -> TotpDevice:
    return TotpDevice.objects.get(user=user)


def code_of(user: User, *, steps: int = 0) -> str:
    return code_at(app_of(user).seed, timezone.now() + timedelta(seconds=30 * steps))


def test_right_code_verifies_the_session_and_goes_on(agent: User) -> None:
    client = sign_in(agent, factor="none")

    response = client.post(PROVE, {"code": code_of(agent), "next": "/factor/devices/"})

    assert (response.status_code, response["Location"]) == (302, "/factor/devices/")
    assert client.get("/factor/devices/").status_code == 200
    assert client.session[factor.PROVED_AT] == pytest.approx(timezone.now().timestamp(), abs=5)
    assert list(IdentityEvent.objects.filter(subject_id=agent.pk, deed="proved").values_list("detail", flat=True)) == [
        {"with": "Phone"}
    ]


def test_session_gets_a_new_key_when_the_factor_is_shown(agent: User) -> None:
    client = sign_in(agent, factor="none")
    before = client.session.session_key

    client.post(PROVE, {"code": code_of(agent)})

    assert client.session.session_key != before
