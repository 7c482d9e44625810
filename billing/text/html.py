"""HTML from outside: mails, chat, pasted text. Stripped, not repaired, and shown in a frame that can do nothing."""

import re
from collections.abc import Callable
from typing import Literal

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from billing.text.shape import refuse_costly_markup

_TAGS = frozenset(
    "a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins li ol p pre q s small span "
    "strong sub sup table tbody td tfoot th thead tr u ul".split()
)
# Their text is program or hidden, never content.
_DROPPED_WHOLE = frozenset(
    "applet audio base button canvas embed form frame frameset head iframe input link math meta noembed noframes "
    "noscript object option script select style svg template textarea title video xmp".split()
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    "abbr": {"title"},
}
SCHEMES = frozenset({"https", "http", "mailto", "tel"})
LINK_REL = "noopener noreferrer nofollow"
_DECEIVING = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")
_FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

Relative = Literal["deny"] | Callable[[str], str | None]


def sanitise_html(markup: str) -> SafeString:
    """Raises TextRefused where the markup is larger or deeper than the sanitiser can take in good time."""
    return sanitised(markup, tags=set(_TAGS), attributes=_ATTRIBUTES, relative="deny")


def sanitised(markup: str, *, tags: set[str], attributes: dict[str, set[str]], relative: Relative) -> SafeString:
    refuse_costly_markup(markup)

    def clean(written: str) -> str:
        return nh3.clean(
            written,
            tags=tags,
            clean_content_tags=set(_DROPPED_WHOLE) - tags,
            attributes=attributes,
            attribute_filter=_attribute,
            url_schemes=set(SCHEMES),
            url_relative=relative,
            link_rel=LINK_REL,
            strip_comments=True,
        )

    markup = clean(markup.replace("\x00", ""))
    # Entities are characters only now. Taking some out may make a scheme of what was none, so the sanitiser is last.
    while _DECEIVING.search(markup):
        markup = clean(_DECEIVING.sub("", markup))
    return mark_safe(markup)  # noqa: S308  # the sanitiser's own output, unchanged


def framed_document(sanitised_markup: SafeString) -> str:
    """For ``<iframe sandbox srcdoc="…">``: a whole document that may load nothing, inside ``hx-disable``."""
    return (
        f'<!doctype html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_FRAME_POLICY)}">'
        f'<meta name="referrer" content="no-referrer"><base target="_blank"></head>'
        f"<body>{sanitised_markup}</body></html>"
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in {"colspan", "rowspan", "start"}:
        return value if value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= 1000 else None
    if tag == "img" and name == "src":
        # Our own pictures only: a remote one tells its owner who reads, and when.
        return value if value.startswith("/") and value[1:2] not in {"/", "\\"} else None
    return value
