"""Markdown that our own people write, as HTML that is safe to show.

Raw HTML is off in the parser, and what it made is sanitised all the same: last, so that nothing reopens it.
"""

from functools import cache

import nh3
from markdown_it import MarkdownIt

LONGEST = 200_000  # characters; an article is a few thousand
DEEPEST = 20  # nested lists and quotes; the sanitiser's time grows with the square of the depth
TAGS = frozenset("p br hr h2 h3 h4 ul ol li strong em del code pre blockquote a table thead tbody tr th td".split())
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})


class TextTooLong(ValueError):
    """The text is longer than any article; the message says how long it may be."""


def render_markdown(text: str) -> str:
    """HTML with the tags above, links in the four schemes or to our own pages, and nothing else."""
    if len(text) > LONGEST:
        raise TextTooLong(f"This is too long: at most {LONGEST:,} characters.")
    return nh3.clean(
        _parser().render(text.replace("\0", "")),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable(["table", "strikethrough"])
