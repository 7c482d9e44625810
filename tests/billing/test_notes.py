"""What staff write beside a deed. The deed's history is sealed, so a card number in a note could never be taken out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from billing.access.scopes import seeing_as_system
from billing.actions.by_hand import confirm_not_sent, confirm_sent
from billing.actions.credits import approve_credit, reject_credit
from billing.actions.inbox import discard_held
from billing.actions.refunds import approve_refund, reject_refund
from billing.credits.plans import WaiveFee
from billing.errors import CardNumberRefused
from billing.models import CreditNote, ProviderEvent, Refund
from billing.states import InboxStatus, RefundStatus
from tests.billing.credits import bills
from tests.billing.refunds.people import AT, a_payment, ask, somebody
from tests.billing.refunds.test_sending import left_to_a_person
from tests.billing.webhooks.inbox import NOW

pytestmark = pytest.mark.django_db
PAN = "4111 1111 1111 1111"
NOTE = f"The customer read out {PAN}."


def written() -> str:
    """The rows that a decision writes, their histories and the news of it."""
    tables = ["billing_refund", "billing_creditnote", "billing_providerevent", "billing_moneyevent"]
    tables += ["billing_refundhistory", "billing_creditnotehistory", "billing_outboxmessage"]
    with seeing_as_system(), connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(row::text, ' ' ORDER BY row::text), '') FROM {table} row")
            found += cursor.fetchall()
    return str(found)


def refused(deed: Callable[[], Any]) -> None:
    before = written()
    with pytest.raises(CardNumberRefused, match="holds a card number"), seeing_as_system():
        deed()
    assert written() == before


@pytest.mark.parametrize("deed", [approve_refund, reject_refund])
def test_a_decision_about_a_refund(deed: Callable[..., Refund]) -> None:
    lead, refund = somebody("l@desk.example"), ask(a_payment(), by=somebody("a@desk.example", limit_minor=0))

    refused(lambda: deed(refund.pk, by=lead, note=NOTE, at=AT))

    with seeing_as_system():
        decided = deed(refund.pk, by=lead, note="Card ending 1111, CVV 123.", at=AT)
    assert decided.decision_note == "Card ending 1111, CVV ***."
    assert "CVV 123" not in written()


@pytest.mark.parametrize("deed", [confirm_sent, confirm_not_sent])
def test_what_became_of_a_refund(deed: Callable[..., Refund]) -> None:
    refund, lead = left_to_a_person()

    refused(lambda: deed(refund.pk, by=lead, note=NOTE, at=AT))

    with seeing_as_system():
        assert Refund.objects.get(pk=refund.pk).status == RefundStatus.UNKNOWN


@pytest.mark.parametrize("deed", [approve_credit, reject_credit])
def test_a_decision_about_a_credit(deed: Callable[..., CreditNote]) -> None:
    lead, bill = somebody("l@desk.example"), bills.a_bill()
    credit = bills.ask(bill, WaiveFee(2), by=somebody("a@desk.example", limit_minor=0))

    refused(lambda: deed(credit.pk, by=lead, note=NOTE, at=AT))


def test_why_a_credit_is_asked_for() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=0), bills.a_bill()

    refused(lambda: bills.ask(bill, WaiveFee(2), by=agent, note=NOTE))


def test_why_an_event_is_not_for_us() -> None:
    with seeing_as_system():
        event = ProviderEvent.objects.create(
            provider="stripe",
            event_id="evt_1",
            kind="charge.updated",
            live=False,
            status=InboxStatus.HELD,
            payload={},
            happened_at=NOW,
        )
    lead = somebody("l@desk.example")

    refused(lambda: discard_held(event.pk, by=lead, note=NOTE, at=NOW))
