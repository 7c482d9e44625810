"""Disputes as the provider's objects tell them, and what they do to the payment and the books."""

from datetime import UTC, datetime
from typing import Any

import pytest

from billing.access.scopes import seeing_as_system
from billing.errors import RefundBlocked
from billing.ledger.balances import trial_balance
from billing.models import MoneyEvent, Payment, Posting
from disputes.models import Dispute
from disputes.queries import disputes_of_payments, open_disputes
from disputes.states import CLOSED, DisputeReason, DisputeStatus
from tests.billing.refunds.people import ask, somebody
from tests.billing.webhooks.inbox import deliver, statuses
from tests.fakes.stripe_objects import T0, charge, dispute, event

pytestmark = pytest.mark.django_db
PAID = event("charge.succeeded", charge(), T0)
WITHDRAWN = [{"amount": -10_000, "fee": 1_500, "currency": "usd"}]
RETURNED = [*WITHDRAWN, {"amount": 10_000, "fee": 0, "currency": "usd"}]


def told(second: int = 0, *, kind: str = "updated", **changes: Any) -> dict[str, Any]:
    return event(f"charge.dispute.{kind}", dispute(**changes), T0 + 200 + second, id=f"evt_{kind}_{second}")


def take(*events: dict[str, Any]) -> tuple[Dispute, Payment]:
    with seeing_as_system():
        deliver(events)
        row = Dispute.objects.select_related("payment", "customer").get()
        return row, Payment.objects.select_related("customer").get()


def books() -> dict[str, int]:
    with seeing_as_system():
        return {account: total for (account, _), total in trial_balance().items() if total}


def kinds() -> list[str]:
    with seeing_as_system():
        return list(MoneyEvent.objects.filter(kind__startswith="dispute").order_by("pk").values_list("kind", flat=True))


def test_every_fact_is_taken_from_the_object() -> None:
    details = {"card": {"network_reason_code": "10.4"}}
    row, payment = take(PAID, told(kind="created", payment_method_details=details, balance_transactions=WITHDRAWN))

    assert (row.status, row.reason, row.network_reason_code) == ("needs_response", "fraudulent", "10.4")
    assert (row.amount_minor, row.currency, row.balance_minor) == (10_000, "USD", -10_000)
    assert (row.payment, row.customer, row.provider_payment_id) == (payment, payment.customer, "ch_1")
    assert row.due_at == datetime.fromtimestamp(T0 + 900_000, tz=UTC)
    assert (row.has_evidence, row.past_due, row.submission_count, row.closed_at) == (False, False, 0, None)
    assert kinds() == ["dispute_opened"]


@pytest.mark.parametrize("status", DisputeStatus)
def test_an_open_dispute_blocks_refunds_and_a_closed_one_does_not(status: DisputeStatus) -> None:
    _, payment = take(PAID, told(status=status, amount=4_000))

    assert payment.refund_blocked is (status not in CLOSED)
    assert payment.disputed_lost_minor == (4_000 if status == DisputeStatus.LOST else 0)


def test_while_it_is_open_nobody_can_ask_for_the_money() -> None:
    agent = somebody("agent@desk.example", limit_minor=10_000)
    _, payment = take(PAID, told(kind="created"))

    with pytest.raises(RefundBlocked):
        ask(payment, by=agent)

    _, payment = take(told(9, status="won"))
    assert ask(payment, by=agent).amount_minor == 4_000


def test_money_returned_on_a_lost_dispute_leaves_it_lost() -> None:
    """A processor once marked such disputes as won, by the event's name (hyperswitch, pull request 11687)."""
    lost = told(50, kind="closed", status="lost", balance_transactions=WITHDRAWN)
    row, payment = take(PAID, lost, told(60, kind="funds_reinstated", status="lost", balance_transactions=RETURNED))

    assert (row.status, row.balance_minor) == (DisputeStatus.LOST, 0)
    assert row.closed_at == datetime.fromtimestamp(T0 + 250, tz=UTC)
    assert (payment.refund_blocked, payment.disputed_lost_minor, payment.refundable_minor) == (False, 10_000, 0)


def test_an_older_word_never_opens_it_again() -> None:
    row, payment = take(PAID, told(50, kind="closed", status="won"), told(10, status="needs_response"))

    assert (row.status, payment.refund_blocked, kinds()) == (DisputeStatus.WON, False, ["dispute_closed"])


def test_a_second_dispute_after_a_win_blocks_again() -> None:
    take(PAID, told(50, status="won"))
    with seeing_as_system():
        deliver([event("charge.dispute.created", dispute("dp_2"), T0 + 900)])
        assert Payment.objects.get().refund_blocked is True
        assert list(open_disputes().values_list("external_id", flat=True)) == ["dp_2"]
        assert [each.external_id for each in disputes_of_payments([Payment.objects.get().pk])] == ["dp_1", "dp_2"]


def test_before_its_charge_it_stands_alone_and_is_linked_later() -> None:
    with seeing_as_system():
        deliver([told(kind="created")])
        assert (Dispute.objects.get().payment, Dispute.objects.get().customer) == (None, None)
        assert books() == {}

    row, payment = take(PAID)

    assert (row.payment, payment.refund_blocked, kinds()) == (payment, True, ["dispute_opened", "dispute_changed"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"currency": "eur"}, "The dispute is in EUR, its payment in USD."),
        ({"amount": 10_001}, "The dispute is about more than its payment."),
    ],
)
@pytest.mark.parametrize("charge_first", [True, False])
def test_what_does_not_fit_its_payment_is_held(changes: dict[str, Any], words: str, charge_first: bool) -> None:
    opened = told(kind="created", **changes)
    row, payment = take(*([PAID, opened] if charge_first else [opened, PAID]))

    assert (row.payment, row.customer, payment.refund_blocked, books()) == (
        None,
        None,
        False,
        {
            "provider_clearing": 10_000,
            "receivable": -10_000,
        },
    )
    with seeing_as_system():
        told_of = statuses()
    assert told_of[opened["id"]] == (("held", words) if charge_first else ("applied", ""))


def test_the_books_follow_the_money() -> None:
    take(PAID, told(status="warning_needs_response"))
    assert books() == {"provider_clearing": 10_000, "receivable": -10_000}

    take(told(10, status="needs_response", balance_transactions=WITHDRAWN))
    assert books() == {
        "disputed_funds": 10_000,
        "dispute_fees": 1_500,
        "provider_clearing": -1_500,
        "receivable": -10_000,
    }

    take(told(20, status="lost", balance_transactions=WITHDRAWN))
    assert books() == {
        "dispute_fees": 1_500,
        "dispute_losses": 10_000,
        "provider_clearing": -1_500,
        "receivable": -10_000,
    }


def test_a_win_brings_it_back_with_its_fee() -> None:
    won = [*WITHDRAWN, {"amount": 10_000, "fee": -1_500, "currency": "usd"}]
    take(PAID, told(10, balance_transactions=WITHDRAWN), told(20, status="won", balance_transactions=won))

    assert books() == {"provider_clearing": 10_000, "receivable": -10_000}


@pytest.mark.parametrize(
    ("life", "left"),
    [
        (("needs_response", "won", "lost"), {"dispute_losses": 10_000}),
        (("needs_response", "lost", "won"), {"provider_clearing": 10_000}),
        (("needs_response", "won", "lost", "won"), {"provider_clearing": 10_000}),
        (("needs_response", "lost", "won", "lost"), {"dispute_losses": 10_000}),
        (("needs_response", "prevented"), {"provider_clearing": 10_000}),
    ],
)
def test_a_decision_that_is_turned_round_is_taken_back_in_the_books(
    life: tuple[str, ...], left: dict[str, int]
) -> None:
    take(PAID, *(told(10 * number, status=status) for number, status in enumerate(life)))

    assert books() == {**left, "receivable": -10_000}
    with seeing_as_system():
        booked = Posting.objects.filter(source_kind="dispute").count()
        deliver([told(90, status=life[-1])])
        assert Posting.objects.filter(source_kind="dispute").count() == booked


def test_a_fee_that_is_not_told_any_more_is_taken_back() -> None:
    take(PAID, told(10, balance_transactions=WITHDRAWN), told(20, status="prevented"))

    assert books() == {"provider_clearing": 10_000, "receivable": -10_000}


def test_less_is_disputed_than_was_withdrawn_at_first() -> None:
    row, payment = take(PAID, told(10), told(20, amount=6_000), told(30, amount=6_000, status="lost"))

    assert (row.amount_minor, payment.disputed_lost_minor) == (6_000, 6_000)
    assert books() == {"dispute_losses": 6_000, "provider_clearing": 4_000, "receivable": -10_000}


def test_a_reason_nobody_knows_is_general() -> None:
    row, _ = take(PAID, told(reason="solar_flare"))

    assert row.reason == DisputeReason.GENERAL


def test_a_dispute_without_an_id_of_its_own_is_known_by_its_charge() -> None:
    old = {
        key: value
        for key, value in dispute(evidence_due_by=T0 + 5_000).items()
        if key not in {"id", "evidence_details"}
    }
    under_review = event("charge.dispute.updated", {**old, "status": "under_review"}, T0 + 300)
    row, _ = take(PAID, event("charge.dispute.created", old, T0 + 200, id="evt_old"), under_review)

    assert (row.external_id, row.status) == ("dispute_of_ch_1", "under_review")
    assert row.due_at == datetime.fromtimestamp(T0 + 5_000, tz=UTC)
