"""One browser of one person of the demo, held to axe and to the policy wherever it goes."""

import time
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from supportdesk.demo.sign_ins import PASSWORD
from supportdesk.people.factors import code_at
from tests.browser.axe import violations
from tests.browser.running_desk import RunningDesk

CUSTOMER, AGENT, SUPERVISOR = "customer@redress.example", "agent@redress.example", "supervisor@redress.example"
OTHER_AGENT = "tom@redress.example"
WIDE = {"width": 1280, "height": 900}


class Person:
    """What the console complains about is kept in `complaints`, and must stay empty."""

    _last_codes: dict[tuple[str, str], str] = {}  # by desk and person: a code opens once

    def __init__(self, chromium: Browser, desk: RunningDesk, email: str = "", **options: Any) -> None:
        self.desk, self.email = desk, email
        self.context: BrowserContext = chromium.new_context(
            **{"base_url": desk.address, "viewport": WIDE, "timezone_id": "UTC", **options}
        )
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._complain(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{self.page.url}: {words}")

    def sign_in(self, path: str) -> None:
        """With the password, and with a code where the person has an app."""
        self.page.goto(f"/accounts/login/?next={path}")
        self.page.get_by_label("Email").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        if self.email in self.desk.seeds:
            self.type_code()
        self.page.wait_for_url(f"**{path}")

    def type_code(self) -> None:
        """Into the field that is there; the sixth figure sends it."""
        self.page.get_by_label("code from your app").fill(self.code())

    def code(self) -> str:
        """What the person's app shows, or will show next where that was used: a code opens once."""
        key = (self.desk.address, self.email)
        seed, used = self.desk.seeds[self.email], self._last_codes.get(key)
        while (code := code_at(seed, timezone.now())) == used:
            time.sleep(0.5)
        self._last_codes[key] = code
        return code

    def accessible(self) -> None:
        found = violations(self.page)
        assert found == [], f"{self.page.url}: {found}"

    def fits(self) -> None:
        """Nothing to scroll sideways for."""
        wide = self.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], f"{self.page.url} is {wide[0]} wide in {wide[1]}"
