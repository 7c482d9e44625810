"""Ways through the desk other than a mouse with everything switched on: without script, by keys alone, and past the
lock without leaving what one writes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import AGENT, CUSTOMER, OTHER_AGENT, People, Person

pytestmark = pytest.mark.browser


def test_customer_without_script(people: People) -> None:
    customer = people(CUSTOMER, java_script_enabled=False)
    page = customer.page
    customer.come_in("/contact/wrong-bill/")

    page.get_by_label("In one line").fill("No script, and a question")
    page.get_by_label("Tell us what happened").fill("Why is there an administrative fee?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No script, and a question")
    question = page.url

    page.get_by_role("textbox").last.fill("I mean the bill of this month.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("I mean the bill of this month.")).to_be_visible()

    solve(people(AGENT), question)
    page.goto(question)
    page.get_by_role("button", name="It is solved").click()
    expect(page.get_by_text("Good. Thank you for telling us.")).to_be_visible()


def solve(agent: Person, question: str) -> None:
    agent.come_in(f"/desk/tickets/{question.rstrip('/').rpartition('/')[2]}/")
    agent.page.get_by_role("button", name="Take it").click()
    agent.page.get_by_role("button", name="Solve").click()
    expect(agent.page.get_by_role("button", name="Open again")).to_be_visible()


def test_desk_by_keys_alone(people: People) -> None:
    agent = people(AGENT)
    page, keys = agent.page, agent.page.keyboard
    agent.come_in("/desk/")

    rows = page.locator("[data-roving-item]")
    for key in "jjk":
        keys.press(key)
    expect(rows.nth(0)).to_be_focused()
    keys.press("j")
    expect(rows.nth(1)).to_be_focused()
    subject = rows.nth(1).locator(".queue-subject").inner_text()
    keys.press("Enter")
    expect(page.locator("#subject")).to_have_text(subject)
    assert re.search(r"/desk/tickets/\d+/$", page.url)

    keys.press("n")
    expect(page.get_by_text("Yours", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    keys.press("a")
    composer = page.locator("textarea[data-composer]")
    expect(composer).to_be_focused()
    answer = composer.input_value().split("\n")[0]
    assert len(answer) > 10
    keys.press("Control+Enter")
    expect(page.locator(".conversation").get_by_text(answer)).to_be_visible()
    expect(composer).to_have_value("")


def test_field_dragged_larger_is_replaced_without_its_style(people: People) -> None:
    """What the console says of it fails every test of people: htmx would copy the style that the dragging left."""
    agent = people(AGENT)
    page = agent.page
    agent.come_in("/desk/")
    page.get_by_role("link", name=re.compile("Two times 29 dollars")).click()
    composer = page.locator("textarea[data-composer]")
    page.locator(".composer-mode").click()
    expect(composer).to_have_attribute("placeholder", re.compile("^Note for colleagues. .+ does not see it$"))
    expect(page.get_by_role("textbox", name="Note for colleagues")).to_be_focused()

    composer.fill("Seen twice on the statement.")
    composer.evaluate("(field) => field.style.setProperty('height', '200px')")  # as the corner does, when dragged
    page.keyboard.press("Control+Enter")

    expect(page.locator(".conversation").get_by_text("Seen twice on the statement.")).to_be_visible()
    expect(composer).to_have_attribute("placeholder", re.compile("^Write to "))
    expect(composer).not_to_have_attribute("style", re.compile("."))


def test_lock_opens_where_one_writes(people: People) -> None:
    agent = people(OTHER_AGENT)
    page = agent.page
    agent.come_in("/factor/devices/")
    page.get_by_role("button", name="Lock payment data now").click()
    expect(page.get_by_text("Payment data is locked.")).to_be_visible()
    agent.open("/desk/")
    page.get_by_role("link", name=re.compile("Two times 29 dollars")).click()
    page.locator("textarea[data-composer]").fill("Half a thought, not yet")
    here = page.url

    page.get_by_label("code from your app").fill(agent.code())

    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.locator("[data-lock]")).to_have_count(0)
    expect(page.locator("#factor-pill")).to_contain_text("Factor proved")
    expect(page.locator("textarea[data-composer]")).to_have_value("Half a thought, not yet")
    assert page.url == here
