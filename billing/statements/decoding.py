"""Bytes into numbered lines of text, a block at a time."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from billing.statements.records import StatementRefused

LONGEST_LINE: Final = 100_000
HEAD: Final = 64 * 1024
_BLOCK: Final = 1024 * 1024
_PIECE: Final = 8192  # characters; a preview reads no further than it has to
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What is no text at all, by how it begins, and what to do about it.
_RUBBISH: Final = (
    (b"PK\x03\x04", "This is a ZIP archive or an Excel file; unpack it, or save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file; save the sheet as CSV."),
    (b"%PDF", "This is a PDF; ask the bank for camt.053, MT940, OFX, BAI2 or CSV."),
    (b"\x1f\x8b", "This file is compressed with gzip; unpack it first."),
    (b"Rar!", "This is a RAR archive; unpack it first."),
    (b"7z\xbc\xaf", "This is a 7-Zip archive; unpack it first."),
)


def head_of(source: BinaryIO) -> bytes:
    source.seek(0)
    head = source.read(HEAD)
    source.seek(0)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise StatementRefused("The file is empty.")
    for beginning, words in _RUBBISH:
        if head.startswith(beginning):
            raise StatementRefused(words)
    return head


def encoding_of(source: BinaryIO) -> str:
    """UTF-8 where the whole file is UTF-8, by its mark UTF-16, else Windows-1252; what is no text is refused."""
    head = head_of(source)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _checked(source, name)
    if b"\x00" in head:
        return _checked(source, _unmarked_utf16(head))
    try:
        return _checked(source, "utf-8")
    except StatementRefused:
        return _checked(source, "cp1252")


def _unmarked_utf16(head: bytes) -> str:
    """Text in Western letters has a zero in every second byte."""
    pairs = len(head) // 2
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if pairs and zeros.count(0) > 0.7 * pairs:
            return name
    raise StatementRefused("This is not a text file: it holds binary data.")


def _checked(source: BinaryIO, name: str) -> str:
    decoder = codecs.getincrementaldecoder(name)()
    source.seek(0)
    try:
        controls = sum(_controls(decoder.decode(block)) for block in iter(lambda: source.read(_BLOCK), b""))
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        raise StatementRefused("The file is neither UTF-8, UTF-16 nor Windows-1252 text.") from None
    finally:
        source.seek(0)
    if controls > 16:
        raise StatementRefused("This is not a text file: it holds binary data.")
    return name


_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a\x01\x03\x1c\x1d\x1e\x1f")


def _controls(text: str) -> int:
    """Characters that no bank writes. (Frames of SWIFT use 01 and 03, an old end of file is 1a.)

    In UTF-8 they stand for nothing else, and of bytes they are counted in a fiftieth of the time.
    """
    written = text.encode("utf-8", "surrogatepass")
    return len(written) - len(written.translate(None, _CONTROLS))


def lines_of(source: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """From 1, without their ends."""
    source.seek(0)
    text = io.TextIOWrapper(source, encoding=encoding)
    try:
        before, rest = 0, ""
        while block := text.read(_PIECE):  # and split: in half the time that a line after a line takes
            *lines, rest = (rest + block).split("\n")
            for number, line in enumerate(lines, start=before + 1):
                if len(line) > LONGEST_LINE:
                    raise _endless(number)
                yield number, line
            before += len(lines)
            if len(rest) > LONGEST_LINE:
                raise _endless(before + 1)
        if rest:
            yield before + 1, rest
    finally:
        text.detach()  # the file is its owner's to close


def _endless(number: int) -> StatementRefused:
    return StatementRefused(f"Line {number} is longer than 100,000 characters, as no statement's is.")
