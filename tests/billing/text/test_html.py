import html
import re
from html.parser import HTMLParser

import pytest

from billing.text import TextRefused, framed_document, misleading_links, sanitise_html
from billing.text.links import MisleadingLink

CLEAN = [
    ("<p onclick=alert(1)>hi</p>", "<p>hi</p>"),
    ("<script>alert(1)</script>ok", "ok"),
    ("<style>p{background:url(//evil)}</style>ok", "ok"),
    ('<p style="color:red" class="x" id="htmx" hx-get="/x" data-hx-get="/x" aria-label="x">a</p>', "<p>a</p>"),
    ('<img src="https://evil/pixel.gif">', ""),
    ("<iframe src=//evil></iframe><object data=x></object><embed src=x>ok", "ok"),
    ('<form action=//evil><input name="csrfmiddlewaretoken"></form>ok', "ok"),
    ('<base href="https://evil/"><meta http-equiv=refresh content="0;url=//evil">ok', "ok"),
    ("<!--[if mso]><script>x</script><![endif]-->ok", "ok"),
    ("<template><p hx-get=/x>x</p></template>ok", "ok"),
    ("<svg><script>alert(1)</script></svg>ok", "ok"),
    ("<math><mtext></mtext></math>ok", "ok"),
    ('<a href="https://shop.test/a">a</a>', '<a href="https://shop.test/a" rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="JaVa&#9;ScRiPt:alert(1)">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="java\u202escript:alert(1)">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="java&#x202e;script:alert(1)">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="data:text/html,x">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="/admin/">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="//evil.test">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ("<p>\u202egnp.exe&#x202c;</p>", "<p>gnp.exe</p>"),
    ('<td colspan="9999999">a', "a"),
    ('<table><tr><td colspan="2">a', '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>'),
    ('<table><tr><td colspan="99999">a', "<table><tbody><tr><td>a</td></tr></tbody></table>"),
    ("{{ settings.SECRET_KEY }}", "{{ settings.SECRET_KEY }}"),
    ("a\x00b", "ab"),
]
ALLOWED_ATTRIBUTES = {"href", "title", "colspan", "rowspan", "scope", "start", "rel"}


@pytest.mark.parametrize(("dirty", "clean"), CLEAN)
def test_only_plain_content_is_left(dirty: str, clean: str) -> None:
    assert sanitise_html(dirty) == clean


@pytest.mark.parametrize(("dirty", "_clean"), CLEAN)
def test_sanitising_again_changes_nothing(dirty: str, _clean: str) -> None:
    once = sanitise_html(dirty)

    assert sanitise_html(once) == once


class _Inventory(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.attributes: set[str] = set()
        self.schemes: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "href":
                self.schemes.add((value or "").partition(":")[0])


def test_hostile_attributes_on_every_tag_are_dropped() -> None:
    names = (
        "onclick onload style class id name hx-get hx-on:click data-hx-post aria-label src srcset formaction "
        "xlink:href ping target background action is slot part"
    ).split()
    tags = [
        "p",
        "a",
        "td",
        "div",
        "span",
        "b",
        "h1",
        "ol",
        "q",
        "del",
        "ins",
        "blockquote",
        "svg",
        "img",
        "video",
        "details",
    ]
    schemes = [
        "javascript",
        "vbscript",
        "data",
        "blob",
        "file",
        "magnet",
        "sms",
        "view-source",
        "http",
        "https",
        "tel",
        "mailto",
    ]
    attributes = " ".join(f'{name}="javascript:alert(1)"' for name in names)
    markup = "".join(f"<{tag} {attributes}>x</{tag}>" for tag in tags)
    markup += "".join(f'<a href="{scheme}:x">x</a>' for scheme in schemes)

    found = _Inventory()
    found.feed(sanitise_html(markup))

    assert found.attributes == {"href", "rel"}
    assert found.schemes == {"http", "https", "tel", "mailto"}
    assert found.tags == {"p", "a", "div", "span", "b", "h1", "ol", "q", "del", "ins", "blockquote"}


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000,
        "<b>" * 170_000,
        "<table>" * 20_000,
        ("<div>" * 150 + "<object>" + "</div>" * 150) * 300,
        "<p>" + "".join(f"<b a={number}>" for number in range(150)) + "</p>" + "<p>x</p>" * 60_000,
    ],
)
def test_deep_markup_is_refused_before_it_costs_anything(markup: str) -> None:
    with pytest.raises(TextRefused, match="nested too deeply"):
        sanitise_html(markup)


def test_large_markup_is_refused() -> None:
    assert len(sanitise_html("a" * 524_288)) == 524_288
    with pytest.raises(TextRefused, match="over 512 KB"):
        sanitise_html("é" * 262_145)


def test_depth_200_is_shown() -> None:
    markup = "<div>" * 200 + "x" + "</div>" * 200

    assert sanitise_html(markup) == markup


def test_unclosed_paragraphs_and_list_items_of_mail_programs_are_no_depth() -> None:
    markup = "<ul>" + "<li>a" * 1000 + "</ul>" + "<p>b" * 1000 + "<table>" + "<tr><td>c<td>d" * 1000 + "</table>"

    assert sanitise_html(markup).count("<td>") == 2000


def test_the_frame_document_may_load_nothing() -> None:
    document = framed_document(sanitise_html("<p>hi</p>"))

    policy = html.unescape(re.search(r'Policy" content="([^"]*)"', document)[1])  # type: ignore[index]  # present
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert document.endswith("<body><p>hi</p></body></html>")


def test_links_that_open_something_else_than_they_say() -> None:
    markup = sanitise_html(
        '<a href="https://evil.test/a">https://bank.test/login</a> <a href="https://www.bank.test/x">bank.test</a> '
        '<a href="https://evil.test/">click here</a> <a href="mailto:a@evil.test">a@bank.test</a> '
        '<a href="http://evil.test"><b>www.bank.test</b></a>'
    )

    assert misleading_links(markup) == [
        MisleadingLink("https://bank.test/login", "evil.test"),
        MisleadingLink("www.bank.test", "evil.test"),
    ]
