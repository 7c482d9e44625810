"""Passkeys in a real Chromium with its virtual authenticator, against the running desk."""

from pathlib import Path
from typing import Any

import pytest
from django_otp_webauthn.models import WebAuthnCredential
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from supportdesk.people.models import IdentityEvent, User
from tests.browser.conftest import OpenPage
from tests.people.codes import code_of
from tests.personas import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address by its name: an address made of numbers has no passkeys."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    server: LiveServer = request.getfixturevalue("live_server")
    address = f"http://localhost:{server.thread.port}"
    settings.OTP_WEBAUTHN_RP_ID = "localhost"
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [address]
    return address


def with_authenticator(page: Page, *, verifies: bool = True) -> Any:
    """A built-in authenticator that is touched by itself; ``verifies`` is the fingerprint being right."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    made = client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return client, made["authenticatorId"]


def sign_in(page: Page, desk: str, user: User) -> None:
    page.goto(f"{desk}/accounts/login/?next=/factor/devices/")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("heading", name="Prove it is you")).to_be_visible()


def with_passkey(page: Page, desk: str, user: User, *, name: str) -> None:
    sign_in(page, desk, user)
    page.get_by_label("Code from your app").fill(code_of(user))  # sends itself at the sixth figure
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    page.goto(f"{desk}/factor/enrol/")
    page.get_by_label("Name of this passkey").fill(name)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_passkey_is_registered_and_opens_the_next_session(open_page: OpenPage, desk: str, agent: User) -> None:
    page = open_page(desk)
    with_authenticator(page)
    with_passkey(page, desk, agent, name="Work laptop")
    kept = WebAuthnCredential.objects.get(user=agent)
    assert (kept.name, kept.confirmed) == ("Work laptop", True)

    page.context.clear_cookies()
    sign_in(page, desk, agent)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    assert page.url == f"{desk}/factor/devices/"
    proofs = IdentityEvent.objects.filter(subject_id=agent.pk, deed="proved").order_by("pk")
    assert [event.detail["with"] for event in proofs] == ["Phone", "Work laptop", "Work laptop"]


def test_passkey_without_the_fingerprint_proves_nothing(open_page: OpenPage, desk: str, agent: User) -> None:
    page = open_page(desk, may_complain=True)
    client, authenticator = with_authenticator(page)
    with_passkey(page, desk, agent, name="Key")
    page.context.clear_cookies()
    sign_in(page, desk, agent)
    client.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("alert").filter(has_text="Nothing was confirmed.")).to_be_visible()
    page.goto(f"{desk}/factor/devices/")
    expect(page.get_by_role("heading", name="Prove it is you")).to_be_visible()


def test_address_of_numbers_offers_no_passkey(open_page: OpenPage, desk: str, agent: User) -> None:
    page = open_page(desk)
    with_authenticator(page)
    numbers = desk.replace("localhost", "127.0.0.1")
    sign_in(page, numbers, agent)
    page.get_by_label("Code from your app").fill(code_of(agent))
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    page.goto(f"{numbers}/factor/enrol/")
    expect(page.get_by_text("offers no passkeys")).to_be_visible()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
