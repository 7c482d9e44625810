"""Names, subjects, file names and message bodies, without the characters that deceive readers or break programs.

Overrides of the writing direction and zero-width characters are shown as escapes, not dropped: "invoice_\\u202efdp.exe"
tells what was tried. Joiners stay where a script or an emoji needs them.
"""

import re
import unicodedata

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSEEN = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_BLANKS = re.compile(r"\s+")
# More marks on one letter than any script writes; they climb over the lines above.
_PILED_MARKS = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{6})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_NOT_IN_FILE_NAMES = re.compile(r'[/\\:*?"<>|]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def clean_line(text: str, *, limit: int = 200) -> str:
    """One line of at most ``limit`` characters: a name, a subject, a display name."""
    line = _BLANKS.sub(" ", _NEWLINES.sub("\n", _visible(text[: limit * 20])))
    line = _JOINERS.sub(lambda match: _joiner(line, match), _UNSEEN.sub(_escaped, line)).strip()
    return _shortened(line, limit)


def clean_text(text: str, *, limit: int = 100_000) -> str:
    """A message body of at most ``limit`` characters; its line breaks become ``\\n`` and stay."""
    body = _NEWLINES.sub("\n", text[: limit * 2])
    return _shortened(_OVERRIDES.sub(_escaped, _visible(body)).strip("\n"), limit)


def clean_file_name(name: str, *, limit: int = 255) -> str:
    """A name to show and to offer for download, at most ``limit`` bytes; never a path on our disk."""
    line = clean_line(unicodedata.normalize("NFKC", name), limit=4 * limit)
    line = _NOT_IN_FILE_NAMES.sub("_", line).strip(" .")
    if not line or _RESERVED.match(line):
        line = f"file_{line}".rstrip("_")
    return _fitted(line, limit)


def _visible(text: str) -> str:
    """Composed, without control characters and halves of characters, which PostgreSQL refuses."""
    kept = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))
    return unicodedata.normalize("NFC", _PILED_MARKS.sub(r"\1", kept))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _joiner(line: str, match: re.Match[str]) -> str:
    """Needed inside an emoji and in Persian or Indic words; behind a Latin letter it only hides something."""
    before = unicodedata.category(line[match.start() - 1]) if match.start() else ""
    return match.group() if before in {"Lo", "Mn", "Mc", "So", "Sk"} else _escaped(match)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _fitted(name: str, limit: int) -> str:
    """Cut in the middle of no character, and with its extension kept."""
    if len(name.encode()) <= limit:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > 10:
        stem, dot, extension = name, "", ""
    room = limit - len((dot + extension).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + extension
