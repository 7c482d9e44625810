"""Django's own signals, each answered by one call."""

from typing import Any

from django.conf import settings
from django.db import connections

from billing.access import grants


def grant_runtime_role(*, using: str, **signal: Any) -> None:
    """After migrate, when every app's tables are there. Flush sends the signal too, as the runtime role."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
    if role != settings.RUNTIME_ROLE:
        grants.grant(using, settings.RUNTIME_ROLE)
