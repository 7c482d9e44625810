"""Writing what happened to an identity, in the caller's transaction: if the row fails, so does the deed."""

from typing import Any

from django.http import HttpRequest

from billing.access.factor import factor_age
from billing.audit.origin import origin_of
from supportdesk.people.models import IdentityEvent, User
from supportdesk.people.states import Deed, DeedOutcome


def record(
    deed: Deed,
    *,
    subject: User,
    by: User | None,
    detail: dict[str, Any] | None = None,
    request: HttpRequest | None = None,
    outcome: DeedOutcome = DeedOutcome.DONE,
) -> IdentityEvent:
    """``detail`` holds names of devices, roles and reasons from a list. Never a code, a secret or a token."""
    event = IdentityEvent(
        deed=deed,
        subject_id=subject.pk,
        subject_email=subject.email,
        by_id=by.pk if by else None,
        by_email=by.email if by else "",
        detail=detail or {},
        role=" ".join(sorted(by.roles))[:60] if by and by.pk else "",
        outcome=outcome,
    )
    if request is not None and hasattr(request, "user"):
        origin = origin_of(request)  # the same words as in the read log, so that the two can be laid side by side
        event.address = origin.ip
        event.session_digest = origin.session_hash
        event.agent_digest = origin.user_agent_hash
        event.real_actor_id = origin.real_actor_id
        event.request_id = origin.request_id
        age = factor_age(request)
        event.factor_age_seconds = None if age is None else int(age.total_seconds())
    event.save(force_insert=True)
    return event
