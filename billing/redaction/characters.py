"""What counts as a digit, as nothing at all, and as a separator, in every script people type in."""

import re
import sys
import unicodedata

# Decimal digits of every script, and the enclosed, raised and full-width ones that look like digits to a reader.
DIGITS: dict[int, str] = {
    code: str(unicodedata.digit(chr(code)))
    for code in range(sys.maxunicode + 1)
    if unicodedata.digit(chr(code), None) is not None
}

# Characters that print nothing: soft hyphen, zero-width and bidi marks, joiners, variation selectors, the keycap
# box around an emoji digit, and the strokes that "strike out" a digit.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e0-\u20e4"
    "\u0300-\u036f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f"
)
_SPACES = " \t\r\n\x0b\x0c\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DASHES = (
    "\\-\u00af\u02d7\u058a\u05be\u2010-\u2015\u2043\u2053\u207b\u208b\u2212\u23af\u2500\u2501"
    "\u2e3a\u2e3b\u301c\u30fc\ufe58\ufe63\uff0d"
)
_MARKS = "./\\\\_\u00b7\u2022\u2024\u2027\u2215\u2044\u2219\u22c5\u30fb\uff0e\uff0f\uff3f*~|'\u2019"

_digit = "0-9" + "".join(re.escape(chr(code)) for code in DIGITS if code > 127)
# One number as the reader sees it: digits, with invisible characters between them ignored. The two classes share no
# character, so there is one way to match and the scan is linear.
NUMBER = re.compile(f"[{_digit}]+(?:[{_INVISIBLE}]+[{_digit}]+)*")
INVISIBLE = re.compile(f"[{_INVISIBLE}]+")
TIGHT_GAP = re.compile(f"[{_SPACES}{_DASHES}{_MARKS}{_INVISIBLE}]{{1,6}}|\\+")
LOOSE_GAP = re.compile(f'[{_SPACES}{_DASHES}{_MARKS}{_INVISIBLE},;:>()\\[\\]{{}}"#=`«»“”„‘‚、，。]{{1,32}}')
NOT_DIGIT = re.compile(f"[^{_digit}]")


def ascii_digits(text: str) -> str:
    """Only the digits, as 0 to 9."""
    if text.isascii() and text.isdigit():
        return text
    return NOT_DIGIT.sub("", text).translate(DIGITS)


def lowered(text: str) -> str:
    """In small letters, every character at its old place (the Turkish İ becomes two in plain ``lower``)."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(each.lower() if len(each.lower()) == 1 else each for each in text)


def is_cased(character: str) -> bool:
    """A letter of a script that writes words apart; Chinese or Arabic letters may touch their neighbours."""
    return character.isalpha() and character.lower() != character.upper()


def is_whole_word(text: str, start: int, end: int) -> bool:
    return not is_cased(text[start - 1 : start]) and not (is_cased(text[end - 1]) and is_cased(text[end : end + 1]))
