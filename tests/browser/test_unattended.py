"""A page that nobody sits at: what it asks by itself keeps neither the session nor the factor, and it goes when the
person signs out elsewhere."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Request, expect

from supportdesk.people.states import IDLE
from tests.browser.kept_session import age, moments
from tests.browser.person import AGENT, FINANCE, People, Person
from tests.browser.running_desk import as_owner

pytestmark = pytest.mark.browser
CSV = b"Date,Name,Amount,Currency\n2026-09-12,ACME,125.00,USD\n"
TEN_MINUTES = timedelta(minutes=10)


class Heard:
    """The requests of a page to addresses that end in these words, and whether each says that no hand made it."""

    def __init__(self, person: Person, ending: str) -> None:
        self.polls: list[bool] = []
        self._ending = ending
        person.page.on("request", self._hear)

    def _hear(self, request: Request) -> None:
        if request.url.endswith(self._ending):
            self.polls.append(request.headers.get("x-redress-poll") == "1")


def everything_has_come(page: Page) -> None:
    """The parts of a ticket's page that it asks for when it opens: one that came later would count as the person's."""
    expect(page.get_by_role("heading", name="Payments")).to_be_visible()
    expect(page.locator("#pane-queue #queue-list")).to_be_visible()
    expect(page.locator("#pane-money #person")).to_be_visible()


def test_presence_keeps_nobody_signed_in(people: People) -> None:
    agent = people(AGENT)
    page = agent.page
    agent.come_in("/desk/")
    ticket = page.locator("a[href^='/desk/tickets/']").first.get_attribute("href") or ""
    heard = Heard(agent, "/presence/")
    page.clock.install()
    agent.open(ticket)
    everything_has_come(page)
    age(agent, seen_at=TEN_MINUTES, factor_leaned_on_at=TEN_MINUTES)
    before = moments(agent)

    for _ in range(3):
        with page.expect_response(re.compile("/presence/$")):
            page.clock.run_for(20_000)

    assert (heard.polls, moments(agent)) == ([True] * 4, before)  # at once, and three times by the clock


def test_the_progress_of_an_upload_keeps_no_factor_fresh(people: People) -> None:
    finance = people(FINANCE)
    page = finance.page
    finance.come_in("/finance/statements/")
    page.locator("input[type=file]").set_input_files({"name": "left.csv", "mimeType": "text/csv", "buffer": CSV})
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("link", name="Name the columns")).to_be_visible(timeout=60_000)  # a worker starts slowly
    file = page.url.rstrip("/").rpartition("/")[2]
    heard = Heard(finance, "/progress/")
    with still_reading(finance, file):
        page.reload()
        age(finance, seen_at=TEN_MINUTES, factor_leaned_on_at=TEN_MINUTES)
        before = moments(finance)
        for _ in range(3):
            page.wait_for_event("response", lambda answer: answer.url.endswith("/progress/"))
        assert (heard.polls[:3], all(heard.polls), moments(finance)) == ([True] * 3, True, before)


@contextmanager
def still_reading(person: Person, file: str) -> Iterator[None]:
    """As if the upload were so large that it is being read all the while."""
    change = "UPDATE billing_statementfile SET status = %s WHERE id = %s"
    with closing(as_owner(person.desk.database)) as desk:
        desk.execute("SELECT set_config('redress.scope', 'system', false)")
        assert desk.execute(change, ["reading", file]).rowcount == 1
        yield
        desk.execute(change, ["needs_mapping", file])


def test_a_page_goes_when_the_person_signs_out_in_another_tab(people: People) -> None:
    agent = people(AGENT)
    agent.come_in("/desk/")
    other = agent.context.new_page()
    other.goto("/desk/")
    expect(agent.page.locator("html")).to_have_attribute("data-stream", "open")

    other.locator(".desk-bar summary").click()
    other.get_by_role("button", name="Sign out").click()

    agent.page.wait_for_url("**/accounts/login/**", timeout=20_000)
    agent.forget()


def test_polls_do_not_outlive_the_idle_limit(people: People) -> None:
    agent = people(AGENT)
    page = agent.page
    agent.come_in("/desk/")
    ticket = page.locator("a[href^='/desk/tickets/']").first.get_attribute("href") or ""
    page.clock.install()
    agent.open(ticket)
    everything_has_come(page)
    age(agent, seen_at=IDLE)

    page.clock.run_for(20_000)

    page.wait_for_url("**/accounts/login/**")
    assert all("401" in said for said in agent.complaints)  # the browser's own word for the poll that was refused
    agent.complaints.clear()
    agent.forget()
