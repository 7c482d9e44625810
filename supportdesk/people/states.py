"""What kinds of rows people have, and the arithmetic of wrong codes. No database."""

import re
import unicodedata
from datetime import timedelta
from typing import Final

from django.db import models

# A session of staff ends after this long without a hand on it, and after this long whatever happens.
IDLE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=12)

WRONG_CODES_BEFORE_LOCK: Final = 10
CODE_LOCK: Final = timedelta(minutes=30)
LONGEST_WAIT: Final = timedelta(seconds=60)

INVITE_LIFE: Final = timedelta(hours=24)
# After an invite is taken up, the first factor must be enrolled within this long, in the same session.
ENROL_WITHIN: Final = timedelta(minutes=60)

RECOVERY_CODES: Final = 10
# 24 characters of base32 are 120 bits: beyond guessing, so a plain hash at rest is enough (ASVS 6.5.2 asks 112).
RECOVERY_CODE_LENGTH: Final = 24


# Keys of the session, which lives on the server.
SIGNED_IN_AT: Final = "signed_in_at"
SEEN_AT: Final = "seen_at"
IDLES_OUT: Final = "idles_out"
MAY_ENROL_UNTIL: Final = "may_enrol_until"
MOVED: Final = "moved"

# Said to a person's own topic when what they may do changed: streams end, and pages look whether they still may.
ACCESS_CHANGED: Final = "access_changed"


def topic_of(user_id: int) -> str:
    return f"user:{user_id}"


class InvitePurpose(models.TextChoices):
    JOIN = "join", "join the desk"
    ENROL = "enrol", "enrol a second factor again"


class ResetReason(models.TextChoices):
    """Why a factor was reset. A pick list: free text would collect what can never be erased."""

    LOST = "lost", "the phone or key is lost"
    STOLEN = "stolen", "the phone or key was stolen"
    BROKEN = "broken", "the phone or key is broken"
    REPLACED = "replaced", "a new phone, the old one is gone"


class Deed(models.TextChoices):
    """What happened to an identity: one row each in people_identityevent."""

    INVITED = "invited", "invited"
    JOINED = "joined", "took up the invitation"
    SIGNED_IN = "signed_in", "signed in"
    PROVED = "proved", "showed the second factor"
    CODES_LOCKED = "codes_locked", "locked out of codes after wrong ones"
    FACTOR_ENROLLED = "factor_enrolled", "enrolled a second factor"
    FACTOR_REMOVED = "factor_removed", "removed a second factor"
    FACTOR_RENAMED = "factor_renamed", "renamed a second factor"
    CODES_MADE = "codes_made", "made new recovery codes"
    FACTOR_RESET = "factor_reset", "had the second factor reset"
    ROLES_CHANGED = "roles_changed", "changed roles"
    TEAM_CHANGED = "team_changed", "changed teams"
    DISABLED = "disabled", "was disabled"
    ENABLED = "enabled", "was enabled"
    PASSWORD_CHANGED = "password_changed", "changed the password"  # a word, not a password
    EMAIL_CHANGED = "email_changed", "changed the email address"


class DeedOutcome(models.TextChoices):
    DONE = "done", "done"
    REFUSED = "refused", "refused"


def wait_after(failures: int) -> timedelta:
    """1, 2, 4, 8 … seconds between tries, a minute at most."""
    if failures <= 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - 1, 10)), LONGEST_WAIT)


def normalised_code(raw: str) -> str:
    """What a person meant: compatibility forms folded (full-width digits), spaces and hyphens dropped, upper case.

    Anything else stays and fails the shape: Python's int() would have taken "+123456" and "123_456".
    """
    folded = unicodedata.normalize("NFKC", raw)
    return re.sub(r"[\s\-\u2010-\u2015\u2212\u200b]", "", folded).upper()


def is_totp_shaped(code: str) -> bool:
    return re.fullmatch(r"[0-9]{6}", code, re.ASCII) is not None


def is_recovery_shaped(code: str) -> bool:
    return re.fullmatch(rf"[A-Z2-7]{{{RECOVERY_CODE_LENGTH}}}", code, re.ASCII) is not None
