"""Accessibility of a page as axe-core sees it. Other browser tests call `violations(page)` on what they have opened."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# preload would fetch style sheets and write a style element, which the policy rightly refuses.
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "preload": False, "resultTypes": ["violations"]}


def violations(page: Page, *, within: str | None = None) -> list[str]:
    """One line for each broken rule, with the first place where it is broken; an empty list is what a test asks for."""
    found: dict[str, Any] = Axe().run(page, context=within, options=OPTIONS).response
    return [f"{rule['id']} ({rule['impact']}): {_first_place(rule['nodes'])}" for rule in found["violations"]]


def _first_place(nodes: list[dict[str, Any]]) -> str:
    checks = [*nodes[0]["any"], *nodes[0]["all"], *nodes[0]["none"]]
    return f"{nodes[0]['target'][0]}: {checks[0]['message'] if checks else nodes[0]['html'][:120]}"
