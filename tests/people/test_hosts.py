"""Where settings name a host for the desk, each side keeps to its own, with its own cookies (S-18)."""

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from supportdesk.people.models import User
from tests.personas import sign_in

SITE, DESK = "help.redress.example", "desk.redress.example"


@pytest.fixture(autouse=True)
def two_hosts() -> Iterator[None]:
    with override_settings(SITE_ADDRESS=f"https://{SITE}", DESK_ADDRESS=f"https://{DESK}", ALLOWED_HOSTS=[SITE, DESK]):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "path", "status", "towards"),
    [
        (DESK, "/desk/", 200, ""),
        (SITE, "/desk/?page=2", 302, f"https://{DESK}/desk/?page=2"),
        (SITE, "/admin/", 302, f"https://{DESK}/admin/"),
        (SITE, "/help/", 404, ""),
        (SITE, "/", 200, ""),
        (DESK, "/", 200, ""),
    ],
)
def test_pages_for_staff_are_on_the_desks_host(agent: User, host: str, path: str, status: int, towards: str) -> None:
    response = sign_in(agent, client=Client(headers={"host": host})).get(path)

    assert (response.status_code, response.get("Location", "")) == (status, towards)


@pytest.mark.django_db
def test_pages_for_customers_are_not(customer: User) -> None:
    here, there = (sign_in(customer, client=Client(headers={"host": host})) for host in (SITE, DESK))

    assert here.get("/my/").status_code == 200
    assert there.get("/my/")["Location"] == f"https://{SITE}/my/"
    assert there.get("/my/", headers={"HX-Request": "true"}).status_code == 404
    assert there.post("/my/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("host", "samesite"), [(SITE, "Lax"), (DESK, "Strict")])
def test_cookies_of_the_desk_come_with_nobody_elses_links(host: str, samesite: str) -> None:
    client = Client(headers={"host": host})

    client.get("/accounts/login/")

    assert {cookie["samesite"] for cookie in client.cookies.values()} == {samesite}
