"""A file that lies and waits for a person is sealed with AES-256-GCM by the key of the sealed fields, piece by piece.

Stored are a line ``v1|key id`` and then, for each piece, nonce and ciphertext. What the file belongs to and the piece's
place are authenticated with it. That the end is there is for the caller to check: by the hash of the whole, say.
"""

import os
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
    place = 0
    while piece := plain.read(_PIECE):
        nonce = os.urandom(NONCE_BYTES)
        sealed.write(nonce + cipher.encrypt(nonce, piece, _binding(bound_to, place)))
        place += 1


def open_file(sealed: IO[bytes], plain: IO[bytes], *, bound_to: str) -> None:
    version, _, key_id = sealed.readline(200).decode("ascii", "replace").rstrip("\n").partition("|")
    key = keyring().keys.get(key_id)
    if version != VERSION or key is None:
        raise CannotOpen(f"{bound_to}: sealed by a key or in a form that is not known here")
    cipher, place = AESGCM(key), 0
    while piece := sealed.read(NONCE_BYTES + _PIECE + _TAG_BYTES):
        try:
            plain.write(cipher.decrypt(piece[:NONCE_BYTES], piece[NONCE_BYTES:], _binding(bound_to, place)))
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(f"{bound_to}: {type(error).__name__}") from None
        place += 1


def _binding(bound_to: str, place: int) -> bytes:
    return f"{bound_to}:{place}".encode()
