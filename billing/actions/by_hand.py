"""What became of a refund is settled by a person, where neither the provider's answer nor its list could tell.

Somebody other than the requester has looked at the provider's own pages. What they say is checked against every event
that still comes: the provider's word is newer, and wins.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from billing.actions.provider_refunds import write_outcome
from billing.actions.words import note_of
from billing.errors import SecondPersonNeeded, StepNotAllowed
from billing.gateways.facts import RefundFacts
from billing.locks import lock_refund
from billing.models import Refund
from billing.states import RefundStatus


def confirm_sent(refund_id: int, *, by: AbstractBaseUser, note: str, at: datetime) -> Refund:
    """The provider has it."""
    return _conclude(refund_id, "succeeded", by=by, note=note, at=at)


def confirm_not_sent(refund_id: int, *, by: AbstractBaseUser, note: str, at: datetime) -> Refund:
    """The provider never had it; the money can be asked for again."""
    return _conclude(refund_id, "failed", by=by, note=note, at=at)


def waits_for_a_person(refund: Refund) -> bool:
    return refund.status == RefundStatus.UNKNOWN and refund.next_try_at is None


def _conclude(refund_id: int, status: str, *, by: AbstractBaseUser, note: str, at: datetime) -> Refund:
    with transaction.atomic():
        payment, refund = lock_refund(refund_id)
        if refund.requested_by_id == by.pk:
            raise SecondPersonNeeded
        if not waits_for_a_person(refund):
            raise StepNotAllowed(
                RefundStatus(refund.status),
                RefundStatus.SUCCEEDED if status == "succeeded" else RefundStatus.FAILED,
            )
        refund.decided_by_id, refund.decided_at, refund.decision_note = by.pk, at, note_of(note, limit=500)
        said = RefundFacts(object_id="", status=status, failure_reason="not_sent" if status == "failed" else "")
        write_outcome(refund, payment, said, settled_at=at if status == "succeeded" else None, at=at)
    return refund
