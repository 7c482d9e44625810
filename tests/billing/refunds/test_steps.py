"""Every pair of states: the table, the function that assigns and the database say the same."""

from itertools import product

import pytest
from django.db import DatabaseError, transaction

from billing.access.scopes import seeing_as_system
from billing.actions.statuses import set_status
from billing.errors import StepNotAllowed
from billing.models import Refund
from billing.states import REFUND_HOLDS_MONEY, REFUND_STEPS, RefundReason, RefundStatus
from tests.billing.refunds.people import AT, a_payment, somebody

PAIRS = list(product(RefundStatus, RefundStatus))


def a_refund(status: RefundStatus) -> Refund:
    payment = a_payment()
    with seeing_as_system():
        return Refund.objects.create(
            customer=payment.customer,
            payment=payment,
            reference=f"R-{payment.pk}",
            status=status,
            amount_minor=100,
            currency="USD",
            reason=RefundReason.GOODWILL,
            idempotency_key=f"key-{payment.pk}",
            request_hash="0" * 64,
        )


@pytest.mark.django_db
@pytest.mark.parametrize(("now", "wanted"), PAIRS, ids=lambda status: str(status))
def test_a_pair_of_states(now: RefundStatus, wanted: RefundStatus) -> None:
    allowed = now == wanted or wanted in REFUND_STEPS[now]
    refund = a_refund(now)

    try:
        assert set_status(refund, wanted) is (now != wanted)
        assigned = True
    except StepNotAllowed:
        assigned = False
    try:
        with transaction.atomic(), seeing_as_system():
            Refund.objects.filter(pk=refund.pk).update(status=wanted)
        written = True
    except DatabaseError:
        written = False

    assert (assigned, written) == (allowed, allowed)
    with seeing_as_system():
        assert Refund.objects.get(pk=refund.pk).status == (wanted if allowed else now)


@pytest.mark.django_db
def test_an_unapproved_refund_cannot_be_sent_even_by_sql() -> None:
    refund = a_refund(RefundStatus.REQUESTED)
    with seeing_as_system():
        Refund.objects.filter(pk=refund.pk).update(approval_needed=True)

    with pytest.raises(DatabaseError), transaction.atomic(), seeing_as_system():
        Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.APPROVED)

    with seeing_as_system():
        changes = {"decided_by": somebody("lead@desk.example"), "decided_at": AT}
        assert Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.APPROVED, **changes) == 1


def test_every_state_has_its_steps_and_ends_hold_nothing() -> None:
    assert set(REFUND_STEPS) == set(RefundStatus)
    ends = {status for status in RefundStatus if not REFUND_STEPS[status]}
    # That it failed may be our own word alone, and then it is not the end; it promises nothing either.
    assert {*ends, RefundStatus.FAILED} == set(RefundStatus) - REFUND_HOLDS_MONEY
