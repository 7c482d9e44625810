"""Short names for rows, fit to be read out on the phone: no I, L, O or U."""

from hashlib import blake2b
from secrets import token_bytes
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12  # 60 bits: a million rows collide with a chance of one in two million


def reference_of(prefix: str, provider: str, external_id: str) -> str:
    """The same object always gets the same reference, whichever event told of it first."""
    return _spelled(prefix, blake2b(f"{provider}:{external_id}".encode(), digest_size=8).digest())


def new_reference(prefix: str) -> str:
    return _spelled(prefix, token_bytes(8))


def as_spelled(prefix: str, written: str) -> str:
    """Our spelling of a reference as a bank writes it, in capitals and without dashes; empty where it is none."""
    letters = "".join(mark for mark in written.upper() if mark.isalnum())
    if len(letters) != len(prefix) + LENGTH or not letters.startswith(prefix):
        return ""
    rest = letters[len(prefix) :]
    return f"{prefix}-{rest[:4]}-{rest[4:8]}-{rest[8:]}" if set(rest) <= set(ALPHABET) else ""


def _spelled(prefix: str, source: bytes) -> str:
    number = int.from_bytes(source)
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))
    return f"{prefix}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"
