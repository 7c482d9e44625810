"""The page for when we failed."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from billing.access.policies import Policy, declares
from config.failing import server_error


@declares(Policy.PUBLIC, methods=["GET"])
def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret word")


@declares(Policy.PUBLIC, methods=["GET"])
def ask_a_database_that_is_gone(request: HttpRequest) -> HttpResponse:
    raise OperationalError("server closed the connection unexpectedly")


urlpatterns = [path("fail/", fail), path("gone/", ask_a_database_that_is_gone)]
handler500 = server_error


@pytest.fixture
def broken() -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.mark.django_db
def test_it_names_the_request_and_nothing_of_the_fault(broken: Client, caplog: pytest.LogCaptureFixture) -> None:
    response = broken.get("/fail/")

    page = response.content.decode()
    assert (response.status_code, "the secret word" in page) == (500, False)
    assert f'<span class="ref">{response["X-Request-ID"]}</span>' in page
    assert "script-src" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_matter_of_moments(broken: Client, caplog: pytest.LogCaptureFixture) -> None:
    response = broken.get("/gone/")

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "Back in a moment" in response.content.decode()
