"""Writing what happened to an identity, in the caller's transaction: if the row fails, so does the deed."""

import hashlib
from typing import Any

from django.http import HttpRequest

from billing.access.addresses import client_address
from supportdesk.people.models import IdentityEvent, User
from supportdesk.people.states import Deed


def record(
    deed: Deed,
    *,
    subject: User,
    by: User | None,
    detail: dict[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> IdentityEvent:
    """``detail`` holds names of devices, roles and reasons from a list. Never a code, a secret or a token."""
    event = IdentityEvent(
        deed=deed,
        subject_id=subject.pk,
        subject_email=subject.email,
        by_id=by.pk if by else None,
        by_email=by.email if by else "",
        detail=detail or {},
    )
    if request is not None:
        address = client_address(request)
        event.address = str(address) if address else None
        event.session_digest = _digest(request.session.session_key or "")
        event.agent_digest = _digest(request.headers.get("User-Agent", ""))
    event.save(force_insert=True)
    return event


def _digest(text: str) -> str:
    """Enough to tell sessions and browsers apart, useless for taking one over."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
