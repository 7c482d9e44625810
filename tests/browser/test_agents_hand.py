"""What an agent has in hand stays: a proof that is asked for between two presses takes neither words nor amounts."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kept_session import age
from tests.browser.person import AGENT, OTHER_AGENT, People, Person

pytestmark = pytest.mark.browser
SIX_MINUTES = timedelta(minutes=6)
TELL = "topic => document.dispatchEvent(new CustomEvent('redress:changed', {detail: {topic, kind: 'changed'}}))"


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
    page = open_ticket(agent, "Did my payment arrive")
    page.get_by_role("link", name="Refund", exact=True).first.click()
    form = page.locator("#refund-form")
    expect(form.get_by_label("Amount")).to_be_focused()
    form.get_by_label("Amount").fill("7.25")
    age(agent, factor_proved_at=SIX_MINUTES)

    form.get_by_role("button", name="Ask for this refund").click()
    prove(agent)

    expect(form.get_by_label("Amount")).to_have_value("7.25")
    expect(form.get_by_role("button", name="Ask for this refund")).to_be_focused()


def test_an_answer_with_a_refund_waits_for_a_young_proof(people: People) -> None:
    agent = people(AGENT)
    page = open_ticket(agent, "Charged twice|two times")
    page.get_by_role("button", name=re.compile("Put the answer in the reply")).first.click()
    send = page.get_by_role("button", name=re.compile("^Send and refund"))
    expect(send).to_be_visible()
    reply = page.locator("textarea[data-composer]")
    written, promised = reply.input_value(), send.inner_text()
    age(agent, factor_proved_at=SIX_MINUTES)

    send.click()
    prove(agent)

    assert page.evaluate("document.querySelector('dialog[open]')") is None
    assert reply.input_value() == written
    expect(send).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#deed")).to_contain_text("and send your answer?")
    page.keyboard.press("Escape")

    page.get_by_role("button", name=re.compile("Put the answer in the reply")).first.click()
    expect(reply).to_have_value(written)  # said twice it would help nobody
    expect(page.locator("[data-composer-state]")).to_have_text("Kept just now")
    page.reload()
    expect(send).to_be_visible()
    expect(page.locator(".composer-send")).not_to_be_visible()
    expect(reply).to_have_value(written)
    page.evaluate("document.dispatchEvent(new CustomEvent('redress:factor', {detail: {seconds: 0}}))")
    expect(send).not_to_be_visible()
    page.evaluate("document.dispatchEvent(new CustomEvent('redress:factor', {detail: {seconds: 60}}))")
    expect(send).to_have_text(promised)
    page.get_by_role("button", name="Without the refund").click()
    expect(page.locator("[data-composer-state]")).to_have_text("Kept just now")
    page.reload()
    expect(reply).to_have_value(written)
    expect(send).not_to_be_visible()
    reply.fill("")
    expect(page.locator("[data-composer-state]")).to_have_text("Kept just now")


def test_locking_in_one_tab_locks_the_others(people: People) -> None:
    agent = people(AGENT)
    page = open_ticket(agent, "Did my payment arrive")
    other = agent.context.new_page()
    other.goto("/factor/devices/")
    other.get_by_role("button", name="Lock payment data now").click()
    expect(other.get_by_text("Payment data is locked.")).to_be_visible()

    expect(page.get_by_role("heading", name="Payment data is locked again")).to_be_visible(timeout=2_000)
    expect(page.get_by_role("heading", name="Payments")).to_have_count(0)
    page.get_by_role("button", name="Prove it is you").click()
    page.locator("#pane-money").get_by_label("code from your app").fill(agent.code())
    expect(page.get_by_role("heading", name="Payments")).to_be_visible()


def test_a_form_that_opens_does_not_move_the_page(people: People) -> None:
    agent = people(AGENT)
    page = open_ticket(agent, "Did my payment arrive")
    page.get_by_role("link", name="Credit…").first.click()
    form = page.locator("#credit-form")
    expect(form.locator(":focus")).to_have_count(1)
    expect(form).to_be_in_viewport()
    assert page.evaluate(
        "[document.scrollingElement.scrollTop, document.scrollingElement.scrollHeight - innerHeight]"
    ) == [0, 0]


def test_what_one_did_oneself_is_no_news(people: People) -> None:
    agent, colleague = people(AGENT), people(OTHER_AGENT)
    page = open_ticket(agent, "Did my payment arrive")
    here = page.url
    news = page.locator("#conversation [data-live-offer]")
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    page.locator("[data-composer-mode]").check()
    page.locator("textarea[data-composer]").fill("Asked the bank.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#conversation")).to_contain_text("Asked the bank.")
    page.wait_for_timeout(2_000)  # its own news may come before the answer or after
    page.locator("#conversation .message").last.hover()
    topic = page.locator("#conversation").get_attribute("data-live")
    with page.expect_response(lambda answer: answer.url == here and "x-redress-poll" in answer.request.headers):
        page.evaluate(TELL, topic)
    page.wait_for_timeout(300)
    expect(news).not_to_be_visible()

    colleague.come_in("/desk/")
    colleague.open(here.removeprefix(colleague.desk.address))
    colleague.page.locator("[data-composer-mode]").check()
    colleague.page.locator("textarea[data-composer]").fill("The bank answered.")
    colleague.page.keyboard.press("Control+Enter")
    expect(news).to_be_visible()
