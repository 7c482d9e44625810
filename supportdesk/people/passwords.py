"""What a password must be: long, and not one that everybody tries first."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST = 512  # a longer one is not safer, and hashing it costs


class LongEnough:
    def __init__(self, customers: int, staff: int) -> None:
        self.customers, self.staff = customers, staff

    def validate(self, password: str, user: Any = None) -> None:
        needed = self.staff if self._is_staff(user) else self.customers
        if len(password) < needed:
            raise ValidationError(
                ngettext(
                    "A password needs at least %(needed)d character.",
                    "A password needs at least %(needed)d characters.",
                    needed,
                ),
                code="password_too_short",
                params={"needed": needed},
            )
        if len(password) > LONGEST:
            raise ValidationError(_("This password is too long to keep."), code="password_too_long")

    def get_help_text(self) -> str:
        return _("At least %(needed)d characters; several words make a good one.") % {"needed": self.customers}

    def _is_staff(self, user: Any) -> bool:
        return bool(getattr(user, "is_staff", False) or getattr(user, "joins_staff", False))


class NotYours(UserAttributeSimilarityValidator):
    def get_help_text(self) -> str:
        return _("Not your name or your email address.")


class NotCommon(CommonPasswordValidator):
    def get_help_text(self) -> str:
        return _("Not one that many people use.")


class NotGuessable:
    """Patterns that lists of leaked passwords are full of and Django's list of 20,000 misses by a character.

    "Password2026!", "qwertyuiop12", "aaaaaaaaaaaa", the desk's own name: a list entry, a year and a mark.
    """

    ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    WORDS = (
        "password",
        "passwort",
        "welcome",
        "letmein",
        "admin",
        "support",
        "changeme",
        "redress",
        "summer",
        "winter",
    )
    LEET = str.maketrans("430157@$!", "aeoistasi")

    def validate(self, password: str, user: Any = None) -> None:
        lowered = password.lower()
        core = re.sub(r"[\W\d_]+$", "", lowered).translate(self.LEET)
        if core in (*self.WORDS, _site_name()) or len(set(lowered)) < 5 or self._runs(lowered):
            raise ValidationError(_("This password is one of the first that anybody would try."), code="guessable")

    def get_help_text(self) -> str:
        return _("Not a common word with a number after it.")

    def _runs(self, lowered: str) -> bool:
        """Keyboard rows and sequences make up more than half of it."""
        covered = sum(len(run) for row in self.ROWS for run in _shared_runs(lowered, row + row[::-1]) if len(run) >= 4)
        return covered * 2 > len(lowered)


def _shared_runs(text: str, row: str) -> list[str]:
    runs, start = [], 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[start : end + 1] in row:
            end += 1
        runs.append(text[start:end])
        start = end
    return runs


def _site_name() -> str:
    return str(settings.OTP_WEBAUTHN_RP_NAME).lower()
