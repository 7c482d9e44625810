"""Looks at markup before the sanitiser does, because the sanitiser's time grows with the square of the nesting.

One linear pass that follows the parser's rules closely enough never to count less depth than it will build: an end
tag closes what it names only inside its own scope, and formatting left open is carried into every later block.
"""

import re

from billing.text.errors import TextRefused

LARGEST = 512 * 1024
DEEPEST = 200
_MOST_WORK = 1_000_000

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
_VOID = frozenset("area base br col embed frame hr img input keygen link meta param source track wbr".split())
_SCOPES = frozenset(
    "applet caption html table td th marquee object template button svg math foreignobject annotation-xml desc title "
    "mi mo mn ms mtext select iframe noscript".split()
)
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# A new one of these closes an open one, as every mail program's unclosed paragraphs rely on.
_SIBLINGS = {
    "a": frozenset({"a"}),
    "p": frozenset({"p"}),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "option": frozenset({"option"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
}


def refuse_costly_markup(markup: str) -> None:
    if len(markup.encode("utf-8", "surrogatepass")) > LARGEST:
        raise TextRefused(f"This text is too large to show as a page (over {LARGEST // 1024} KB).")
    open_tags: list[str] = []
    formatting = work = 0
    for closing, name in ((match[1], match[2].lower()) for match in _TAG.finditer(markup)):
        if name in _VOID:
            continue
        if closing:
            formatting -= name in _FORMATTING and formatting > 0
            _close(open_tags, name)
        else:
            while open_tags and open_tags[-1] in _SIBLINGS.get(name, ()):
                open_tags.pop()
            open_tags.append(name)
            formatting += name in _FORMATTING
        work += 1 + formatting
        if len(open_tags) > DEEPEST or work > _MOST_WORK:
            raise TextRefused("This text is nested too deeply to be shown as a page.")


def _close(open_tags: list[str], name: str) -> None:
    for index in range(len(open_tags) - 1, -1, -1):
        if open_tags[index] == name:
            del open_tags[index:]
            return
        if open_tags[index] in _SCOPES:
            return
