"""For pages that are whole without payment data and fuller with it: a queue with its amounts, a conversation.

    with glimpse(request, Look(view="tickets.queue", reading=Reading.LIST)) as opened:
        rows = ...       # opened or not, the page is drawn; the database shows payment rows only if opened

The guard's own question, asked without a refusal: whoever may not look, or has not proved it lately, gets the page
with the facts left out. What is shown is recorded like any other look.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from billing.access import factor
from billing.access.policies import Policy
from billing.access.reads import Look, record_seen
from billing.access.scopes import seeing_as_agent


def may_prove(request: HttpRequest) -> bool:
    """Whether a fresh factor would open it for this person."""
    user = request.user
    return bool(
        user.is_authenticated
        and user.is_active
        and user.is_staff
        and user.is_verified()
        and user.has_perm(Policy.AGENT_FRESH.rule.permission)
    )


def may_glimpse(request: HttpRequest) -> bool:
    return may_prove(request) and factor.is_fresh(request)


@contextmanager
def glimpse(request: HttpRequest, look: Look) -> Iterator[bool]:
    """Open the agent's scope and record the look, where this person may; the value says whether."""
    if not may_glimpse(request):
        yield False
        return
    factor.touch(request)
    with seeing_as_agent():
        record_seen(request, look)
        yield True
