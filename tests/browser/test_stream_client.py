import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.gallery_server import GalleryServer
from tests.browser.gallery_urls import desk

pytestmark = pytest.mark.browser

CHANGE = 'id: {0}\nevent: change\ndata: {{"cursor": {0}, "topic": "{1}", "kind": "changed"}}\n\n'


@pytest.fixture
def trial(gallery: GalleryServer, open_page: OpenPage) -> Page:
    desk.forget()
    page = open_page(gallery.page("behaviours"), may_complain=True)
    page.mouse.move(0, 0)
    _until(page, lambda: len(desk.streams) == 1)
    return page


def _until(page: Page, holds: Callable[[], bool], *, seconds: float = 8) -> None:
    end_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end_at, "it did not come to pass"
        page.wait_for_timeout(30)


def test_a_change_asks_for_the_part_once_and_says_that_no_hand_did(trial: Page) -> None:
    desk.say(CHANGE.format(8, "ticket:7") + CHANGE.format(9, "ticket:42") + CHANGE.format(10, "queue:first"))

    expect(trial.locator("#part-words")).to_have_text("part 1")
    trial.wait_for_timeout(700)
    assert desk.polls == [True]
    assert desk.passes == ["queue:first,ticket:42"]


def test_under_the_pointer_a_change_is_offered(trial: Page) -> None:
    trial.locator("#part").hover()
    desk.say(CHANGE.format(8, "ticket:42"))

    expect(trial.get_by_role("button", name="Show what is new")).to_be_visible()
    assert desk.polls == []
    trial.get_by_role("button", name="Show what is new").click()

    expect(trial.locator("#part-words")).to_have_text("part 1")


def test_a_stream_that_ends_goes_on_after_its_last_cursor(trial: Page) -> None:
    desk.say(CHANGE.format(31, "ticket:42"))
    expect(trial.locator("#part-words")).to_have_text("part 1")

    desk.end()

    _until(trial, lambda: len(desk.since) == 2)
    assert desk.since == ["7", "31"]
    assert len(desk.passes) == 2


def test_what_was_missed_for_too_long_is_asked_for_anew(trial: Page) -> None:
    desk.say("event: reload\ndata: {}\n\n")

    expect(trial.locator("#part-words")).to_have_text("part 1")


ACCESS = CHANGE.format(8, "user:7").replace("changed", "access_changed")


def test_a_page_that_may_still_be_seen_looks_again_when_access_changed(trial: Page) -> None:
    desk.say(ACCESS)

    expect(trial.locator("#part-words")).to_have_text("part 1")
    assert desk.page_asked == [False, True]  # opened by hand, and then asked about by itself
    assert desk.polls == [True]


def test_a_page_that_may_no_longer_be_seen_goes(trial: Page) -> None:
    desk.page_status = 404

    with trial.expect_navigation():
        desk.say(ACCESS)

    assert desk.page_asked == [False, True, False]
    assert desk.polls == []


def test_a_busy_server_says_nothing_about_access(trial: Page) -> None:
    desk.page_status = 503
    desk.say(ACCESS)
    _until(trial, lambda: desk.page_asked == [False, True])
    desk.page_status = 200

    expect(trial.locator("#part-words")).to_have_text("part 1")
    assert desk.page_asked == [False, True, True]


def test_two_tabs_share_one_stream_and_the_second_inherits_it(trial: Page, gallery: GalleryServer) -> None:
    second = trial.context.new_page()
    second.goto(gallery.page("behaviours"))
    second.mouse.move(0, 0)
    second.wait_for_timeout(400)
    assert len(desk.streams) == 1

    desk.say(CHANGE.format(8, "ticket:42"))
    for tab in (trial, second):
        expect(tab.locator("#part-words")).not_to_have_text("part 0")
    trial.close()

    _until(second, lambda: len(desk.streams) == 2)
    desk.say(CHANGE.format(9, "ticket:42"))
    expect(second.locator("#part-words")).to_have_text("part 3")
