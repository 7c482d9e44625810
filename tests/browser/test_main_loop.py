"""The main loop, walked by people in Chromium: asked, taken, unlocked, diagnosed, refunded above the limit, approved by
a second person in the admin, and seen by the customer. Every page on the way is held to axe and to the policy."""

import re

import pytest
from playwright.sync_api import expect

from billing.access.factor import HARD, SLIDING
from tests.browser.kept_session import age
from tests.browser.person import AGENT, CUSTOMER, SUPERVISOR, People, Person

pytestmark = pytest.mark.browser


def test_a_charge_made_twice_is_put_right(people: People) -> None:
    customer, agent, lead = (people(email) for email in (CUSTOMER, AGENT, SUPERVISOR))
    number = ask(customer)
    take_and_unlock(agent, number)
    reference = refund_everything(agent)
    approve(lead, reference)
    see_it_solved(agent, customer, number)


def ask(customer: Person) -> int:
    """From the help site, signed in, in the customer's own words."""
    page = customer.page
    customer.sign_in("/contact/charged-twice/")
    page.get_by_label("In one line").fill("Taken twice in one week")
    page.get_by_label("Tell us what happened").fill(
        "Two payments of 125.00 on one day. My card is 4111 1111 1111 1111."
    )
    customer.accessible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken twice in one week")
    assert "4111" not in page.content()
    customer.accessible()
    found = re.search(r"/my/questions/(\d+)/", page.url)
    assert found is not None
    return int(found[1])


def take_and_unlock(agent: Person, number: int) -> None:
    """The factor was proved longer ago than payment data stays open: the money side is a lock until a code is typed
    into it, and then opens in place."""
    page, here = agent.page, f"/desk/tickets/{number}/"
    agent.sign_in("/desk/")
    age(agent, factor_proved_at=HARD, factor_leaned_on_at=SLIDING)
    agent.open(here)
    page.get_by_role("button", name=re.compile("Take it")).click()
    money = page.locator("#pane-money")
    expect(money.locator("[data-lock]")).to_be_visible()
    expect(page.get_by_role("heading", name="What happened")).to_have_count(0)
    assert "125.00" not in money.inner_text()
    agent.accessible()

    money.get_by_label("code from your app").fill(agent.code())

    expect(page.get_by_role("heading", name=re.compile("Charged twice: 2 captures"))).to_be_visible()
    expect(page.locator("[data-lock]")).to_have_count(0)
    assert page.url.endswith(here)
    agent.accessible()


def refund_everything(agent: Person) -> str:
    """Above the agent's limit, so that a second person is needed."""
    page = agent.page
    page.get_by_role("link", name=re.compile("Refund \\$125.00")).click()
    form = page.locator("#refund-form")
    expect(form).to_contain_text("Visa •••• 4242")
    form.get_by_label("Amount").fill("125.00")
    form.get_by_role("button", name=re.compile("Ask for this refund")).click()
    refund = page.locator(".record[id^=refund-]")
    expect(refund).to_contain_text("Waits for approval")
    agent.accessible()
    return refund.locator(".record-what .ref").inner_text()


def approve(lead: Person, reference: str) -> None:
    """In the admin, with exactly what would be sent on the page."""
    page = lead.page
    lead.sign_in("/admin/billing/refund/")
    page.get_by_role("link", name=reference).click()
    expect(page.get_by_role("heading", name="What would be sent")).to_be_visible()
    lead.good_in_every_look()
    page.get_by_role("button", name=re.compile("Approve and send")).click()
    expect(page.locator(".messagelist")).to_contain_text(reference)


def see_it_solved(agent: Person, customer: Person, number: int) -> None:
    """The agent answers and solves; the customer sees the money, the date, and says that it is solved."""
    agent.page.goto(f"/desk/tickets/{number}/")
    agent.page.locator("textarea[data-composer]").fill("You were charged twice. The second payment is on its way back.")
    agent.page.get_by_role("button", name=re.compile("^Send")).click()
    expect(agent.page.get_by_text("The second payment is on its way back.").first).to_be_visible()
    agent.page.get_by_role("button", name=re.compile("^Solve")).first.click()
    page = customer.page
    page.goto(f"/my/questions/{number}/")
    expect(page.locator(".outcome-title")).to_contain_text("You get $125.00 back by")
    expect(page.get_by_text("Your bank shows it")).to_be_visible()
    customer.accessible()
    page.get_by_role("button", name="It is solved").click()
    expect(page.get_by_text("Good. Thank you for telling us.")).to_be_visible()
    page.goto("/my/payments/")
    page.get_by_role("link", name=re.compile("^Refund")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Refund of $125.00")
    customer.good_in_every_look()
