"""Text of a bank, made fit to be kept: one line, no deceiving characters, no card number.

The redaction looks at a text in three readings and takes a tenth of a millisecond; a large file has millions of texts.
So it is asked only where it could find something, by a coarser and cheaper look at the same things: joins of whole
numbers that a card's issuer could have given out, whatever stands between them, and the labels of secret codes.
"""

import re
from functools import lru_cache
from typing import Final

from billing.redaction import redact, vocabulary
from billing.redaction.cards import LONGEST, SHORTEST
from billing.redaction.networks import FIRST_DIGITS, issuer_of
from billing.text.lines import clean_line

_NUMBER = re.compile("[0-9]+")
_NOT_IN_NUMBERS: Final = bytes(code for code in range(128) if not re.match("[0-9A-Z]", chr(code)))
_DIGITS: Final = b"0123456789"
_SHORT: Final = 200  # bytes: longer texts are not kept in the process
# A part of every label of a code that is written in ASCII letters (a test holds it to the vocabulary).
LABEL_HINT: Final = re.compile(r"c[vais]|cod|kod|dig|num|pin|crypt|turva|pruef|verif|secur|sikker")
_ESCAPED = re.compile(r"[&%=<\\]")  # digits may be written in another way behind one of these
_FIRST_MARK: Final = "\u0300"  # below it, what is printable is neither composed, piled up, nor unseen
_WITH_EXPIRY: Final = frozenset({20, 23})  # 16 digits of a card, month, year and perhaps its code, in one run


def clean(text: str, limit: int) -> str:
    """Free text: a remittance, a name."""
    line = text.strip()
    if not line:
        return ""
    if line.isascii():
        if len(line) <= limit and line.isalpha():  # a word, a name: neither digits nor blanks
            return line
        is_tidy = line.isprintable()
    else:
        is_tidy = line.isprintable() and max(line) < _FIRST_MARK
    if not is_tidy or "  " in line:
        line = clean_line(line, limit=4 * limit)
    if may_hold_secret(line):
        line = redact(line).text
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


@lru_cache(maxsize=8192)
def clean_name(text: str) -> str:
    """Of the other side: a statement names the same few again and again."""
    return clean(text, 200)


def clean_reference(text: str, limit: int = 140) -> str:
    """One token that somebody's system made up."""
    if not text:
        return ""
    token = text.strip()
    if token.isascii() and token.isalnum() and len(token) <= limit and not may_hold_secret(token):
        return token
    return clean(token, limit)


def may_hold_secret(line: str) -> bool:
    """False only where ``redact`` would change nothing."""
    if not line.isascii() and any(mark > "\x7f" and mark.isdigit() for mark in line):
        return True
    written = line.encode()
    wordings = written.translate(None, _DIGITS)
    digits = len(written) - len(wordings)  # of ASCII; bytes are counted in a fifth of the time that characters are
    if not digits:
        return False
    if not wordings:
        return _may_be_card([line], digits)
    if digits >= SHORTEST and (_ESCAPED.search(line) is not None or _may_be_card(_NUMBER.findall(line), digits)):
        return True
    named = _known_to_name_code(wordings) if len(wordings) <= _SHORT else _may_name_code(wordings)
    return named and _may_be_code(line.lower())


def _may_name_code(wordings: bytes) -> bool:
    return not wordings.isascii() or LABEL_HINT.search(wordings.decode().lower()) is not None


# Asked of a text without its digits, since a bank's texts differ in little else. A label has none inside.
_known_to_name_code = lru_cache(maxsize=8192)(_may_name_code)


def _may_be_card(runs: list[str], left: int) -> bool:
    """``left``: digits from a run to the end."""
    for first, run in enumerate(runs):
        if left < SHORTEST:
            return False
        left -= len(run)
        if run[0] not in FIRST_DIGITS:
            continue
        if len(run) in _WITH_EXPIRY and issuer_of(run[:16]):
            return True
        digits = ""
        for following in runs[first:]:
            digits += following
            if len(digits) > LONGEST:
                break
            if len(digits) >= SHORTEST and issuer_of(digits):
                return True
    return False


def _may_be_code(small: str) -> bool:
    return vocabulary.SECURITY_CODE.search(small) is not None or vocabulary.PIN.search(small) is not None


def last4(account: str) -> str:
    """What is kept of somebody's account number."""
    if not account:
        return ""
    kept = account.upper()
    if not (kept.isascii() and kept.isalnum()):
        kept = kept.encode("ascii", "ignore").translate(None, _NOT_IN_NUMBERS).decode()
    return kept[-4:] if len(kept) > 4 else ""


def account_number(text: str) -> str:
    """IBAN or the bank's own number: upper case, no blanks. What could be a card's is kept by its last four."""
    return "".join(clean(text, 80).upper().split())[:64]


def card_account_number(text: str) -> str:
    """An account that is a card is called by its number in some files."""
    digits = "".join(mark for mark in text if mark.isdigit())
    return f"CARD****{digits[-4:]}" if len(digits) >= 12 else account_number(text)
