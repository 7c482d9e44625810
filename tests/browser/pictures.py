"""The pictures of the documentation, each named by its page, its width and its scheme."""

from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.person import AGENT, CUSTOMER, NARROW, ON_ITS_WAY, STILL, SUPERVISOR, Person
from tests.browser.running_desk import ROOT, RunningDesk

PICTURES = ROOT / "docs" / "screenshots"
SCREEN: ViewportSize = {"width": 1280, "height": 800}


def take_all(chromium: Browser, desk: RunningDesk) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    customer, agent, lead = (Person(chromium, desk, email) for email in (CUSTOMER, AGENT, SUPERVISOR))
    show_customer(customer)
    show_desk(agent)
    show_admin(lead)


def show_customer(customer: Person) -> None:
    customer.open("/")
    shoot(customer, "help", SCREEN, NARROW)
    customer.sign_in("/my/")
    customer.page.locator("main .record-what").first.click()
    shoot(customer, "portal-question", SCREEN, NARROW)
    customer.open("/my/bills/")
    customer.page.locator("main .record-what").first.click()
    shoot(customer, "bill", SCREEN, NARROW)


def show_desk(agent: Person) -> None:
    """The same ticket locked and open; then a refund above the limit, for the supervisor to decide about."""
    page = agent.page
    agent.sign_in("/factor/devices/")
    page.get_by_role("button", name="Lock payment data now").click()
    page.wait_for_load_state()
    agent.open("/desk/")
    page.get_by_role("link", name="Charged twice for my premium").click()
    expect(page.locator("[data-lock]")).to_be_visible()
    shoot(agent, "workspace-locked", SCREEN)
    page.get_by_label("code from your app").fill(agent.code())
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    page.get_by_role("button", name="Take it").click()
    shoot(agent, "workspace", SCREEN, NARROW)
    page.get_by_role("link", name="Refund $125.00").click()
    page.get_by_role("button", name="Ask for this refund").click()
    expect(page.locator(".record[id^=refund-]")).to_contain_text("Waits for approval")


def show_admin(lead: Person) -> None:
    lead.sign_in("/admin/billing/refund/")
    lead.page.get_by_role("row", name="Waits for approval").get_by_role("link").first.click()
    shoot(lead, "admin-refund", SCREEN)


def shoot(person: Person, name: str, *sizes: ViewportSize) -> None:
    page = person.page
    for size in sizes:
        page.set_viewport_size(size)
        expect(page.locator(ON_ITS_WAY)).to_have_count(0)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.evaluate(STILL)
            page.screenshot(path=PICTURES / f"{name}-{size['width']}-{scheme}.png")
    page.set_viewport_size(SCREEN)
