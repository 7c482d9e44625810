"""What an agent has in hand stays: a proof that is asked for between two presses takes neither words nor amounts."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kept_session import age
from tests.browser.person import AGENT, People, Person

pytestmark = pytest.mark.browser
SIX_MINUTES = timedelta(minutes=6)


def open_ticket(agent: Person, subject: str) -> Page:
    agent.come_in("/desk/")
    page = agent.page
    agent.open(page.get_by_role("link", name=re.compile(subject)).first.get_attribute("href") or "")
    expect(page.get_by_role("heading", name="Payments")).to_be_visible()
    return page


def prove(agent: Person) -> None:
    dialog = agent.page.locator("dialog[data-prove]")
    expect(dialog).to_contain_text("Nothing was sent, and what you typed is kept.")
    agent.accessible()
    dialog.get_by_label("code from your app").fill(agent.code())
    expect(dialog).not_to_be_visible()
    expect(agent.page.locator("#toasts")).to_contain_text("press the button again")


def test_a_refund_of_a_row_waits_for_a_young_proof(people: People) -> None:
    agent = people(AGENT)
    page = open_ticket(agent, "Charged twice|two times|Did my payment arrive")
    page.get_by_role("link", name="Refund", exact=True).first.click()
    form = page.locator("#refund-form")
    expect(form.get_by_label("Amount")).to_be_focused()
    form.get_by_label("Amount").fill("7.25")
    age(agent, factor_proved_at=SIX_MINUTES)

    form.get_by_role("button", name="Ask for this refund").click()
    prove(agent)

    expect(form.get_by_label("Amount")).to_have_value("7.25")
    expect(form.get_by_role("button", name="Ask for this refund")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("$7.25")


def test_an_answer_with_a_refund_waits_for_a_young_proof(people: People) -> None:
    agent = people(AGENT)
    page = open_ticket(agent, "Charged twice|two times")
    page.get_by_role("button", name=re.compile("Put the answer in the reply")).first.click()
    send = page.get_by_role("button", name=re.compile("^Send and refund"))
    expect(send).to_be_visible()
    reply = page.locator("textarea[data-composer]")
    written = reply.input_value()
    age(agent, factor_proved_at=SIX_MINUTES)

    send.click()
    prove(agent)

    assert (page.locator("dialog[open]").count(), reply.input_value()) == (0, written)
    expect(send).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#deed")).to_contain_text("and send your answer?")
