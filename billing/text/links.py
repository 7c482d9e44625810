"""Links that say one address and open another."""

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.safestring import SafeString

# Read only from the sanitiser's output, where attributes are quoted and tags are whole.
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"(?:https?://)?((?:[\w\-]+\.)+[^\W\d_]{2,})(?::\d+)?(?:[/?#]|$)", re.IGNORECASE)


class MisleadingLink(NamedTuple):
    says: str
    opens: str


def misleading_links(markup: SafeString) -> list[MisleadingLink]:
    found = []
    for target, inner in _LINK.findall(markup):
        says = unescape(_TAG.sub("", inner)).strip()
        claimed = _ADDRESS.match(says)
        opens = (urlsplit(unescape(target)).hostname or "").removeprefix("www.")
        if claimed and opens and claimed[1].lower().removeprefix("www.") != opens:
            found.append(MisleadingLink(says, opens))
    return found
