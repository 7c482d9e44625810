"""Markdown articles and answers to safe HTML: raw HTML off, then the same sanitiser as for mail."""

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from billing.text.errors import TextRefused
from billing.text.html import sanitised

LONGEST = 50_000
_TAGS = frozenset(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr img li ol p pre s strong table tbody td th thead tr ul".split()
)
_ATTRIBUTES: dict[str, set[str]] = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable(
    ["table", "strikethrough"]
)


def render_markdown(source: str) -> SafeString:
    """Raises TextRefused where the source is too long, or nested too deeply to be read by anyone."""
    if len(source) > LONGEST:
        raise TextRefused(f"This text is too long: {len(source):,} characters, and at most {LONGEST:,} are shown.")
    return sanitised(_PARSER.render(source), tags=set(_TAGS), attributes=_ATTRIBUTES, relative=_own_address)


def _own_address(url: str) -> str | None:
    """Links inside the site stay; "//elsewhere" and "/\\elsewhere" only look as if they were."""
    return url if url.startswith(("/", "#")) and url[1:2] not in {"/", "\\"} else None
