"""Does the message come from the provider? ``Stripe-Signature: t=seconds,v1=hex[,v1=hex…]`` over ``t.body``.

The official library does the same, except that it accepts any moment in the future; a captured message could be kept
for later. So this is ours, and a test holds the two side by side.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

TOLERANCE_SECONDS: Final = 300
MOST_SIGNATURES: Final = 10  # while a secret is changed there are two


class BadSignature(Exception):
    """``reason`` is one word for the counter; whoever sent it learns nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def verify_signature(body: bytes, header: str, *, secrets: Iterable[str], at: datetime) -> None:
    second, signatures = _parts(header)
    if abs(at.timestamp() - second) > TOLERANCE_SECONDS:
        raise BadSignature("stale")
    signed = b"%d.%b" % (second, body)
    good = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), signed, sha256).hexdigest().encode()
        for given in signatures:  # every pair is compared, so that time tells nothing
            good |= hmac.compare_digest(expected, given)
    if not good:
        raise BadSignature("mismatch")


def sign(body: bytes, *, secret: str, at: datetime) -> str:
    """The header that a provider would send; for the simulated provider, the replay and tests."""
    second = int(at.timestamp())
    return f"t={second},v1={hmac.new(secret.encode(), b'%d.%b' % (second, body), sha256).hexdigest()}"


def _parts(header: str) -> tuple[int, list[bytes]]:
    if not header:
        raise BadSignature("absent")
    pairs = [part.strip().partition("=") for part in header[:4000].split(",")]
    seconds = [value for name, _, value in pairs if name == "t"]
    signatures = [value.encode() for name, _, value in pairs if name == "v1"][:MOST_SIGNATURES]
    if len(seconds) != 1 or not signatures or not (seconds[0].isascii() and seconds[0].isdigit()):
        raise BadSignature("malformed")
    if len(seconds[0]) > 12:
        raise BadSignature("stale")
    return int(seconds[0]), signatures
