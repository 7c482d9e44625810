"""The arithmetic of codes: time-based ones, recovery codes, tokens in links. Pure, but for the random source."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP

from supportdesk.people.states import RECOVERY_CODE_LENGTH

STEP_SECONDS = 30
TOLERANCE = 1  # steps to either side: a code is good for 90 seconds, once
SEED_BYTES = 20  # what RFC 4226 recommends and every app takes
TOKEN_BYTES = 16


def new_seed() -> str:
    return base64.b32encode(secrets.token_bytes(SEED_BYTES)).decode()


def code_at(seed: str, at: datetime, *, drift: int = 0) -> str:
    return f"{_totp(seed, at, drift).token():06d}"


def matching_step(seed: str, code: str, at: datetime, *, drift: int, last_step: int) -> tuple[int, int] | None:
    """The time step whose code this is, and the drift it shows; None when it is none, or is used up."""
    totp = _totp(seed, at, drift)
    if not totp.verify(int(code), TOLERANCE, last_step + 1):
        return None
    return totp.t(), totp.drift


def enrolment_address(seed: str, *, account: str, issuer: str) -> str:
    """What the QR code says (Key Uri Format)."""
    words = {"secret": seed, "issuer": issuer, "algorithm": "SHA1", "digits": "6", "period": str(STEP_SECONDS)}
    return f"otpauth://totp/{quote(f'{issuer}:{account}')}?{urlencode(words, quote_via=quote)}"


def new_recovery_code() -> str:
    return base64.b32encode(secrets.token_bytes(RECOVERY_CODE_LENGTH * 5 // 8)).decode()


def grouped(code: str) -> str:
    """As people read it aloud: ABCD-EFGH-…"""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def digest_of_recovery_code(code: str, *, user_id: int) -> str:
    return hashlib.sha256(f"recovery code:{user_id}:{code}".encode()).hexdigest()


def token_of(name: str, *, key: str) -> str:
    """128 bits that nobody can work out without the key, so the mail that carries them can be made again from ids."""
    return (
        base64.urlsafe_b64encode(hmac.digest(key.encode(), f"people.invite:{name}".encode(), "sha256")[:TOKEN_BYTES])
        .decode()
        .rstrip("=")
    )


def digest_of_token(token: str) -> str:
    return hashlib.sha256(f"invite:{token}".encode()).hexdigest()


def _totp(seed: str, at: datetime, drift: int) -> TOTP:
    padded = seed + "=" * (-len(seed) % 8)
    totp = TOTP(base64.b32decode(padded), STEP_SECONDS, 0, 6, drift)
    totp.time = at.timestamp()
    return totp
