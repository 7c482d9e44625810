"""Whose money an agent may look at. Billing knows no ticket: it asks the function that the settings name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody works on, and the customer it is about."""

    ref: str
    customer_id: int


Authority = Callable[[Any, str], Case | None]


def case_for(user: Any, ref: str) -> Case:
    """The case that this user works on under that reference; 404 whether it is missing or somebody else's."""
    case = _authority(settings.BILLING_CASE_AUTHORITY)(user, ref)
    if case is None:
        raise Http404("No such case.")
    return case


@cache
def _authority(path: str) -> Authority:
    found: Authority = import_string(path)
    return found
