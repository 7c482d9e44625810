"""A text as the reader of each format would see it, with the way back to the characters that were typed.

A card number can be cut by tags, entities, percent or quoted-printable escapes. The engine therefore reads the text
up to three times: as it is, with escapes undone (attributes are still seen), and with tags taken out too. Findings
are reported as places in the first.
"""

import bisect
import html
import quopri
import re
import urllib.parse
from dataclasses import dataclass, field
from functools import lru_cache

_ESCAPES = (
    r"(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});?)"
    r"|(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    # Only the escapes of separators: "=36" in front of a number is a parameter more often than the digit 6.
    r"|(?P<quoted>(?:=(?:09|20|2[D-F]|C2=A[0D]|E2=8[01]=[89AB][0-9A-F]|E3=80=80|EF=BB=BF))+|=[ \t]{0,8}\r?\n)"
    r"|(?P<escape>\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[nrt])"
)
_ESCAPE = re.compile(_ESCAPES)
_TAG_OR_ESCAPE = re.compile(r"(?P<tag><!--[^<>]{0,2000}-->|<[^<>]{0,2000}>)|" + _ESCAPES)
# Tags that do not break a word: a number may run straight through them.
_INLINE = re.compile(
    r"</?(?:a|b|i|u|s|em|strong|span|font|small|big|sub|sup|wbr|mark|code|tt|ins|del|abbr|bdo|bdi|label|o:p)[\s/>]|<!--",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Reading:
    text: str
    # Parallel lists, one entry per piece: where it begins here, where it came from, and whether it is a plain copy.
    _begins: list[int] = field(default_factory=lambda: [0])
    _origins: list[tuple[int, int, bool]] = field(default_factory=list)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The typed characters behind ``text[start:end]``."""
        if not self._origins:
            return start, end
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, index: int) -> tuple[int, int]:
        piece = bisect.bisect_right(self._begins, index) - 1
        begin, (first, last, copied) = self._begins[piece], self._origins[piece]
        return (first + index - begin, first + index - begin + 1) if copied else (first, last)


def readings_of(text: str) -> list[Reading]:
    plain = Reading(text)
    if not any(mark in text for mark in "<&%=\\"):
        return [plain]
    tagged = "<" in text
    undone = [_undone(text, _ESCAPE), _undone(text, _TAG_OR_ESCAPE) if tagged else None]
    return [plain, *(reading for reading in undone if reading)]


def _undone(text: str, markup: re.Pattern[str]) -> Reading | None:
    parts: list[str] = []
    begins: list[int] = []
    origins: list[tuple[int, int, bool]] = []
    length = cursor = 0

    def add(piece: str, start: int, end: int, *, copied: bool) -> None:
        nonlocal length
        if piece:
            parts.append(piece)
            begins.append(length)
            origins.append((start, end, copied))
            length += len(piece)

    for match in markup.finditer(text):
        add(text[cursor : match.start()], cursor, match.start(), copied=True)
        add(_plain_form(match.lastgroup, match.group()), match.start(), match.end(), copied=False)
        cursor = match.end()
    if not cursor:
        return None
    add(text[cursor:], cursor, len(text), copied=True)
    return Reading("".join(parts), begins, origins)


@lru_cache(maxsize=1024)
def _plain_form(kind: str | None, written: str) -> str:
    match kind:
        case "tag":
            return "\u200b" if _INLINE.match(written) else "\n"
        case "entity":
            return html.unescape(written)
        case "percent":
            return urllib.parse.unquote(written)
        case "quoted":
            return quopri.decodestring(written.encode()).decode(errors="replace")
        case _:
            return " " if len(written) == 2 else chr(int(written[2:], 16))
