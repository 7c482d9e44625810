import pytest

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.gallery_pages import PAGES
from tests.browser.gallery_server import GalleryServer

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
EXAMPLES = [name for name in PAGES if name not in {"behaviours", "expiring"}]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "390"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_is_accessible_and_fits(
    gallery: GalleryServer, open_page: OpenPage, name: str, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page(gallery.page(name), viewport=viewport, color_scheme=scheme)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_axe_sees_what_is_broken(gallery: GalleryServer, open_page: OpenPage) -> None:
    page = open_page(gallery.page("help"))

    page.evaluate("document.querySelector('.topic p').style.color = '#c8c8c8'")

    assert [line.partition(" ")[0] for line in violations(page)] == ["color-contrast"]


def test_a_style_in_the_markup_is_refused(gallery: GalleryServer, open_page: OpenPage) -> None:
    page = open_page(gallery.page("help"), may_complain=True)

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=loud style=\"color: rgb(1, 2, 3)\">x</p>')")

    assert page.evaluate("getComputedStyle(document.getElementById('loud')).color") == "rgb(28, 31, 35)"


def test_a_locked_desk_holds_no_payment_data(gallery: GalleryServer, open_page: OpenPage) -> None:
    opened, locked = open_page(gallery.page("open")).content(), open_page(gallery.page("locked")).content()

    facts = ["125.00", "4242", "P-90412", "41 s apart", "R-2231", "2 retries", "duplicate<"]

    assert [fact for fact in facts if fact in opened] == facts
    assert [fact for fact in facts if fact in locked] == []


@pytest.mark.parametrize(("chosen", "paper"), [("dark", "rgb(20, 23, 26)"), ("light", "rgb(251, 250, 246)")])
def test_the_reader_may_overrule_the_system(
    gallery: GalleryServer, open_page: OpenPage, chosen: str, paper: str
) -> None:
    page = open_page(gallery.page("help"), color_scheme="light" if chosen == "dark" else "dark")

    page.locator(f'[data-set-theme="{chosen}"]').first.click()
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == chosen
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper


def test_one_pane_at_a_time_on_a_phone(gallery: GalleryServer, open_page: OpenPage) -> None:
    page = open_page(gallery.page("open"), viewport=NARROW)

    shown = [page.locator(".pane:visible").evaluate_all("panes => panes.map(pane => pane.id)")]
    for name in ("Money", "Queue"):
        page.get_by_role("navigation", name="Parts of the desk").get_by_role("link", name=name).click()
        shown.append(page.locator(".pane:visible").evaluate_all("panes => panes.map(pane => pane.id)"))

    assert shown == [["pane-conversation"], ["pane-money"], ["pane-queue"]]


def test_without_script_every_pane_is_there(gallery: GalleryServer, open_page: OpenPage) -> None:
    page = open_page(gallery.page("open"), viewport=NARROW, java_script_enabled=False)

    assert page.locator(".pane:visible").count() == 3


def test_paper_has_no_controls(gallery: GalleryServer, open_page: OpenPage) -> None:
    page = open_page(gallery.page("portal"), color_scheme="dark")

    page.emulate_media(media="print")

    assert page.locator(".button:visible").count() == 0
    assert page.locator(".timeline-step:visible").count() == 4
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 31, 35)"
