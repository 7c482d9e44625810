"""A file that lies and waits for a person is sealed with AES-256-GCM by the key of the sealed fields, piece by piece.

Stored are a line ``v1|key id`` and then, for each piece, nonce and ciphertext. What the file belongs to, the piece's
place, and whether it is the last are authenticated with it, so nothing can be cut off, moved, or put in.
"""

import os
from collections.abc import Iterator
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from billing.fieldcrypt import NONCE_BYTES, VERSION, CannotOpen, keyring

_PIECE: Final = 1 << 20
_TAG_BYTES: Final = 16


def seal_file(plain: IO[bytes], sealed: IO[bytes], *, bound_to: str) -> None:
    ring = keyring()
    cipher = AESGCM(ring.keys[ring.newest])
    sealed.write(f"{VERSION}|{ring.newest}\n".encode())
    for place, piece, is_last in _pieces(plain, _PIECE):
        nonce = os.urandom(NONCE_BYTES)
        sealed.write(nonce + cipher.encrypt(nonce, piece, _binding(bound_to, place, is_last)))


def open_file(sealed: IO[bytes], plain: IO[bytes], *, bound_to: str) -> None:
    version, _, key_id = sealed.readline(200).decode("ascii", "replace").rstrip("\n").partition("|")
    key = keyring().keys.get(key_id)
    if version != VERSION or key is None:
        raise CannotOpen(f"{bound_to}: sealed by a key or in a form that is not known here")
    cipher = AESGCM(key)
    for place, piece, is_last in _pieces(sealed, NONCE_BYTES + _PIECE + _TAG_BYTES):
        try:
            plain.write(cipher.decrypt(piece[:NONCE_BYTES], piece[NONCE_BYTES:], _binding(bound_to, place, is_last)))
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(f"{bound_to}: {type(error).__name__}") from None


def _pieces(source: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Place, bytes, and whether nothing comes after. Of an empty source one, which is empty."""
    place, piece = 0, source.read(size)
    while following := source.read(size):
        yield place, piece, False
        place, piece = place + 1, following
    yield place, piece, True


def _binding(bound_to: str, place: int, is_last: bool) -> bytes:
    return f"{bound_to}:{place}:{'last' if is_last else 'more'}".encode()
