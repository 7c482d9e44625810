"""Finance works through the bank's lines without touching the mouse."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.person import FINANCE, People

pytestmark = pytest.mark.browser
BENCH = "/finance/reconciliation/"
KEYS = {"A", "R", "F", "S", "X", "D", "Q", "U", "B", "W"}


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(wanted: Locator) -> None:
    for _ in range(100):  # more than any page of the workbench has to stop at
        if wanted.evaluate("each => each === document.activeElement"):
            return
        press(wanted.page, "Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


def to_line(page: Page, says: str) -> None:
    """By J, until the line has the focus; Enter opens it."""
    with page.expect_navigation():
        press(page, "b")
    for _ in range(page.locator("[data-roving-item]").count()):
        press(page, "j")
        if says in page.locator("[data-roving-item]:focus").inner_text():
            break
    press(page, "Enter")
    page.wait_for_url("**/lines/**")
    expect(page.locator("dl.facts")).to_contain_text(says)


def said(page: Page, words: str) -> None:
    expect(page.locator("[role=status], .toast, .messages").filter(has_text=words).first).to_be_visible()


def test_the_workbench_by_keys_alone(people: People) -> None:
    fin = people(FINANCE)
    page = fin.page
    fin.come_in(BENCH)

    # A part of what was expected: accepted, undone, and the customer asked where the rest is.
    to_line(page, "Ida Novak")
    press(page, "?")
    listed = page.locator("dialog[data-shortcuts] [data-shortcuts-list]")
    expect(listed).to_be_visible()
    assert set(listed.locator("kbd").all_inner_texts()) - {"J", "K", "?"} >= KEYS - {"S", "U"}
    fin.accessible()
    press(page, "Escape", "a")
    said(page, "Matched. This is the next line.")
    expect(page.locator("#line-title")).to_be_focused()
    tab_to(page.get_by_role("link", name="Back to the one before"))
    press(page, "Enter")
    expect(page.locator("dl.facts")).to_contain_text("Ida Novak")
    press(page, "?")
    assert "U" in listed.locator("kbd").all_inner_texts()
    press(page, "Escape", "u")
    said(page, "Undone.")
    press(page, "q")
    said(page, "The customer is asked")

    # Money that nobody named: found by hand, split, and what is left stays.
    to_line(page, "J. Whitcombe")
    press(page, "f")
    page.keyboard.type("INV-1000603")
    press(page, "Enter")
    page.wait_for_url("**q=INV-1000603")
    share = page.locator("input[name^=share_]")
    tab_to(share)
    page.keyboard.type("40.00")
    press(page, "Tab", "Tab")
    assert "Match these amounts" in page.locator(":focus").inner_text()
    press(page, "s")
    said(page, "Matched.")
    expect(page.locator("dl.facts")).to_contain_text("$2.00 left")

    # What is left is written off, once somebody has said why.
    press(page, "x")
    expect(page.locator("#note_note:focus, #note_note:invalid, [aria-invalid=true]").first).to_be_visible()
    tab_to(page.locator("#note_note"))
    page.keyboard.type("Too little to look for")
    press(page, "Enter")
    said(page, "Written off.")

    # Above the limit of a write-off, setting aside waits for somebody else.
    to_line(page, "Lena Ortiz")
    press(page, "d")
    said(page, "Waits for a second person. Above the limit of $25.00 for write-offs.")
    fin.good_in_every_look()
    press(page, "w")
    page.wait_for_url("**/waiting/")
    expect(page.get_by_text("You asked for it. Somebody else has to decide.")).to_be_visible()
    fin.good_in_every_look()


def test_a_payment_is_moved_by_keys(people: People) -> None:
    fin = people(FINANCE)
    page = fin.page
    fin.come_in(BENCH)
    link = page.get_by_role("link", name=re.compile(r"Payment P-\d+ · Lena Ortiz"))
    tab_to(link)
    press(page, "Enter")
    page.wait_for_url("**/expected/**")
    chosen = page.locator("select[name=bill] option:checked").inner_text()
    press(page, "m")
    said(page, "Moved to the other bill.")

    assert chosen not in page.locator("select[name=bill]").inner_text()
    fin.good_in_every_look()
