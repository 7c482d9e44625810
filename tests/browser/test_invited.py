"""A mailed link, opened and answered in a real browser, which decides by itself what it says of where it comes from."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from supportdesk.people import roles
from supportdesk.people.actions.invites import invite_staff
from supportdesk.people.models import User
from supportdesk.people.queries import token_for
from tests.browser.conftest import OpenPage
from tests.personas import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_colleague_joins_by_the_mailed_link(
    open_page: OpenPage, settings: Settings, tmp_path: Path, live_server: LiveServer
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    invite = invite_staff(email="new@desk.test", role=roles.AGENT, team=None, by=None, at=timezone.now())
    page = open_page(live_server.url)

    page.goto(f"{live_server.url}/factor/join/{token_for(invite)}/")
    page.get_by_label("Your name, as customers see it").fill("Nia Cole")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()

    expect(page.get_by_text("One thing is left: your second factor.")).to_be_visible()
    assert User.objects.get(email="new@desk.test").name == "Nia Cole"
