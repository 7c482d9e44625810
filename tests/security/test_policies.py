"""The decorator, the check and the middleware themselves: each gate is broken once on purpose."""

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from billing.access.policies import Policy, declares
from supportdesk.people.access_table import BEGIN, END, put_into
from supportdesk.people.models import User
from supportdesk.people.third_party_policies import BY_NAME
from supportdesk.people.urlmap import doors
from tests.personas import sign_in


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("amounts")


@declares(Policy.AGENT_FRESH, methods=["GET"])
def panel(request: HttpRequest) -> HttpResponse:
    return HttpResponse("amounts")


@declares(Policy.AGENT_FRESH_MONEY, methods=["POST"])
def refund(request: HttpRequest) -> HttpResponse:
    return HttpResponse("refunded")


@declares(Policy.DEMO_ONLY, methods=["GET"])
def demo(request: HttpRequest) -> HttpResponse:
    return HttpResponse("demo")


urlpatterns = [
    path("forgotten/", forgotten, name="forgotten"),
    path("panel/", panel, name="panel"),
    path("refund/", refund, name="refund"),
    path("demo/", demo, name="demo"),
    path("accounts/login/", declares(Policy.PUBLIC)(forgotten), name="account_login"),
    path("factor/prove/", declares(Policy.PUBLIC)(forgotten), name="prove"),
]
here = pytest.mark.urls(__name__)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def plain_lock(settings: "object") -> None:
    settings.OTP_LOGIN_URL = "prove"  # type: ignore[attr-defined]  # pytest-django's settings


@here
def test_view_that_declares_nothing_is_an_error_of_the_check() -> None:
    found = [error for error in run_checks() if error.id == "people.E001"]
    assert [error.msg for error in found] == ["/forgotten/ (forgotten) does not say who may call it."]


@here
@pytest.mark.django_db
def test_view_that_declares_nothing_is_closed_to_everybody(lead: User) -> None:
    assert {sign_in(lead).get("/forgotten/").status_code, Client().get("/forgotten/").status_code} == {403}


def test_every_url_of_the_project_declares_a_policy() -> None:
    assert [door.route for door in doors() if door.declared is None] == []


def test_no_policy_is_declared_for_a_url_that_is_gone() -> None:
    assert set(BY_NAME) - {door.name for door in doors()} == set()


@here
@pytest.mark.django_db
@pytest.mark.parametrize(("method", "address"), [("post", "/panel/"), ("put", "/panel/"), ("get", "/refund/")])
def test_method_that_is_not_declared_is_refused(agent_client: Client, method: str, address: str) -> None:
    answer = getattr(agent_client, method)(address)
    assert answer.status_code == 405
    assert ("shows no page of its own" in answer.content.decode()) is (method == "get")


@here
@pytest.mark.django_db
def test_fresh_panel_is_never_cached(agent_client: Client) -> None:
    response = agent_client.get("/panel/")
    assert (response.content, response["Cache-Control"]) == (b"amounts", "no-store, private")
    assert set(response["Vary"].split(", ")) == {"Cookie", "HX-Request"}


@pytest.mark.django_db
def test_stale_panel_becomes_the_lock_in_place(agent: User) -> None:
    response = sign_in(agent, factor="stale").get("/factor/codes/?x=1", headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'hx-get="/factor/codes/?x=1" hx-trigger="factor-proved from:body"' in page
    assert 'hx-post="/factor/prove/"' in page
    assert "<html" not in page


@pytest.mark.django_db
def test_stale_page_goes_to_the_question_and_comes_back(agent: User) -> None:
    response = sign_in(agent, factor="stale").get("/factor/codes/")
    assert (response.status_code, response["Location"]) == (302, "/factor/prove/?next=%2Ffactor%2Fcodes%2F")


@pytest.mark.django_db
def test_stale_button_that_cannot_be_asked_again_says_so(agent: User) -> None:
    response = sign_in(agent, factor="stale").post("/factor/devices/app/1/remove/", headers=HTMX)
    assert response["HX-Retarget"] == "#prove-body"
    assert "data-lock" in response.content.decode()


@here
@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 302)])
def test_moving_money_needs_a_proof_of_the_last_five_minutes(
    agent_client: Client, plain_lock: None, minutes: int, status: int
) -> None:
    from datetime import timedelta

    from tests.personas import age_factor

    age_factor(agent_client, timedelta(minutes=minutes))
    agent_client.get("/panel/")  # leaning on the factor does not make it younger
    assert agent_client.post("/refund/").status_code == status


@here
@pytest.mark.django_db
def test_demo_pages_are_absent_in_production() -> None:
    assert Client().get("/demo/").status_code == 200
    with override_settings(PRODUCTION=True):
        assert Client().get("/demo/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}}, "people.E003"),
        ({"CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}}, "people.E003"),
    ],
)
def test_settings_that_would_lose_count_are_errors(changed: dict[str, object], expected: str) -> None:
    from supportdesk.people.checks import tries_are_counted_for_good

    assert tries_are_counted_for_good(None) == []
    with override_settings(**changed):
        assert [error.id for error in tries_are_counted_for_good(None)] == [expected]


def test_requests_in_one_transaction_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from supportdesk.people.checks import tries_are_counted_for_good

    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert [error.id for error in tries_are_counted_for_good(None)] == ["people.E002"]


def test_open_admin_is_a_warning_before_a_deployment() -> None:
    from supportdesk.people.checks import admin_is_fenced_in

    assert [warning.id for warning in admin_is_fenced_in(None)] == ["people.W001"]
    with override_settings(ADMIN_NETWORKS=["203.0.113.0/24"]):
        assert admin_is_fenced_in(None) == []


def test_table_in_the_document_is_renewed_between_its_marks() -> None:
    once = put_into("# Security\n\nWords.\n")
    stale = once.replace("/factor/prove/", "/factor/gone/")
    assert put_into(stale) == once
    assert once.startswith("# Security\n\nWords.\n")
    assert (once.count(BEGIN), once.count(END)) == (1, 1)
    assert "| `/factor/prove/` | GET, POST | staff, before the second factor |  |" in once


def test_table_in_docs_is_what_the_views_declare(settings: "object") -> None:
    page = settings.BASE_DIR / "docs" / "security.md"  # type: ignore[attr-defined]
    written = page.read_text(encoding="utf-8")
    assert put_into(written) == written, "run: manage.py render_access_table"


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), [("203.0.113.9", 200), ("198.51.100.1", 404), ("", 404)])
def test_admin_answers_to_known_networks_only(lead_client: Client, address: str, status: int) -> None:
    with override_settings(ADMIN_NETWORKS=["203.0.113.0/24"]):
        assert lead_client.get("/admin/", REMOTE_ADDR=address).status_code == status


@pytest.mark.django_db
def test_admin_login_has_no_form(lead: User) -> None:
    outside = Client().get("/admin/")
    unverified = sign_in(lead, factor="none").get("/admin/")
    inside = sign_in(lead).get("/admin/login/")
    assert outside["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert unverified["Location"] == "/factor/prove/?next=%2Fadmin%2F"
    assert inside["Location"] == "/admin/"


@pytest.mark.django_db
def test_forms_ask_for_the_token(agent: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    sign_in(agent, client=strict)
    assert {strict.post(address).status_code for address in ("/factor/lock/", "/factor/prove/", "/factor/codes/")} == {
        403
    }
