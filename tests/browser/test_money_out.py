"""Without scripts a customer reaches the provider's page and comes back; with them, what was said about money stays."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import AGENT, CUSTOMER, People

pytestmark = pytest.mark.browser


def test_a_bill_and_a_card_without_scripts(people: People) -> None:
    lena = people(CUSTOMER, java_script_enabled=False)
    page = lena.page
    lena.sign_in("/my/bills/")
    page.get_by_role("row", name="To pay").or_(page.locator(".record", has_text="To pay")).get_by_role("link").click()
    page.get_by_role("link", name="Print or save as PDF").click()
    expect(page.get_by_text("choose “Save as PDF” as the printer")).to_be_visible()
    page.get_by_role("link", name="Back to the bill").click()
    page.get_by_role("button", name="Pay $125.00").click()
    page.wait_for_url("**/dev/pay/**")
    expect(page.locator("input[type=text], input[type=tel], input[type=number]")).to_have_count(0)
    page.get_by_label("Declined: not enough money").check()
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("alert")).to_contain_text("There is not enough money on the account.")
    page.get_by_role("link", name="Leave without paying").click()
    expect(page.get_by_role("heading", name="Nothing was paid")).to_be_visible()
    lena.open("/my/methods/")
    page.get_by_role("button", name="Change for Motor policy 44-1907").click()
    page.get_by_label("Approved").check()
    page.get_by_role("button", name="Keep this way to pay").click()
    page.wait_for_url("**/my/visits/**")
    expect(page.get_by_role("heading", name="One moment, please")).to_be_visible()


def test_paper_is_one_page_and_the_pages_are_good_in_every_look(people: People) -> None:
    lena = people(CUSTOMER)
    lena.come_in("/my/methods/")
    lena.good_in_every_look()
    lena.open("/my/bills/")
    lena.page.locator(".record", has_text="To pay").get_by_role("link").click()
    lena.good_in_every_look()
    lena.page.get_by_role("link", name="Print or save as PDF").click()
    expect(lena.page.get_by_role("button", name="Print")).to_be_visible()
    lena.good_in_every_look()
    for paper in ("A4", "Letter"):
        assert len(re.findall(rb"/Type\s*/Page\b", lena.page.pdf(format=paper))) == 1


def test_what_was_said_stays_when_the_panel_is_drawn_anew(people: People) -> None:
    ana = people(AGENT)
    ana.come_in("/desk/")
    page = ana.page
    ana.open(page.get_by_role("link", name="Did my payment arrive?").get_attribute("href") or "")
    page.get_by_role("link", name="Credit…").first.click()
    page.get_by_role("link", name="Goodwill").click()
    page.get_by_label("Amount").fill("30")
    page.locator("#credit-form").get_by_label("Why").fill("She waited long.")
    page.get_by_role("button", name="See what will happen").click()
    expect(page.locator(".consequences")).to_contain_text("is credited with $30.00")
    ana.accessible()
    page.get_by_role("button", name="Ask for this credit").click()
    expect(page.locator(".record[id^=credit-]")).to_contain_text("Waits for approval")  # the panel was drawn anew
    expect(page.locator("#said")).to_contain_text("Above your limit of $25.00 for one grant of goodwill.")
    page.locator("#said").get_by_role("button", name="Close").click()
    expect(page.locator("#said")).to_have_count(0)
