import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.gallery_server import GalleryServer
from tests.browser.gallery_urls import desk

pytestmark = pytest.mark.browser


@pytest.fixture
def trial(gallery: GalleryServer, open_page: OpenPage) -> Page:
    desk.forget()
    page = open_page(gallery.page("behaviours"), may_complain=True, permissions=["clipboard-read", "clipboard-write"])
    page.mouse.move(0, 0)
    return page


def test_a_key_focuses_a_field_and_is_a_letter_inside_it(trial: Page) -> None:
    trial.keyboard.press("/")
    trial.keyboard.type("n?ra/")

    expect(trial.get_by_role("searchbox")).to_have_value("n?ra/")
    expect(trial.get_by_role("dialog")).to_have_count(0)


def test_the_list_of_keys_is_made_from_the_page(trial: Page) -> None:
    trial.keyboard.press("?")

    lines = trial.get_by_role("dialog").locator("dt").all_text_contents()
    assert lines == ["Search", "Reply", "Put the answer in", "This list"]


def test_single_keys_can_be_switched_off(trial: Page) -> None:
    trial.keyboard.press("?")
    trial.get_by_label("Single keys work when I am not writing").uncheck()
    trial.get_by_role("button", name="Close").click()

    trial.keyboard.press("/")

    expect(trial.get_by_role("searchbox")).not_to_be_focused()


def test_an_answer_goes_in_at_the_caret_and_is_kept(trial: Page) -> None:
    trial.get_by_label("Reply").fill("Hello Lena,")

    trial.locator("h1").click()
    trial.keyboard.press("a")

    expect(trial.get_by_label("Reply")).to_have_value("Hello Lena,\n\nYou were charged twice.")
    expect(trial.locator("[data-composer-state]")).to_have_text("Kept just now")
    assert desk.drafts == ["Hello Lena,\n\nYou were charged twice."]


def test_a_draft_that_cannot_be_kept_says_so_and_stays(trial: Page) -> None:
    desk.draft_status = 503

    trial.get_by_label("Reply").fill("Hello")

    expect(trial.locator("[data-composer-state]")).to_have_text(
        "Not kept yet. Your text is still here; trying again.", timeout=8000
    )
    expect(trial.get_by_label("Reply")).to_have_value("Hello")
    assert desk.drafts == []


def test_a_pasted_code_is_cleaned_and_sent_once(trial: Page) -> None:
    trial.get_by_label("Code").fill("12 34\u00a05\u20116")

    expect(trial.locator("#code-answer")).to_have_text("opened")
    trial.wait_for_timeout(200)
    assert desk.codes == ["123456"]


def test_five_figures_are_not_sent(trial: Page) -> None:
    trial.get_by_label("Code").fill("1234 5")
    trial.wait_for_timeout(200)

    expect(trial.locator("[data-code]")).to_have_attribute("data-at", "5")
    assert desk.codes == []


@pytest.mark.parametrize(
    ("status", "slot", "toast"),
    [
        (409, "untouched", "answer 409"),
        (422, "answer 422", ""),
        (403, "untouched", "You may not do this. Nothing was changed."),
        (500, "untouched", "Something went wrong on our side. What you typed is still here. Try again in a minute."),
    ],
)
def test_a_refusal_is_said_and_keeps_what_was_typed(trial: Page, status: int, slot: str, toast: str) -> None:
    trial.get_by_label("Typed").fill("not yet sent")

    trial.get_by_role("button", name=str(status)).click()

    expect(trial.locator("#slot")).to_have_text(slot)
    expect(trial.locator("#toasts")).to_have_text(re.compile(f"^\\s*{re.escape(toast)}×?\\s*$"))
    expect(trial.get_by_label("Typed")).to_have_value("not yet sent")


def test_a_lost_network_is_said_once(trial: Page) -> None:
    trial.route("**/gallery/answer/**", lambda route: route.abort())

    trial.get_by_role("button", name="422").click()
    trial.get_by_role("button", name="422").click()

    expect(trial.locator("#toasts .notice")).to_have_count(1)
    expect(trial.locator("#toasts")).to_contain_text("No connection. Nothing was sent")


def test_a_reference_is_copied_by_one_click(trial: Page) -> None:
    trial.get_by_text("P-90412").click()

    expect(trial.locator("#toasts")).to_contain_text("Copied P-90412")
    assert trial.evaluate("navigator.clipboard.readText()") == "P-90412"


def test_j_and_k_walk_the_queue(gallery: GalleryServer, open_page: OpenPage) -> None:
    page = open_page(gallery.page("open"))
    walked = []

    for key in ["j", "j", "ArrowDown", "k", "End", "j", "Home"]:
        page.keyboard.press(key)
        walked.append(page.evaluate("document.activeElement.id"))

    assert walked == [f"ticket-{number}" for number in (1, 2, 3, 2, 4, 4, 1)]
    assert page.locator("[data-roving-item][tabindex='0']").count() == 1


def test_payment_data_leaves_the_page_when_the_factor_grows_old(gallery: GalleryServer, open_page: OpenPage) -> None:
    page = open_page(gallery.page("expiring"))
    page.evaluate("document.querySelector('[data-composer]').dataset.quotesPayment = ''")
    written = page.get_by_label("Reply to Lena Ortiz").input_value()
    assert "$125.00" in written
    assert "4242" in page.inner_html("main")

    expect(page.get_by_role("heading", name="Payment data is locked again")).to_be_visible(timeout=10_000)

    facts = ["4242", "P-90412", "41 s apart", "R-2231", "84.50", "lines matched", "retry after a time-out"]
    assert [fact for fact in facts if fact in page.inner_html("main")] == []
    expect(page.get_by_label("Reply to Lena Ortiz")).to_have_value("")
    expect(page.locator("#factor-pill")).to_have_text("Payment data locked")

    page.evaluate("document.dispatchEvent(new CustomEvent('redress:factor', {detail: {seconds: 60}}))")
    expect(page.get_by_label("Reply to Lena Ortiz")).to_have_value(written)
