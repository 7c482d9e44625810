"""What every page knows: the nonce of this response, the product's name, light or night, and the lock's state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from billing.access import factor

PRODUCT_NAME = "Redress"
THEMES = frozenset({"light", "dark"})


@dataclass(frozen=True, slots=True)
class FactorState:
    fresh: bool
    proved_at: datetime | None = None
    minutes_ago: int = 0
    seconds_left: int = 0


def page(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "")
    return {
        # Lazy: django-csp adds a nonce to the policy only when a template has read it.
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "product_name": PRODUCT_NAME,
        "theme": theme if theme in THEMES else "",
        # Lazy: only the desk shows it, and a public page must not touch the session for it.
        "factor": SimpleLazyObject(lambda: factor_state(request)),
    }


def factor_state(request: HttpRequest) -> FactorState:
    now = timezone.now()
    age = factor.factor_age(request, at=now)
    left = factor.time_left(request, at=now)
    if age is None or not left:
        return FactorState(fresh=False)
    return FactorState(
        fresh=True,
        proved_at=now - age,
        minutes_ago=int(age.total_seconds()) // 60,
        seconds_left=int(left.total_seconds()),
    )
