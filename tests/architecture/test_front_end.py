"""What the front end promises, read off its files: nothing inline, one place for colours, files of a readable size."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "an htmx handler": re.compile(r"\bhx-on\b"),
    "a style element": re.compile(r"<style\b"),
    "a script without an address": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>"),
    "unescaped text": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
    "code in a value": re.compile(r"[\"']\s*(?:js|javascript):"),
}
MAY = {
    "helpsite/article_page.html": {"unescaped text"},  # nh3 has been over it
}

ELEMENT = re.compile(r"<[a-z](?:\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^>])*>", re.DOTALL)
BY_THE_CLOCK = re.compile(r"""hx-trigger=["'][^"']*\bevery\b""")
SAYS_SO = """hx-headers='{"X-Redress-Poll": "1"}'"""

COLOUR = re.compile(r":[^;{}]*(?:#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\()[^;{}]*;")
TOKEN = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")

TAGS = re.compile(r"\{%(?!\s*money\b).*?%\}|\{#.*?#\}", re.DOTALL)  # all but the one that prints an amount
VOID = {"br", "hr", "img", "input", "link", "meta"}

TEXT_AAA = [("ink", ground) for ground in ("paper", "sheet", "selection", "green-soft", "amber-soft", "red-soft")]
TEXT_AA = [
    *[("ink-2", ground) for ground in ("paper", "sheet", "selection", "amber-soft")],
    *[(colour, ground) for colour in ("green", "amber", "red") for ground in (f"{colour}-soft", "paper", "sheet")],
    ("on-green", "green"),
    ("on-green", "green-strong"),
    ("on-red", "red"),
    ("on-red", "red-strong"),
]
EDGES = [("field-edge", "paper"), ("field-edge", "sheet"), ("green", "paper"), ("green", "sheet"), ("red", "sheet")]


class DirectText(HTMLParser):
    """Text that is a child of an element of this class, and not of one inside it."""

    def __init__(self, css_class: str) -> None:
        super().__init__()
        self.css_class, self.open, self.found = css_class, list[bool](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(self.css_class in (dict(attrs).get("class") or "").split())

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] and data.strip():
            self.found.append(data.strip())


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("template", TEMPLATES, ids=_named)
def test_nothing_is_inline(template: Path) -> None:
    text = template.read_text()
    found = [what for what, pattern in INLINE.items() if pattern.search(text)]
    allowed = MAY.get(str(template.relative_to(ROOT / "templates")), set())

    assert [what for what in found if what not in allowed] == []


def test_what_asks_by_the_clock_says_that_no_hand_did() -> None:
    """Else a page that nobody looks at keeps a session signed in and a factor fresh."""
    texts = {_named(template): template.read_text() for template in TEMPLATES}
    elements = [(name, element) for name, text in texts.items() for element in ELEMENT.findall(text)]
    polling = [(name, element) for name, element in elements if BY_THE_CLOCK.search(element)]

    assert [name for name, element in polling if SAYS_SO not in element] == []
    assert len(polling) == sum(len(BY_THE_CLOCK.findall(text)) for text in texts.values()) >= 2


@pytest.mark.parametrize("template", TEMPLATES, ids=_named)
def test_the_words_of_a_notice_stand_in_an_element_of_their_own(template: Path) -> None:
    """A notice is a grid: bare words beside a link or an amount become cells, printed over each other."""
    reader = DirectText("notice")
    reader.feed(TAGS.sub("", template.read_text()))

    assert reader.found == []


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ('<p class="notice">{% money a b %} of yours: <a href="x">ask us</a></p>', ["{% money a b %} of yours:"]),
        ('<div class="notice{% if a %} notice-due{% endif %}" role="alert">{{ why }}</div>', ["{{ why }}"]),
        (
            '<div class="notice"><img src="a"><p>Words <b>of</b> it.</p>{% if a %}<p>More.</p>{% endif %}</div> after',
            [],
        ),
        ('<div class="notices">{% include "components/notice.html" %}</div>', []),
    ],
)
def test_bare_words_in_a_notice_are_found(written: str, found: list[str]) -> None:
    reader = DirectText("notice")
    reader.feed(TAGS.sub("", written))

    assert reader.found == found


@pytest.mark.parametrize("template", TEMPLATES, ids=_named)
def test_a_template_is_short(template: Path) -> None:
    assert len(template.read_text().splitlines()) < 120


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=_named)
def test_a_style_sheet_or_script_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) < 250


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=_named)
def test_colours_are_named_in_one_file(path: Path) -> None:
    without_comments = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)

    assert COLOUR.findall(without_comments) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=_named)
def test_a_script_stands_alone(path: Path) -> None:
    """Modules speak by events. An import would need its hashed name, and eval the policy's leave."""
    assert (
        re.findall(r"^\s*import\b|\beval\(|new Function\(|\.innerHTML\s*=|document\.write", path.read_text(), re.M)
        == []
    )


def _tokens(side: int) -> dict[str, str]:
    return {found[0]: found[side] for found in TOKEN.findall((ROOT / "static/css/tokens.css").read_text())}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("side", [1, 2], ids=["light", "night"])
def test_every_pair_of_colours_can_be_read(side: int) -> None:
    tokens = _tokens(side)
    wanted = [(7.0, TEXT_AAA), (4.5, TEXT_AA), (3.0, EDGES)]

    unreadable = [
        (ink, ground, round(_contrast(tokens[ink], tokens[ground]), 2))
        for least, pairs in wanted
        for ink, ground in pairs
        if _contrast(tokens[ink], tokens[ground]) < least
    ]

    assert unreadable == []


def test_the_contrast_is_worked_out_as_the_guidelines_say() -> None:
    assert (round(_contrast("#000000", "#ffffff"), 2), round(_contrast("#777777", "#ffffff"), 2)) == (21.0, 4.48)
