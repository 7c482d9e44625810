"""Every main page of the running desk, on a screen and on a phone, by day and by night: accessible, quiet, in its
width, and without an amount where payment data is locked."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import AGENT, CUSTOMER, FINANCE, OTHER_AGENT, SUPERVISOR, People, Person

pytestmark = pytest.mark.browser

# A customer's own words may hold an amount ("went up by $15"); those of the product have cents.
AMOUNT = re.compile(r"\$\d[\d,]*\.\d\d")
CARD = "4242"


def walk(person: Person, *paths: str) -> None:
    for path in paths:
        person.open(path)
        person.good_in_every_look()


def first(person: Person, path: str, selector: str) -> str:
    """Where the first such link on a page leads."""
    person.open(path)
    found = person.page.locator(selector).first.get_attribute("href")
    assert found is not None
    return found


def ticket(person: Person, subject: str) -> str:
    person.open("/desk/?state=all")
    return person.page.get_by_role("link", name=re.compile(subject)).get_attribute("href") or ""


def test_help_site(people: People) -> None:
    anybody = people()

    article = first(anybody, "/search/?q=refund", "#results .record-what")
    topic = first(anybody, "/", "main a[href^='/topics/']")

    walk(anybody, "/", "/search/?q=refund", topic, article, "/contact/", "/contact/charged-twice/", "/accounts/login/")


def test_own_pages_of_a_customer(people: People) -> None:
    customer = people(CUSTOMER)
    customer.come_in("/my/")

    question = first(customer, "/my/", "main .record-what")
    bill = first(customer, "/my/bills/", "main .record-what")
    payment = first(customer, "/my/payments/", "main .record-what[href*='/payments/']")

    walk(customer, "/my/", question, "/my/bills/", bill, f"{bill}print/", "/my/payments/", payment)
    walk(customer, "/my/methods/", "/my/compare/")


def test_locked_desk_shows_no_amount(people: People) -> None:
    agent = people(OTHER_AGENT)
    agent.come_in("/factor/devices/")
    agent.page.get_by_role("button", name="Lock payment data now").click()
    expect(agent.page.get_by_text("Payment data is locked.")).to_be_visible()

    for path in ("/desk/", ticket(agent, "Charged twice for my premium"), "/desk/search/?q=Ortiz"):
        walk(agent, path)
        assert AMOUNT.findall(agent.page.content()) == []
        assert CARD not in agent.page.content()
    agent.open(ticket(agent, "Charged twice for my premium"))
    expect(agent.page.get_by_role("heading", name="Payment data is locked")).to_be_visible()


def test_open_desk(people: People) -> None:
    agent = people(AGENT)
    agent.come_in("/desk/")
    path = ticket(agent, "Charged twice for my premium")

    walk(agent, "/desk/", path, "/desk/search/?q=Ortiz", "/factor/devices/", "/factor/enrol/")
    agent.open(path)

    expect(agent.page.get_by_role("heading", name="What happened")).to_be_visible()
    assert AMOUNT.findall(agent.page.content()) != []


def test_finance(people: People) -> None:
    finance = people(FINANCE)
    finance.come_in("/finance/statements/")

    file = first(finance, "/finance/statements/", "tbody a")
    line = first(finance, "/finance/reconciliation/", "a[href*='/lines/']")
    expected = first(finance, "/finance/reconciliation/", "a[href*='/expected/']")

    walk(finance, "/finance/statements/", file, "/finance/statements/accounts/")
    walk(finance, "/finance/reconciliation/", line, expected, "/finance/reconciliation/waiting/")


def test_supervisor_in_the_admin(people: People) -> None:
    escalate(people(AGENT))
    lead = people(SUPERVISOR)
    lead.come_in("/admin/")

    case = first(lead, "/admin/tickets/escalation/", "#result_list th a")

    walk(lead, "/admin/", "/admin/billing/refund/", "/admin/tickets/escalation/", case)


def escalate(agent: Person) -> None:
    page = agent.page
    agent.come_in("/desk/")
    agent.open(ticket(agent, "Card refused again"))
    page.get_by_role("button", name="Take it").click()
    page.get_by_role("link", name="Escalate").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("What did you try?").fill("I told him to call his bank. He wants to pay another way.")
    agent.accessible()
    page.locator("#deed-form button.button-primary").click()
    expect(page.get_by_text("He wants to pay another way.")).to_be_visible()
