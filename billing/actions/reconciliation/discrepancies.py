"""What people do about a discrepancy that no match settles: ask the customer, or explain it."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from billing.actions import events
from billing.actions.reconciliation.effects import resolve
from billing.actions.statuses import set_status
from billing.actions.words import refuse_card_number
from billing.errors import MatchNotPossible
from billing.models import Discrepancy, MoneyEvent
from billing.reconciliation.states import UNRESOLVED, DiscrepancyStatus
from billing.states import EventKind


def ask_customer(discrepancy_id: int, *, at: datetime) -> Discrepancy:
    """Have the desk ask: it hears of it as of any money event, and opens a ticket. Asked twice, it is asked once."""
    with transaction.atomic():
        found = _lock(discrepancy_id)
        if found.customer is None:
            raise MatchNotPossible("Nobody knows yet whose money this is, so there is nobody to ask.")
        if set_status(found, DiscrepancyStatus.ASKED):
            found.case_ref = ""
            found.save(update_fields=["status", "case_ref"])
            expected = found.expected
            events.record(
                kind=EventKind.MONEY_QUESTIONED,
                at=at,
                customer=found.customer,
                payment=expected.payment if expected else None,
                invoice=expected.invoice if expected else None,
                refund=expected.refund if expected else None,
            )
    return found


def note_case(event: MoneyEvent, *, case_ref: str) -> None:
    """Where the desk asks: said by whoever opened the case, in its transaction."""
    asked = Discrepancy.objects.filter(status=DiscrepancyStatus.ASKED, case_ref="", customer=event.customer_id)
    about = {"payment": event.payment_id, "refund": event.refund_id, "invoice": event.invoice_id}
    named = {f"expected__{record}": pk for record, pk in about.items() if pk is not None}
    if named:  # of an event about nothing in particular it would be all that the customer is asked
        asked.filter(**named).update(case_ref=case_ref)


def explain(discrepancy_id: int, *, words: str, by: AbstractBaseUser, at: datetime) -> Discrepancy:
    """It is as it should be after all, or was put right elsewhere: somebody says how."""
    refuse_card_number(words)
    with transaction.atomic():
        found = _lock(discrepancy_id)
        resolve(found, words=words, by=by, at=at)
    return found


def _lock(discrepancy_id: int) -> Discrepancy:
    found = Discrepancy.objects.select_for_update(of=["self"]).select_related("customer", "expected")
    row = found.filter(pk=discrepancy_id).first()
    if row is None or row.status not in UNRESOLVED:
        raise MatchNotPossible("This discrepancy is already resolved.")
    return row
