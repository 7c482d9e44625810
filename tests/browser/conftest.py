import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from pytest_django import Settings

from tests.browser.gallery_server import GalleryServer
from tests.browser.person import People, Person
from tests.browser.running_desk import RunningDesk, running_desk
from tests.database import whole_desk_database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    # Playwright's loop runs in this thread, and Django refuses queries in a thread with a running loop. Ours is only
    # waited on, never awaited in, so a test may ask the database as usual.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One for each file: a browser that has fallen ill takes no other file's tests with it."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """A fresh context with one page. What its console complains about, policy violations among it, fails the test."""
    contexts = []
    complaints: list[str] = []

    def opened(address: str, *, may_complain: bool = False, **options: Any) -> Page:
        context = chromium.new_context(**options)
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        if not may_complain:
            page.on(
                "console", lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None
            )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def gallery(settings: Settings, tmp_path: Path) -> Iterator[GalleryServer]:
    """The style page and its example pages, over HTTP, with the product's own middleware and policy."""
    settings.ROOT_URLCONF = "tests.browser.gallery_urls"
    settings.STATIC_ROOT = tmp_path  # WhiteNoise wants the directory; the files come from the source tree
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with GalleryServer() as server:
        yield server


@pytest.fixture(scope="session")
def whole_desk(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Web, worker and relay with the demo, started once for every test that walks through it."""
    with running_desk(tmp_path_factory.mktemp("desk"), migrated=whole_desk_database()) as desk:
        yield desk


@pytest.fixture
def people(chromium: Browser, whole_desk: RunningDesk) -> Iterator[People]:
    """Browsers of the demo's people. What a console complained about, policy violations among it, fails the test."""
    made: list[Person] = []

    def appear(email: str = "", **options: Any) -> Person:
        made.append(Person(chromium, whole_desk, email, **options))
        return made[-1]

    yield appear
    for person in made:
        person.leave()
    assert [complaint for person in made for complaint in person.complaints] == []
