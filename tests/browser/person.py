"""One browser of one person of the demo, held to axe and to the policy wherever it goes."""

import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from supportdesk.demo.sign_ins import PASSWORD
from supportdesk.people.factors import code_at
from tests.browser.axe import violations
from tests.browser.running_desk import RunningDesk

CUSTOMER, AGENT, SUPERVISOR = "customer@redress.example", "agent@redress.example", "supervisor@redress.example"
OTHER_AGENT, FINANCE = "tom@redress.example", "finance@redress.example"
# Colours change in a moment. What moves is put at its end, not waited for: a page that is not drawn never gets there.
ENDS = "isFinite(one.effect.getComputedTiming().endTime)"
STILL = f"document.getAnimations().filter((one) => {ENDS}).forEach((one) => one.finish())"
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
ON_ITS_WAY = ".loading, .htmx-request, .htmx-settling"  # a region that asks for its content by itself

Key = tuple[str, str]  # a desk's address and a person's
expect.set_options(timeout=20_000)  # two busy processors


class Person:
    """What the console complains about is kept in `complaints`, and must stay empty."""

    _codes: ClassVar[dict[Key, str]] = {}  # used last: a code opens once
    _cookies: ClassVar[dict[Key, Any]] = {}

    def __init__(self, chromium: Browser, desk: RunningDesk, email: str = "", **options: Any) -> None:
        self.desk, self.email, self._key = desk, email, (desk.address, email)
        settings = {"base_url": desk.address, "viewport": WIDE, "timezone_id": "UTC", "reduced_motion": "reduce"}
        self.context: BrowserContext = chromium.new_context(**{**settings, **options})
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self._is_signed_in = False
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
            self.page.get_by_label("Code from your app").fill(self.code())  # the sixth figure sends it
        self.page.wait_for_url(f"**{path}")
        self._is_signed_in = True

    def come_in(self, path: str) -> None:
        """As somebody whose browser is signed in since an earlier test."""
        if self._key not in self._cookies:
            self.sign_in(path)
        else:
            self.context.add_cookies(self._cookies[self._key])
            self._is_signed_in = True
            self.open(path)
            assert self.page.url == f"{self.desk.address}{path}"

    def leave(self) -> None:
        """Close the browser. A typed code gives the session another key, so the cookies are kept as they are now."""
        if self._is_signed_in:
            self._cookies[self._key] = self.context.cookies()
        self.context.close()

    def forget(self) -> None:
        """This browser was signed out: whoever comes in next as this person signs in anew."""
        self._is_signed_in = False
        self._cookies.pop(self._key, None)

    def open(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def code(self) -> str:
        """What the person's app shows, or will show next where that was used."""
        seed, used = self.desk.seeds[self.email], self._codes.get(self._key)
        while (code := code_at(seed, timezone.now())) == used:
            time.sleep(0.5)
        self._codes[self._key] = code
        return code

    def accessible(self) -> None:
        expect(self.page.locator(ON_ITS_WAY)).to_have_count(0)
        self.page.evaluate(STILL)
        found = violations(self.page)
        assert found == [], f"{self.page.url}: {found}"

    def fits(self) -> None:
        """Nothing to scroll sideways for."""
        page_width, window_width = self.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        assert page_width <= window_width, f"{self.page.url}: {page_width} wide, in a window of {window_width}"

    def good_in_every_look(self) -> None:
        """On a screen and on a phone, by day and by night."""
        for viewport in (NARROW, WIDE):
            self.page.set_viewport_size(viewport)
            self.fits()
            for scheme in ("dark", "light"):
                self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                self.accessible()


People = Callable[..., Person]
